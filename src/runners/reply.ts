import { demand } from '../base/errors.js';
import type { PostedTask } from '../engine/posted-task.js';
import type { Reply, ReplyFunctions, ReplyOptions } from '../engine/task-options.js';
import type { TaskFunction, TaskHandle } from '../engine/task-runner.js';
import { toDelay } from '../engine/delay.js';
import type { BaseTaskRunner } from './base-task-runner.js';

/**
 * Posts a task to one runner and its reply to another: see `TaskRunner.postTaskAndReply`.
 *
 * The handle is that of the reply, made at once and taken in when the task has ended. Until then it stands for the task:
 * whoever awaits it hears of the task's failure, and to cancel it cancels the task.
 */
export function postTaskAndReply<T, R, E>(
  runner: BaseTaskRunner,
  task: TaskFunction<T>,
  reply: Reply<T, R, E>,
  replyRunner: BaseTaskRunner,
  options: ReplyOptions = {},
): TaskHandle<R | E> {
  const { next, error } = toReplies(reply);
  const { reply: replyOptions } = options;
  const delay = toDelay(options.delay);
  const answer: PostedTask<R | E> = replyRunner.make<R | E>(() => undefined as R, replyOptions);
  // Taken in when the task has ended, if at all.
  replyRunner.letGo(answer);
  const asked = runner.make(task, options);
  answer.more.origin = asked;
  const cancelAsked = (): void => {
    asked.cancel(answer.state === 'cancelled' ? (answer.result as Error).cause : undefined);
  };
  asked.whenSettled(() => {
    // From now on the handle is that of the reply alone, and retains nothing of the task.
    answer.more.origin = null;
    answer.remove(cancelAsked);
    if (answer.closed) return;
    const { result, state } = asked;
    if (state === 'done') answer.task = (context) => next?.(result as T, context) as R;
    else if (state === 'failed' && error !== undefined) answer.task = (context) => error(result, context);
    else {
      answer.settleAs(asked);
      return;
    }
    replyRunner.take(answer, 0, replyOptions);
  });
  answer.add(cancelAsked);
  runner.take(asked, delay, options);
  if (options.signal !== undefined && !answer.closed) answer.follow(options.signal);
  return answer;
}

function toReplies<T, R, E>(reply: Reply<T, R, E>): Partial<ReplyFunctions<T, R, E>> {
  const replies = (typeof reply === 'function' ? { next: reply } : reply) as Partial<ReplyFunctions<T, R, E>>;
  const isReply =
    typeof replies === 'object' &&
    (replies as unknown) !== null &&
    [replies.next, replies.error].some((part) => typeof part === 'function');
  demand(isReply, 'A reply must be a function, or an object with the functions next or error', reply);
  return replies;
}
