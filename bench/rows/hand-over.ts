import { type MonoTypeOperatorFunction, observeOn, range, Subject } from 'rxjs';
import { handOver } from 'rxjs-task-runner/operators';
import { atMost, type Mark, RUNNER } from '../marks.js';
import { runner } from '../peers/of-rxjs.js';
import { type Measure, repeated, type Row } from '../rounds.js';
import { inWords, type Scale, sized, timesFor } from './sizes.js';

const OBSERVE_ON = "RxJS's observeOn";
const CAPACITY = 1_000;

const unbounded = (): MonoTypeOperatorFunction<number> => handOver(runner, { capacity: Infinity });
const bounded = (): MonoTypeOperatorFunction<number> =>
  handOver(runner, { capacity: CAPACITY, whenFull: 'drop-oldest' });
const observed = (): MonoTypeOperatorFunction<number> => observeOn(runner);

const fastEnough: Mark = {
  text: 'at least 3 M values/s',
  unit: 'M values/s',
  seen: (figureOf) => figureOf(RUNNER, 0),
  isMet: (seen) => seen >= 3,
};

/** Row 4: `handOver`, which is `observeOn` with bounds. */
export function handOverRows(scale: Scale): Row[] {
  const bursts = [1_000, 10_000, 100_000, 1_000_000].map((size): Row => ({
    title: `handOver, burst of ${inWords(size)}`,
    metrics: [{ unit: 'M values/s', better: 'more' }],
    rounds: 7,
    contenders: [
      { name: RUNNER, measure: emit(size, scale, unbounded()) },
      { name: OBSERVE_ON, measure: emit(size, scale, observed()) },
    ],
    marks: [fastEnough],
    notes: ['Both on the same runner; no value is dropped.'],
  }));
  return [
    ...bursts,
    {
      title: `memory of a burst of ${inWords(100_000)} that is handed over`,
      metrics: [{ unit: 'kB', better: 'less' }],
      rounds: 3,
      warmUp: 1,
      contenders: [
        { name: RUNNER, measure: kilobytes(sized(100_000, scale), bounded()) },
        { name: 'a runner, no bound', measure: kilobytes(sized(100_000, scale), unbounded()) },
        { name: OBSERVE_ON, measure: kilobytes(sized(100_000, scale), observed()) },
      ],
      marks: [atMost(100, 'kB')],
      notes: [`The runner keeps the last ${inWords(CAPACITY)} values.`],
    },
  ];
}

/** A burst of values through the operator: M values per second. */
function emit(size: number, scale: Scale, operator: MonoTypeOperatorFunction<number>): Measure {
  const count = sized(size, scale);
  return repeated(
    timesFor(size),
    () =>
      new Promise((resolve) => {
        const start = performance.now();
        range(0, count)
          .pipe(operator)
          .subscribe({ complete: () => resolve(count / (performance.now() - start) / 1e3) });
      }),
  );
}

/** What the heap holds more when the whole burst has come, and none of it was emitted. */
function kilobytes(count: number, operator: MonoTypeOperatorFunction<number>): Measure {
  return async () => {
    const source = new Subject<number>();
    const subscription = source.pipe(operator).subscribe();
    const before = usedHeap();
    for (let i = 0; i < count; i++) source.next(i);
    const bytes = usedHeap() - before;
    subscription.unsubscribe();
    return [bytes / 1e3];
  };
}

function usedHeap(): number {
  globalThis.gc!();
  return process.memoryUsage().heapUsed;
}
