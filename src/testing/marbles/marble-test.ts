import type { RunHelpers } from 'rxjs/testing';
import type { Runner } from '../../runners/runner.js';
import type { RunnerOptions } from '../../runners/runner-options.js';
import type { ThreadPool } from '../../runners/thread-pool.js';
import type { TaskErrorHandler } from '../../types.js';
import type { TaskExpectation, TaskTarget } from '../rows/expect-tasks.js';
import type { TaskRecorder } from '../rows/task-recorder.js';

/** Options of `marbles`. */
export interface MarbleOptions {
  /** How many workers `pool` has: a positive integer or `Infinity`. Defaults to 4. */
  readonly workers?: number | undefined;
  /** Gets errors in `pool` that nobody awaits. Without it they fail the test. */
  readonly onTaskError?: TaskErrorHandler | undefined;
  /** Whether tasks may be left pending or running at the end. Defaults to false. */
  readonly allowPending?: boolean | undefined;
  /** How many tasks may run before the test fails. Defaults to 10,000. */
  readonly maxTasks?: number | undefined;
  /** Returns whether two values are equal for the test. Defaults to deep equality. */
  readonly equal?: ((actual: unknown, expected: unknown) => boolean) | undefined;
}

/** The argument of a test: the helpers of RxJS's `testScheduler.run`, and some for tasks. */
export interface MarbleHelpers extends RunHelpers {
  /** A pool for this test. */
  readonly pool: ThreadPool;
  /** Makes a sequenced runner of `pool`. */
  readonly runner: (traits?: RunnerOptions) => Runner;
  /** Expects which tasks run when, of a pool, of runners, or of all; see `expectTasks`. */
  readonly expectTasks: (target?: TaskTarget) => TaskExpectation;
  /** The record of the runs on this test's clock. */
  readonly recorder: TaskRecorder;
}

/** The body of a test of `marbles`, which returns its result. */
export type MarbleTest<T> = (helpers: MarbleHelpers) => T;
