import { expect } from 'chai';
import {
  asyncScheduler,
  auditTime,
  bindCallback,
  bindNodeCallback,
  bufferTime,
  combineLatest,
  concat,
  debounceTime,
  delay,
  EMPTY,
  endWith,
  expand,
  from,
  generate,
  interval,
  map,
  materialize,
  merge,
  mergeMap,
  NEVER,
  type Observable,
  observeOn,
  of,
  range,
  ReplaySubject,
  sampleTime,
  scheduled,
  type SchedulerLike,
  shareReplay,
  startWith,
  subscribeOn,
  take,
  throttleTime,
  throwError,
  timeInterval,
  timeout,
  timer,
  timestamp,
  windowTime,
} from 'rxjs';
import { useFakeTimers } from 'sinon';
import { ThreadPool } from '../../src/index.js';

type Pipeline = (scheduler: SchedulerLike) => Observable<unknown>;

/** Values at 3, 6, 9 … ms, from a clock that is not the scheduler under test. */
const source = (): Observable<number> => timer(3, 3).pipe(take(8));

/* eslint-disable @typescript-eslint/no-deprecated -- deprecated signatures take schedulers too, and must work. */
const pipelines: Record<string, Pipeline> = {
  observeOn: (s) => source().pipe(observeOn(s)),
  'observeOn with a delay': (s) => source().pipe(observeOn(s, 5)),
  subscribeOn: (s) => source().pipe(subscribeOn(s)),
  'subscribeOn with a delay': (s) => source().pipe(subscribeOn(s, 5)),
  delay: (s) => source().pipe(delay(7, s)),
  'delay until a date': (s) => source().pipe(delay(new Date(20), s)),
  debounceTime: (s) => merge(source(), timer(50, 20).pipe(take(3))).pipe(debounceTime(10, s)),
  throttleTime: (s) => source().pipe(throttleTime(7, s)),
  'throttleTime, leading and trailing': (s) => source().pipe(throttleTime(7, s, { leading: true, trailing: true })),
  auditTime: (s) => source().pipe(auditTime(7, s)),
  sampleTime: (s) => source().pipe(sampleTime(7, s)),
  bufferTime: (s) => source().pipe(bufferTime(7, s)),
  'bufferTime, overlapping': (s) => source().pipe(bufferTime(10, 5, s)),
  'bufferTime of a size': (s) => source().pipe(bufferTime(10, null, 2, s)),
  windowTime: (s) =>
    source().pipe(
      windowTime(7, s),
      mergeMap((window, i) => window.pipe(map((value) => [i, value]))),
    ),
  'timeout of each': (s) => NEVER.pipe(timeout({ each: 10, scheduler: s, with: () => of('late') })),
  'timeout of the first, by a date': (s) =>
    NEVER.pipe(timeout({ first: new Date(12), scheduler: s, with: () => of('late') })),
  timestamp: (s) => source().pipe(timestamp(s)),
  timeInterval: (s) => source().pipe(timeInterval(s)),
  interval: (s) => interval(4, s).pipe(take(5)),
  timer: (s) => timer(4, 6, s).pipe(take(5)),
  'timer of a date': (s) => timer(new Date(9), s),
  ReplaySubject: (s) => {
    const subject = new ReplaySubject<number>(Infinity, 10, s);
    source().subscribe(subject);
    return timer(20).pipe(mergeMap(() => subject));
  },
  shareReplay: (s) => {
    const shared = source().pipe(shareReplay(Infinity, 10, s));
    return merge(shared, timer(20).pipe(mergeMap(() => shared)));
  },
  // Without a delay.
  of: (s) => of(1, 2, 3, s),
  'from an array': (s) => from([1, 2, 3], s),
  'scheduled of an observable': (s) => scheduled(source(), s),
  'scheduled of a set': (s) => scheduled(new Set([1, 2, 3]), s),
  range: (s) => range(0, 4, s),
  generate: (s) =>
    generate(
      0,
      (i) => i < 4,
      (i) => i + 1,
      s,
    ),
  'throwError, caught': (s) => throwError(() => 'expected', s).pipe(materialize()),
  merge: (s) => merge(of(1), of(2), of(3), s),
  concat: (s) => concat(of(1), of(2), s),
  combineLatest: (s) => combineLatest([of(1), of(2)], s),
  startWith: (s) => source().pipe(startWith(-1, s)),
  endWith: (s) => source().pipe(endWith(-1, s)),
  expand: (s) => of(1).pipe(expand((n) => (n < 4 ? of(n + 1) : EMPTY), Infinity, s)),
  bindCallback: (s) => bindCallback((done: (value: string) => void) => done('called'), s)(),
  bindNodeCallback: (s) =>
    bindNodeCallback((done: (error: unknown, value: string) => void) => done(null, 'called'), s)(),
};
/* eslint-enable @typescript-eslint/no-deprecated */

type Note = [time: number, what: string, value: unknown];

/** Everything that a pipeline gives, and when, under fake timers that begin at 0. */
function play(pipeline: Pipeline, scheduler: SchedulerLike): Note[] {
  const clock = useFakeTimers();
  try {
    const log: Note[] = [];
    const note = (what: string, value?: unknown): void => {
      log.push([Date.now(), what, value]);
    };
    const subscription = pipeline(scheduler).subscribe({
      next: (value) => note('next', value),
      error: (error: unknown) => note('error', String(error)),
      complete: () => note('complete'),
    });
    clock.tick(200);
    subscription.unsubscribe();
    note('timers left', clock.countTimers());
    return log;
  } finally {
    clock.restore();
  }
}

describe('Every operator that takes a scheduler', () => {
  const pool = new ThreadPool({ workers: 1 });
  const runner = pool.createSequencedTaskRunner();

  const schedulers: Record<string, SchedulerLike> = {
    runner,
    view: runner.withPriority('best-effort'),
    pool,
    'view of a pool': pool.withPriority('user-blocking'),
  };

  for (const [name, pipeline] of Object.entries(pipelines)) {
    it(`works with a runner, a view and a pool as with asyncScheduler, to the millisecond of fake timers: ${name}`, () => {
      const expected = play(pipeline, asyncScheduler);
      expect(expected.length, 'there is something to compare').to.be.above(2);
      for (const [kind, scheduler] of Object.entries(schedulers)) {
        expect(play(pipeline, scheduler), kind).to.deep.equal(expected);
      }
    });
  }

  it('takes a runner that comes last for the scheduler: it vanishes as a value, which the docs warn of', () => {
    const seen: unknown[] = [];
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- that is the trap.
    of(1, runner).subscribe((value) => seen.push(value));
    expect(seen).to.deep.equal([]);
  });
});
