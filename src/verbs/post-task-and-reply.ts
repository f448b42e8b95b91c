import { demand } from '../base/demand.js';
import { isRunner } from '../runners/is-runner.js';
import { postWithReply, type Reply, type ReplyOptions } from '../runners/reply.js';
import type { TaskFunction, TaskHandle, TaskRunner } from '../types.js';

/**
 * Posts `task` to `runner`. When the task has succeeded, posts `reply` with its result to another runner.
 *
 * - If the task fails, the reply is not called. The error rejects the handle or, if nobody awaits it, goes to `onTaskError`
 *   of the task's pool. If the reply is an object with an `error` function, that function gets the error instead.
 * - The handle stands for both tasks: its result is that of the reply, cancelling it cancels whichever of the two has not
 *   ended, and `setPriority` changes the priority of both.
 * - The reply belongs to its task: a shutdown that waits for the task also waits for the reply.
 *
 * ```ts
 * await postTaskAndReply(io, ({ signal }) => load(signal), (page) => show(page), { on: ui });
 * ```
 *
 * @throws TypeError or RangeError when an argument is invalid, or no reply runner is given and no task is running
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
