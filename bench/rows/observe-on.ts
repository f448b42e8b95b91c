import { observeOn, range, type SchedulerLike } from 'rxjs';
import { atLeast, type Mark, RUNNER } from '../marks.js';
import { observing } from '../peers/index.js';
import { type Contender, type Measure, repeated, type Row } from '../rounds.js';
import { inWords, type Scale, sized, timesFor } from './sizes.js';

const QUADRATIC = 'asapScheduler and asyncScheduler are quadratic in their backlog';
const TENTH = `${RUNNER}, 100,000`;

const marks: Readonly<Record<number, readonly Mark[]>> = {
  100: [atLeast(1, 'asapScheduler')],
  1_000: [atLeast(2, 'asapScheduler')],
  10_000: [atLeast(10, 'asapScheduler')],
  100_000: [atLeast(50, 'asapScheduler'), atLeast(50, 'asyncScheduler')],
  1_000_000: [atLeast(1, TENTH)],
};

/** Row 3: RxJS's own `observeOn`. */
export function observeOnRows(scale: Scale): Row[] {
  return [100, 1_000, 10_000, 100_000, 1_000_000].map((size) => {
    const isHuge = size > 100_000;
    const contenders = observing
      .filter((_, i) => i === 0 || !isHuge)
      .map(({ name, scheduler }): Contender => ({ name, measure: observe(size, scale, scheduler!) }));
    // Whether it is flat: the same, with a tenth of the backlog.
    if (isHuge) contenders.push({ name: TENTH, measure: observe(100_000, scale, observing[0]!.scheduler!) });
    return {
      title: `observeOn, burst of ${inWords(size)}`,
      metrics: [{ unit: 'M values/s', better: 'more' }],
      rounds: 7,
      contenders,
      marks: marks[size] ?? [],
      notes: isHuge
        ? [`${QUADRATIC}: left out, for they would take half an hour.`]
        : size === 100_000
          ? [`${QUADRATIC}.`]
          : [],
    };
  });
}

/** A burst of values through `observeOn`: M values per second. */
function observe(size: number, scale: Scale, scheduler: SchedulerLike): Measure {
  const count = sized(size, scale);
  return repeated(
    timesFor(size),
    () =>
      new Promise((resolve) => {
        const start = performance.now();
        range(0, count)
          .pipe(observeOn(scheduler))
          .subscribe({ complete: () => resolve(count / (performance.now() - start) / 1e3) });
      }),
  );
}
