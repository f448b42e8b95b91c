import type { RunHelpers } from 'rxjs/testing';
import type { Runner } from '../../runners/runner.js';
import type { RunnerOptions } from '../../runners/runner-options.js';
import type { ThreadPool } from '../../runners/thread-pool.js';
import type { TaskErrorHandler } from '../../types.js';
import type { TaskExpectation, TaskTarget } from '../rows/expect-tasks.js';
import type { TaskRecorder } from '../rows/task-recorder.js';

/** Options of `marbles`. */
export interface MarbleOptions {
  /** How many workers `pool` has: a positive integer or `Infinity`. 4 by default. */
  readonly workers?: number | undefined;
  /** Hears of errors in `pool` that nobody awaits. Without it they fail the test. */
  readonly onTaskError?: TaskErrorHandler | undefined;
  /** Whether tasks may be left pending or running at the end. */
  readonly allowPending?: boolean | undefined;
  /** How many tasks may run before the test fails instead of going on. 10,000 by default. */
  readonly maxTasks?: number | undefined;
  /** Whether two values are the same for the test: deep equality by default. */
  readonly equal?: ((actual: unknown, expected: unknown) => boolean) | undefined;
}

/** What a test is given: the helpers of RxJS's `testScheduler.run`, and some for tasks. */
export interface MarbleHelpers extends RunHelpers {
  /** A pool of this test's own. */
  readonly pool: ThreadPool;
  /** Makes a sequenced runner of `pool`. */
  readonly runner: (traits?: RunnerOptions) => Runner;
  /** Expects which task runs when, of a pool, of runners, or of all; see `expectTasks`. */
  readonly expectTasks: (target?: TaskTarget) => TaskExpectation;
  /** What has run, on this test's clock. */
  readonly recorder: TaskRecorder;
}

/** The body of a test of `marbles`. What it returns `marbles` returns. */
export type MarbleTest<T> = (helpers: MarbleHelpers) => T;
