import { demand } from '../base/demand.js';
import { isRunner } from '../runners/is-runner.js';
import { postWithReply, type Reply, type ReplyOptions } from '../runners/reply.js';
import type { TaskFunction, TaskHandle, TaskRunner } from '../types.js';

/**
 * Posts `task` to `runner`, and when it has ended well `reply`, with its result, to another runner.
 *
 * - When the task fails the reply is not called, and the error goes its normal way: to whoever awaits the handle, else to
 *   `onTaskError` of the task's pool. A reply that is an object with `error` gets it instead.
 * - The handle is that of both tasks: it has the result of the reply, cancels whichever of the two has not ended, and
 *   changes the priority of both.
 * - The reply belongs to its task: a shutdown of their pool that waits for the task waits for the reply.
 *
 * ```ts
 * await postTaskAndReply(io, ({ signal }) => load(signal), (page) => show(page), { on: ui });
 * ```
 *
 * @throws TypeError or RangeError when an argument is not what it must be, or no runner is named and none is running
 */
export function postTaskAndReply<T, R = undefined, E = R>(
  runner: TaskRunner,
  task: TaskFunction<T>,
  reply: Reply<T, R, E>,
  options?: ReplyOptions,
): TaskHandle<R | E> {
  demand(isRunner(runner), 'postTaskAndReply needs a runner', runner);
  return postWithReply('postTaskAndReply', runner, task, reply, options);
}
