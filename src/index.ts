/**
 * Runners, pools and verbs: the core, which needs nothing but rxjs.
 *
 * @module rxjs-task-runner
 */

// What is exported, by hand.

// Runners.
export {
  createTaskRunner,
  globalThreadPool,
  initGlobalThreadPool,
  shutdownGlobalThreadPool,
} from './runners/global-pool.js';
export { currentTaskRunner } from './runners/current-task-runner.js';
export { type AnyKeyedTaskRunner, keyed, type KeyedTaskRunner, type KeyRunner } from './runners/keyed.js';
export type { Bound, LimitOptions, RateLimit } from './runners/limits.js';
export type { RunnerOrKeys } from './runners/owner-of.js';
export type { Reply, ReplyFunctions, ReplyOptions } from './runners/reply.js';
export type { Runner } from './runners/runner.js';
export type { RunnerOptions } from './runners/runner-options.js';
export { createFrameTaskRunner } from './runners/frame-runner.js';
export { createIdleTaskRunner } from './runners/idle-runner.js';
export type { StandaloneRunnerOptions } from './runners/loop-runner.js';
export { createSingleThreadTaskRunner, type SingleThreadOptions } from './runners/single-thread.js';
export { type ParallelRunnerOptions, ThreadPool, type ThreadPoolOptions } from './runners/thread-pool.js';
export { configure, type Settings } from './kernel/settings.js';

// Verbs.
export { bindToSequence, type SequenceBound } from './verbs/bind-to-sequence.js';
export { bounded, type BoundOptions, type WhenFull } from './verbs/bounded.js';
export { clear } from './verbs/clear.js';
export { exponentialDelay, type ExponentialDelayOptions } from './verbs/exponential-delay.js';
export { flush } from './verbs/flush.js';
export { fromTask } from './verbs/from-task.js';
export { hold, type HoldOptions } from './verbs/hold.js';
export { pendingTasks, type PendingTask } from './verbs/pending-tasks.js';
export { type JobDelegate, type JobHandle, type JobOptions, postJob } from './verbs/post-job.js';
export { postRepeatingTask, type RepeatingTaskHandle, type RepeatOptions } from './verbs/post-repeating-task.js';
export { postTaskAndReply } from './verbs/post-task-and-reply.js';
export { rateLimit, type RateLimitOptions } from './verbs/rate-limit.js';
export { runShutdownBlockers } from './verbs/run-shutdown-blockers.js';
export { setMaxConcurrency } from './verbs/set-max-concurrency.js';
export { setWorkers } from './verbs/set-workers.js';
export { type KeyedStats, type PoolStats, type RunnerStats, stats } from './verbs/stats.js';
export { earlierErrors, type RetryDelay, retrying, type RetryOptions } from './verbs/retrying.js';
export { type StepFunction, steps } from './verbs/steps.js';
export { timeLimit, type TimeLimitOptions } from './verbs/time-limit.js';
export { type IdleOptions, whenIdle } from './verbs/when-idle.js';
export { type RoomOptions, whenRoom } from './verbs/when-room.js';

// Looking inside.
export { asyncContextHook, type ContextHook, useContextHook } from './inspect/context-hook.js';
export { type DebugOptions, enableDebugMode } from './inspect/debug-mode.js';
export { observeTasks } from './inspect/observe-tasks.js';
export { SequenceChecker } from './inspect/sequence-checker.js';
export type { ObservedTask, TaskEvent, TaskEventType } from './inspect/task-event.js';
export { type StallOptions, warnOfStalls } from './inspect/warn-of-stalls.js';

// For runners and verbs of one's own.
export { DeferredHandle, type HandleHooks } from './base/deferred-handle.js';

// What may come back.
export {
  type RejectionReason,
  SequenceViolationError,
  TaskCancelledError,
  TaskDeadlockError,
  TaskRejectedError,
  TaskTimeoutError,
} from './base/errors.js';
export type * from './types.js';
