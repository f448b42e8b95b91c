import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { ThreadPool } from 'rxjs-task-runner';
import { type MarbleHelpers, type MarbleOptions, marbles } from 'rxjs-task-runner/testing';

// Made at module level, as in a program: nothing is injected, and all specs of the folder share them.
const pool = new ThreadPool({ name: 'pool' });
const runner = pool.createSequencedTaskRunner({ name: 'runner' });

/** RxJS's own scheduler, and what may stand in its place. */
export const SCHEDULERS: readonly (readonly [name: string, scheduler: SchedulerLike])[] = [
  ['asyncScheduler', asyncScheduler],
  ['a sequenced runner', runner],
  ["runner.withPriority('user-blocking')", runner.withPriority('user-blocking')],
  ['the pool', pool],
  ["pool.withPriority('best-effort')", pool.withPriority('best-effort')],
];

/** What may stand in the place of asyncScheduler. */
export const RUNNERS = SCHEDULERS.slice(1);

type SchedulerTest = (scheduler: SchedulerLike, helpers: MarbleHelpers) => void;

/**
 * Runs one marble test with each of the schedulers, in a `marbles` of its own. The test sees only the scheduler, so that
 * all of them are held to the same diagram; a failure says which of them differs.
 */
export function sameDiagram(
  test: SchedulerTest,
  schedulers: readonly (readonly [string, SchedulerLike])[] = SCHEDULERS,
  options: MarbleOptions = {},
): void {
  for (const [name, scheduler] of schedulers) {
    try {
      runWith(scheduler, test, options);
    } catch (error) {
      if (error instanceof Error) error.message = `With ${name}: ${error.message}`;
      throw error;
    }
  }
}

function runWith(scheduler: SchedulerLike, test: SchedulerTest, options: MarbleOptions): void {
  let diagrams = 0;
  marbles(options, (helpers) => {
    const expectObservable: MarbleHelpers['expectObservable'] = (...args) => {
      diagrams++;
      return helpers.expectObservable(...args);
    };
    test(scheduler, { ...helpers, expectObservable });
  });
  if (diagrams === 0) throw new Error('sameDiagram needs a diagram: the test never called expectObservable.');
}
