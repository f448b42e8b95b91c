import { expect } from 'chai';
import fc from 'fast-check';
import {
  asyncScheduler,
  auditTime,
  bufferTime,
  concatMap,
  debounceTime,
  delay,
  exhaustMap,
  interval,
  map,
  merge,
  mergeMap,
  type Observable,
  observeOn,
  repeat,
  retry,
  sampleTime,
  scheduled,
  type SchedulerLike,
  startWith,
  subscribeOn,
  switchMap,
  take,
  throttleTime,
  timeout,
  timer,
  windowTime,
} from 'rxjs';
import { marbles } from 'rxjs-task-runner/testing';
import { frame } from '../support/run-order.js';
import { RUNNERS } from '../support/same-diagram.js';

type Stage = (source: Observable<string>, frames: number, scheduler: SchedulerLike) => Observable<string>;

/** Each takes its time from the scheduler; windows and buffers are written as text, so that stages fit together. */
const STAGES: Readonly<Record<string, Stage>> = {
  delay: (source, frames, s) => source.pipe(delay(frames, s)),
  debounceTime: (source, frames, s) => source.pipe(debounceTime(frames, s)),
  throttleTime: (source, frames, s) => source.pipe(throttleTime(frames, s)),
  trailing: (source, frames, s) => source.pipe(throttleTime(frames, s, { leading: true, trailing: true })),
  auditTime: (source, frames, s) => source.pipe(auditTime(frames, s)),
  sampleTime: (source, frames, s) => source.pipe(sampleTime(frames, s)),
  bufferTime: (source, frames, s) => source.pipe(bufferTime(frames, frames + 1, s), map(join)),
  overlapping: (source, frames, s) => source.pipe(bufferTime(frames + 1, frames, s), map(join)),
  windowTime: (source, frames, s) => source.pipe(windowTime(frames, null, 2, s), mergeMap(numbered)),
  observeOn: (source, frames, s) => source.pipe(observeOn(s, frames)),
  observeOnNow: (source, _, s) => source.pipe(observeOn(s)),
  subscribeOn: (source, frames, s) => source.pipe(subscribeOn(s, frames)),
  timeout: (source, frames, s) =>
    source.pipe(timeout({ each: 2 * frames, with: () => scheduled(['t'], s), scheduler: s })),
  startWith: (source, frames, s) => source.pipe(delay(frames, s), startWith('s')),
  switchMap: (source, frames, s) => source.pipe(switchMap(ticking(frames, s))),
  concatMap: (source, frames, s) => source.pipe(concatMap(ticking(frames, s))),
  exhaustMap: (source, frames, s) => source.pipe(exhaustMap(ticking(frames, s))),
  merged: (source, frames, s) => merge(source, ticking(frames, s)('m')),
  retry: (source, frames, s) => source.pipe(retry({ count: 1, delay: () => timer(frames, s) })),
  repeat: (source, frames, s) => source.pipe(repeat({ count: 2, delay: () => timer(frames, s) })),
};

const join = (values: readonly string[]): string => `[${values.join()}]`;
const numbered = (window: Observable<string>, n: number) => window.pipe(map((value) => `${n}${value}`));
const ticking = (frames: number, scheduler: SchedulerLike) => (value: string) =>
  interval(frames, scheduler).pipe(
    take(2),
    map((n) => `${value}${n}`),
  );

interface Pipeline {
  readonly source: string;
  readonly isHot: boolean;
  readonly stages: readonly (readonly [name: string, frames: number])[];
  readonly unsubscribedIn: number;
}

const SOURCES = fc
  .tuple(fc.array(fc.constantFrom('-', '--', 'a', 'b', 'c'), { maxLength: 12 }), fc.constantFrom('|', '#', ''))
  .map(([parts, end]) => parts.join('') + end);

const PIPELINES: fc.Arbitrary<Pipeline> = fc.record({
  source: SOURCES,
  isHot: fc.boolean(),
  stages: fc.array(fc.tuple(fc.constantFrom(...Object.keys(STAGES)), fc.integer({ min: 1, max: 5 })), {
    minLength: 1,
    maxLength: 4,
  }),
  unsubscribedIn: fc.integer({ min: 1, max: 40 }),
});

/**
 * What the pipeline's subscriber hears, and when. RxJS's test scheduler throws in some pipelines where an interval
 * unsubscribes another in a frame in which both are due; that is heard, too.
 */
function notificationsOf(pipeline: Pipeline, scheduler: SchedulerLike): readonly string[] {
  const heard: string[] = [];
  try {
    listen(heard, pipeline, scheduler);
  } catch (error) {
    heard.push(String(error));
  }
  return heard;
}

function listen(heard: string[], pipeline: Pipeline, scheduler: SchedulerLike): void {
  const { source, isHot, stages, unsubscribedIn } = pipeline;
  marbles(({ cold, hot }) => {
    let chain: Observable<string> = isHot ? hot(source) : cold(source);
    for (const [name, frames] of stages) chain = STAGES[name]!(chain, frames, scheduler);
    const subscription = chain.subscribe({
      next: (value) => heard.push(`${frame()}: ${value}`),
      error: (error: unknown) => heard.push(`${frame()}: ${String(error)} #`),
      complete: () => heard.push(`${frame()}: |`),
    });
    // Not every chain ends by itself.
    cold(`${unsubscribedIn}ms u`).subscribe(() => subscription.unsubscribe());
  });
}

describe('Random pipelines of up to four operators', () => {
  for (const [name, runner] of RUNNERS) {
    it(`on ${name} give the same notifications, in the same frames, as on asyncScheduler`, () => {
      let longest = 0;
      fc.assert(
        fc.property(PIPELINES, (pipeline) => {
          const expected = notificationsOf(pipeline, asyncScheduler);
          longest = Math.max(longest, expected.length);
          expect(notificationsOf(pipeline, runner)).to.deep.equal(expected);
        }),
        { seed: 20_240_301, numRuns: 150 },
      );
      // The pipelines are worth comparing: not all of them are silent.
      expect(longest).to.be.greaterThan(10);
    });
  }
});
