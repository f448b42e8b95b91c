import { expect } from 'chai';
import fc from 'fast-check';
import {
  asyncScheduler,
  concat,
  concatMap,
  defer,
  groupBy,
  interval,
  map,
  mergeMap,
  type Observable,
  subscribeOn,
  take,
  takeUntil,
  throwError,
  timer,
} from 'rxjs';
import { keyed, stats, ThreadPool } from '../../src/index.js';
import { taskMap } from '../../src/operators/index.js';
import { marbles } from '../../src/testing/index.js';

interface Program {
  readonly source: string;
  readonly isHot: boolean;
  /** How many values the task of a value gives, of a frame each, and whether it fails then. */
  readonly tasks: Readonly<
    Record<string, { readonly values: number; readonly frames: number; readonly fails: boolean }>
  >;
  readonly unsubscribedIn: number;
}

type Project = (value: string) => Observable<string>;
type Stage = (source: Observable<string>, project: Project) => Observable<string>;

const task = (fails: fc.Arbitrary<boolean>) =>
  fc.record({ values: fc.nat(3), frames: fc.integer({ min: 1, max: 4 }), fails });
const never = task(fc.constant(false));
const programs: fc.Arbitrary<Program> = fc.record({
  source: fc
    .tuple(
      fc.array(fc.constantFrom('-', '--', 'a', 'b', 'c', 'd'), { maxLength: 14 }),
      fc.constantFrom('|', '|', '#', ''),
    )
    .map(([parts, end]) => parts.join('') + end),
  isHot: fc.boolean(),
  tasks: fc.record({ a: task(fc.boolean()), b: never, c: never, d: never }),
  unsubscribedIn: fc.integer({ min: 1, max: 40 }),
});

/**
 * What is heard, the calls of `project` among it, frame by frame; and what the pool has at the end. Null where RxJS's test
 * scheduler throws, as it does when a timer unsubscribes another in a frame in which both are due.
 */
function heard({ source, isHot, tasks, unsubscribedIn }: Program, stage: Stage, pool?: ThreadPool): unknown[] | null {
  const log: { readonly frame: number; readonly what: string }[] = [];
  const note = (what: string): unknown => log.push({ frame: asyncScheduler.now(), what });
  const project: Project = (value) => {
    note(`project ${value}`);
    const { values, frames, fails } = tasks[value]!;
    const ticks = interval(frames).pipe(
      take(values),
      map((n) => `${value}${n}`),
    );
    return fails
      ? concat(
          ticks,
          throwError(() => `error of ${value}`),
        )
      : ticks;
  };
  const run = (): void =>
    marbles({ allowPending: true }, ({ cold, hot }) => {
      stage(isHot ? hot(source) : cold(source), project)
        .pipe(takeUntil(timer(unsubscribedIn)))
        .subscribe({ next: note, error: (error: unknown) => note(`# ${String(error)}`), complete: () => note('|') });
    });
  try {
    run();
  } catch (error) {
    expect(String(error)).to.contain('Expected a due immediate or interval');
    return null;
  }
  // What else happens in the frame in which it ends too early depends on which timer of the frame comes first.
  const end = log.find(({ what }) => what.startsWith('#'));
  const last = end?.frame ?? unsubscribedIn;
  const lines = log.filter((one) => one === end || one.frame < last).map(({ frame, what }) => `${frame}: ${what}`);
  const { queued, running, delayed, busy } =
    pool === undefined ? { queued: 0, running: 0, delayed: 0, busy: 0 } : stats(pool);
  return [...lines.sort(), { queued, running, delayed, busy }];
}

/** A task begins in the frame of its post, in a turn of its own. */
const later =
  (project: Project): Project =>
  (value) =>
    defer(() => project(value)).pipe(subscribeOn(asyncScheduler));

const merging =
  (limit: number): Stage =>
  (source, project) =>
    source.pipe(mergeMap(later(project), limit));

const KINDS: Readonly<Record<string, readonly [same: Stage, stage: (pool: ThreadPool) => Stage]>> = {
  'concatMap on a sequenced runner': [
    merging(1),
    (pool) => (source, project) => source.pipe(taskMap(pool.createSequencedTaskRunner(), project)),
  ],
  'mergeMap of 2 on a parallel runner': [
    merging(2),
    (pool) => (source, project) => source.pipe(taskMap(pool.createParallelTaskRunner({ maxConcurrency: 2 }), project)),
  ],
  'mergeMap of 4 on a pool of 4 workers': [
    merging(4),
    (pool) => (source, project) => source.pipe(taskMap(pool, project)),
  ],
  'a concatMap for each key on a keyed runner': [
    (source, project) =>
      source.pipe(
        groupBy((value) => value),
        mergeMap((values) => values.pipe(concatMap(later(project)))),
      ),
    (pool) => (source, project) => source.pipe(taskMap(keyed(pool), project, { key: (value) => value })),
  ],
};

describe('taskMap, frame by frame,', () => {
  for (const [kind, [same, stage]] of Object.entries(KINDS)) {
    it(`is ${kind}, whatever the tasks and the source do, and leaves nothing behind`, () => {
      fc.assert(
        fc.property(programs, (program) => {
          const pool = new ThreadPool({ workers: 4 });
          const [actual, expected] = [heard(program, stage(pool), pool), heard(program, same)];
          fc.pre(actual !== null && expected !== null);
          expect(actual).to.deep.equal(expected);
        }),
        { numRuns: 200 },
      );
    });
  }
});
