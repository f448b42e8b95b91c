import { DeferredHandle, type Settled, whenSettled } from '../base/deferred-handle.js';
import { demand, demandSignal, toDuration } from '../base/demand.js';
import { toLane, toTraits } from '../kernel/traits.js';
import type {
  PostOptions,
  TaskContext,
  TaskFunction,
  TaskHandle,
  TaskPriorityInput,
  TaskResult,
  TaskRunner,
} from '../types.js';
import { currentTaskRunner } from './current-task-runner.js';
import { isRunner } from './is-runner.js';

/**
 * What to do with the outcome of a task: a function that gets the result, or an object with functions for the result and
 * the error.
 */
export type Reply<T, R, E = R> =
  | ReplyFunctions<T, R, E>['next']
  | (Pick<ReplyFunctions<T, R, E>, 'next'> & {
      /** Gets the error of the task. */
      readonly error?: ReplyFunctions<T, R, E>['error'] | undefined;
    })
  | (Pick<ReplyFunctions<T, R, E>, 'error'> & {
      /** If it is left out, a task that succeeds gives `undefined`. */
      readonly next?: undefined;
    });

/** The two ways to reply. */
export interface ReplyFunctions<T, R, E = R> {
  /** Gets the result of the task. */
  readonly next: (result: T, context: TaskContext) => TaskResult<R>;
  /** Gets the error of the task, which is then not reported elsewhere. */
  readonly error: (error: unknown, context: TaskContext) => TaskResult<E>;
}

/** Options of a task with a reply: those of the task, and those of the reply. */
export interface ReplyOptions extends PostOptions {
  /** The runner of the reply. Defaults to the caller's runner: the one whose task is running now. */
  readonly on?: TaskRunner | undefined;
  /** How the reply is posted. Traits default to those of the reply's runner. */
  readonly reply?: Omit<PostOptions, 'delay'> | undefined;
}

/**
 * Posts a task, and when it has ended well its reply, for verbs that say so: `postTaskAndReply` has the promises.
 *
 * @param verb what the errors name
 * @throws TypeError or RangeError when an argument is invalid, or no reply runner is given and no task is running
 */
export function postWithReply<T, R, E>(
  verb: string,
  runner: TaskRunner,
  task: TaskFunction<T>,
  reply: Reply<T, R, E>,
  options: ReplyOptions = {},
): TaskHandle<R | E> {
  const { next, error } = toReplies(reply);
  const { on = currentTaskRunner(), reply: replyOptions, ...taskOptions } = options;
  const rule =
    on === undefined
      ? `${verb} must be called from within a task, to whose runner the reply goes, or be given the option on`
      : `The option on of ${verb} must be a runner`;
  demand(isRunner(on), rule, on);
  toTraits(replyOptions);
  demandSignal(replyOptions?.signal);
  toDuration('The option queueTimeout', replyOptions?.queueTimeout ?? Infinity);

  let priority: TaskPriorityInput | undefined;
  let current: TaskHandle<unknown>;
  const handle = new DeferredHandle<R | E>({
    cancelled: (reason) => current.cancel(reason),
    reprioritized: (wanted) => {
      toLane(wanted);
      priority = wanted;
      current.setPriority(wanted);
    },
  });
  const isHeard = (): boolean => handle.isHeard;
  const settle = (state: Settled, result: unknown): void => handle.settle(state, result);
  const answer = (state: Settled, result: unknown): void => {
    if (handle.closed) return;
    const call = state === 'done' ? (next ?? (() => undefined)) : state === 'failed' ? error : undefined;
    if (call === undefined) {
      settle(state, result);
      return;
    }
    const behavior = taskOptions.shutdownBehavior ?? runner.traits.shutdownBehavior;
    const shutdownBehavior = behavior === 'continue-on-shutdown' ? behavior : 'block-shutdown';
    const { signal } = taskOptions;
    const posted = {
      shutdownBehavior,
      signal,
      ...replyOptions,
      ...(priority === undefined ? {} : { priority }),
    } as const;
    const run: TaskFunction<R | E> = (context) => {
      handle.state = 'running';
      return call(result as T, context) as TaskResult<R | E>;
    };
    try {
      current = on.postTask(run, posted);
    } catch (thrown) {
      // A runner of another implementation may throw. The error rejects the handle, or else goes to the host.
      settle('failed', thrown);
      if (handle.isHeard) return;
      throw thrown;
    }
    handle.standsFor = current;
    whenSettled(current, settle, isHeard);
  };

  current = runner.postTask(task, taskOptions);
  handle.standsFor = current;
  handle.settlesOn = on;
  // An error of the task is handled by the listeners of the handle, or by the reply.
  whenSettled(current, answer, () => error !== undefined || handle.isHeard);
  return handle;
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
