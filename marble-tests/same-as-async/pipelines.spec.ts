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
  Observable,
  type Observer,
  observeOn,
  repeat,
  retry,
  sampleTime,
  scheduled,
  type SchedulerLike,
  startWith,
  Subject,
  subscribeOn,
  switchMap,
  take,
  throttleTime,
  timeout,
  timer,
  windowTime,
} from 'rxjs';
import { marbles } from 'rxjs-task-runner/testing';
import sinon from 'sinon';
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

/** What the pipeline's subscriber hears, and when. */
type Listen = (heard: string[], pipeline: Pipeline, scheduler: SchedulerLike) => void;

/**
 * What `listen` hears. RxJS's test scheduler throws in some pipelines where an interval
 * unsubscribes another in a frame in which both are due; that is heard, too.
 */
function notificationsOf(listen: Listen, pipeline: Pipeline, scheduler: SchedulerLike): readonly string[] {
  const heard: string[] = [];
  try {
    listen(heard, pipeline, scheduler);
  } catch (error) {
    heard.push(String(error));
  }
  return heard;
}

const inRun: Listen = (heard, { source, isHot, stages, unsubscribedIn }, scheduler) => {
  marbles(({ cold, hot }) => {
    const subscription = chain(isHot ? hot(source) : cold(source), stages, scheduler).subscribe(notesOf(heard, frame));
    // Not every chain ends by itself.
    cold(`${unsubscribedIn}ms u`).subscribe(() => subscription.unsubscribe());
  });
};

/** The source is made of time-outs of the host, a millisecond per character. */
const underFakeTimers: Listen = (heard, { source, isHot, stages, unsubscribedIn }, scheduler) => {
  const clock = sinon.useFakeTimers();
  try {
    const play = (to: Observer<string>): void => {
      Array.from(source).forEach((character, at) => setTimeout(() => emit(character, to), at));
    };
    const subject = new Subject<string>();
    if (isHot) play(subject);
    const begin = isHot ? subject : new Observable<string>(play);
    const subscription = chain(begin, stages, scheduler).subscribe(notesOf(heard, () => clock.now));
    clock.tick(unsubscribedIn);
    subscription.unsubscribe();
    clock.tick(100);
  } finally {
    clock.restore();
  }
};

function emit(character: string, to: Observer<string>): void {
  if (character === '|') to.complete();
  else if (character === '#') to.error('error');
  else if (character !== '-') to.next(character);
}

function chain(source: Observable<string>, stages: Pipeline['stages'], scheduler: SchedulerLike): Observable<string> {
  return stages.reduce((before, [name, frames]) => STAGES[name]!(before, frames, scheduler), source);
}

function notesOf(heard: string[], now: () => number): Observer<string> {
  return {
    next: (value) => heard.push(`${now()}: ${value}`),
    error: (error: unknown) => heard.push(`${now()}: ${String(error)} #`),
    complete: () => heard.push(`${now()}: |`),
  };
}

describe('Random pipelines of up to four operators', () => {
  const clocks: readonly (readonly [string, Listen])[] = [
    ['in the same frames of a run()', inRun],
    ['in the same milliseconds of fake timers', underFakeTimers],
  ];
  for (const [when, listen] of clocks) {
    for (const [name, runner] of RUNNERS) {
      it(`on ${name} give the same notifications, ${when}, as on asyncScheduler`, () => {
        let longest = 0;
        fc.assert(
          fc.property(PIPELINES, (pipeline) => {
            const expected = notificationsOf(listen, pipeline, asyncScheduler);
            longest = Math.max(longest, expected.length);
            expect(notificationsOf(listen, pipeline, runner)).to.deep.equal(expected);
          }),
          { seed: 20_240_301, numRuns: 150 },
        );
        // The pipelines are worth comparing: not all of them are silent.
        expect(longest).to.be.greaterThan(10);
      });
    }
  }
});
