export {
  type RejectionReason,
  SequenceViolationError,
  TaskCancelledError,
  TaskDeadlockError,
  TaskRejectedError,
  TaskTimeoutError,
} from './base/errors.js';
export type { TaskErrorHandler, TaskErrorInfo } from './engine/admission.js';
export type { QueueOptions, WhenFull } from './engine/queue-bound.js';
export { configure, type Settings } from './engine/settings.js';
export type {
  PostOptions,
  RepeatOptions,
  Reply,
  ReplyFunctions,
  ReplyOptions,
  RunnerStats,
  WaitOptions,
} from './engine/task-options.js';
export type {
  RunnerView,
  TaskContext,
  TaskFunction,
  TaskHandle,
  TaskResult,
  TaskRunner,
  TaskState,
} from './engine/task-runner.js';
export {
  defaultTaskTraits,
  type ShutdownBehavior,
  type TaskPriority,
  type TaskPriorityInput,
  type TaskTraits,
  type TaskTraitsInput,
} from './engine/traits.js';
export { asyncContextHook, type ContextHook, useContextHook } from './runners/context-hook.js';
export { currentTaskRunner } from './runners/current-task-runner.js';
export { type DebugOptions, enableDebugMode } from './runners/debug-mode.js';
export { fromTask, type FromTaskOptions } from './runners/from-task.js';
export {
  createTaskRunner,
  globalThreadPool,
  initGlobalThreadPool,
  shutdownGlobalThreadPool,
} from './runners/global-thread-pool.js';
export { KeyedTaskRunner, type KeyRunner } from './runners/keyed-task-runner.js';
export { ParallelTaskRunner, type ParallelRunnerOptions } from './runners/parallel-task-runner.js';
export { SequenceChecker } from './runners/sequence-checker.js';
export { bindToSequence, SequenceBound } from './runners/sequence-bound.js';
export type { RunnerOptions } from './runners/sequence-runner.js';
export { SequencedTaskRunner } from './runners/sequenced-task-runner.js';
export type { ShutdownOptions, ShutdownReport } from './runners/shutdown.js';
export { SingleThreadTaskRunner, type SingleThreadOptions } from './runners/single-thread-task-runner.js';
export type { TaskEvent } from './runners/task-event.js';
export { observeTasks, type TaskObserver } from './runners/task-observer.js';
export { type PoolStats, ThreadPool, type ThreadPoolOptions } from './runners/thread-pool.js';
