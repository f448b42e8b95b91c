/**
 * Tasks on threads: `worker_threads` in Node, web workers in a page.
 *
 * @module rxjs-task-runner/threads
 */
export { ThreadCloneError } from '../remote/clone-error.js';
export { transfer, type TransferList } from '../remote/transfer.js';
export type {
  RemoteArguments,
  RemoteResult,
  RemoteTask,
  RemoteTasks,
  ServedTasks,
  ThreadContext,
} from '../remote/types.js';
export { ThreadCrashedError, ThreadsEndedError } from './errors.js';
export { inlineThreads } from './inline-threads.js';
export type { CallOptions } from './remote-call.js';
export type { ThreadInfo } from './thread-set.js';
export { Threads, type ThreadsShutdownOptions } from './threads.js';
export type { ThreadsOptions } from './threads-options.js';
export type { WorkerLike } from './worker-channel.js';
