import type { Observable, SchedulerLike, Subscription } from 'rxjs';
import type { TaskPriority, TaskPriorityInput, TaskTraits, TaskTraitsInput } from './traits.js';

// Declared here, and not taken from a library of TypeScript, so that consumers need not list `ESNext.Disposable`.
declare global {
  interface SymbolConstructor {
    readonly dispose: unique symbol;
    readonly asyncDispose: unique symbol;
  }
}

/** What a task is given when it runs. */
export interface TaskContext {
  /** The runner it runs on: what `currentTaskRunner()` says, and right after an `await` too. */
  readonly runner: TaskRunner;
  /** Aborted when the task is cancelled while it runs. */
  readonly signal: AbortSignal;
}

/**
 * What one posts: a function of its context.
 *
 * When it returns a promise or an observable it holds its sequence, and a worker of its pool, until that ends. The
 * result of an observable is its last value, or `undefined` when it had none.
 */
export type TaskFunction<T> = (context: TaskContext) => T | PromiseLike<T> | Observable<T>;

/** The traits of one task, and what may cancel it. What is left out is as with its runner. */
export interface PostOptions extends TaskTraitsInput {
  /** Cancels the task when it aborts. If it has aborted already, the handle rejects at once. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * - `'pending'`: waiting for its delay or its turn;
 * - `'running'`: begun, and perhaps awaiting something;
 * - `'done'`, `'failed'`, `'cancelled'`, `'rejected'`: settled, in one of four ways.
 */
export type TaskState = 'pending' | 'running' | 'done' | 'failed' | 'cancelled' | 'rejected';

/**
 * The handle of a posted task: a `Subscription` that cancels it, and a promise-like of its result. It settles exactly
 * once, and is closed from then on.
 *
 * No promise is made unless `then` is called. If nobody calls it by the macrotask after a failure, the error goes to
 * the pool's `onTaskError`, or else to the host, as an uncaught exception.
 */
export interface TaskHandle<T> extends Subscription, PromiseLike<T> {
  readonly state: TaskState;
  /**
   * Cancels the task. Queued or delayed, it is removed and its memory freed at once; running, its `signal` aborts and
   * its observable is unsubscribed. Whoever awaits the handle gets a `TaskCancelledError`, whose `cause` is `reason`.
   * After it has settled this does nothing.
   */
  cancel(reason?: unknown): void;
  /** `using` a handle cancels it at the end of the block, where the runtime knows `Symbol.dispose`. */
  [Symbol.dispose](): void;
}

/**
 * The door to a sequence: what order is promised. A scheduler of RxJS, too.
 *
 * `schedule` and `now` are RxJS's, and make actions: synchronous, never waiting for a worker. `postTask` makes tasks,
 * which may be asynchronous. Both go through one queue.
 */
export interface TaskRunner extends SchedulerLike {
  readonly name: string;
  readonly traits: TaskTraits;
  /** The priority of the tasks that have none of their own. */
  readonly priority: TaskPriority;

  /**
   * Posts a task: it runs later, never synchronously, after all that was posted to this runner before it.
   *
   * ```ts
   * const total = await runner.postTask(({ signal }) => load(signal), { name: 'load' });
   * ```
   *
   * O(1). After a shutdown, or with an aborted `signal`, the handle is rejected, respectively cancelled, at once.
   *
   * @throws TypeError when `task` is not a function, or an option has a value that it cannot have
   */
  postTask<T>(task: TaskFunction<T>, options?: PostOptions): TaskHandle<T>;

  /**
   * Posts a task that joins the queue in `delay` milliseconds, never earlier. `Infinity` never does; negative delays
   * and `NaN` are 0. O(log n).
   *
   * @throws TypeError when `task` is not a function, `delay` is not a number, or an option has a value it cannot have
   */
  postDelayedTask<T>(task: TaskFunction<T>, delay: number, options?: PostOptions): TaskHandle<T>;

  /**
   * The same queue for tasks of another priority: a scheduler for RxJS. The same object for the same priority.
   *
   * @throws TypeError when there is no such priority
   */
  withPriority(priority: TaskPriorityInput): SchedulerLike;

  /** Whether the code that asks is part of a task of this runner. Exact in synchronous code, false after an `await`. */
  isCurrent(): boolean;
}
