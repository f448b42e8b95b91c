export {
  type RejectionReason,
  SequenceViolationError,
  TaskCancelledError,
  TaskDeadlockError,
  TaskRejectedError,
} from './base/errors.js';
export type { TaskErrorHandler, TaskErrorInfo } from './engine/admission.js';
export { configure, type Settings } from './engine/settings.js';
export type {
  PostOptions,
  TaskContext,
  TaskFunction,
  TaskHandle,
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
export { currentTaskRunner } from './runners/current-task-runner.js';
export {
  createTaskRunner,
  globalThreadPool,
  initGlobalThreadPool,
  shutdownGlobalThreadPool,
} from './runners/global-thread-pool.js';
export { SequenceChecker } from './runners/sequence-checker.js';
export { type RunnerStats, SequencedTaskRunner } from './runners/sequenced-task-runner.js';
export type { ShutdownOptions, ShutdownReport } from './runners/shutdown.js';
export { type PoolStats, ThreadPool, type ThreadPoolOptions } from './runners/thread-pool.js';
