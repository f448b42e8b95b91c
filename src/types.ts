import type { Observable, SchedulerLike, Subscription } from 'rxjs';

// Declared here, and not taken from a library of TypeScript, so that consumers need not list `ESNext.Disposable`.
declare global {
  interface SymbolConstructor {
    readonly dispose: unique symbol;
    readonly asyncDispose: unique symbol;
  }
}

/**
 * How urgent work is, with the names of the web's `scheduler.postTask`:
 *
 * - `'user-blocking'`: a user waits for it, such as the answer to a keystroke;
 * - `'user-visible'`: a user will see it (the default);
 * - `'best-effort'`: no user would notice a delay.
 */
export type TaskPriority = 'user-blocking' | 'user-visible' | 'best-effort';

/** A priority as an argument: `'background'`, the web's name for `'best-effort'`, is also accepted. */
export type TaskPriorityInput = TaskPriority | 'background';

/**
 * What a shutdown does with a task:
 *
 * - `'skip-on-shutdown'` (the default): drops it if it has not begun, and its handle rejects; otherwise waits for it;
 * - `'block-shutdown'`: runs it, and waits for it;
 * - `'continue-on-shutdown'`: drops it if it has not begun; otherwise lets it go on without waiting for it.
 */
export type ShutdownBehavior = 'skip-on-shutdown' | 'block-shutdown' | 'continue-on-shutdown';

/** Facts about work that decide how the scheduler runs it. Frozen. */
export interface TaskTraits {
  /** How urgent it is. Defaults to `'user-visible'`. */
  readonly priority: TaskPriority;
  /** The name in errors, reports and diagrams. Defaults to the empty string. */
  readonly name: string;
  /** What a shutdown does with it. Defaults to `'skip-on-shutdown'`. */
  readonly shutdownBehavior: ShutdownBehavior;
  /** Whether waiting and delayed work keeps a Node process alive, as a timer does. A trait of runners. */
  readonly keepAlive: boolean;
  /** Whether tasks run back to back, without a microtask checkpoint between them. A trait of runners. */
  readonly backToBack: boolean;
}

/** The traits of one task. They default to those of its runner. */
export interface TaskTraitsInput {
  /** How urgent it is. */
  readonly priority?: TaskPriorityInput | undefined;
  /** The name in errors, reports and diagrams. */
  readonly name?: string | undefined;
  /** What a shutdown does with it. */
  readonly shutdownBehavior?: ShutdownBehavior | undefined;
}

/** The traits of a runner. */
export interface RunnerTraits extends TaskTraitsInput {
  /** Defaults to true. With false, waiting and delayed tasks do not keep a Node process alive. */
  readonly keepAlive?: boolean | undefined;
  /**
   * Defaults to false. With true the tasks of this runner run back to back in one call by the host. This is for bulk work
   * of many short tasks. Microtasks, and changes of the `AsyncLocalStorage` context, wait for the end of the batch, which
   * takes at most one turn.
   */
  readonly backToBack?: boolean | undefined;
}

/** How one task is posted. */
export interface PostOptions extends TaskTraitsInput {
  /** Minimum number of milliseconds until the task joins the queue. Defaults to 0. With `Infinity` it never joins. */
  readonly delay?: number | undefined;
  /** Cancels the task when it aborts. If it has already aborted, the handle rejects at once. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds, after the delay, within which the task must begin. Otherwise it is dropped, and the handle rejects
   * with a `TaskRejectedError` whose `reason` is `'timeout'`. Defaults to `Infinity`.
   */
  readonly queueTimeout?: number | undefined;
}

/** The argument of a task function. Its functions need no `this`: `({ sleep }) => sleep(10)` works too. */
export interface TaskContext {
  /** The runner of the task: the same as `currentTaskRunner()`, but also correct after an `await`. */
  readonly runner: TaskRunner;
  /** The task's name, or else its runner's. */
  readonly name: string;
  /** Aborts when the task is cancelled or aborted while it runs. Created on first use. */
  readonly signal: AbortSignal;

  /**
   * Whether a long task should yield now: the turn has used up its time, a more urgent task is ready, or the task is
   * cancelled. After an `await` on a host operation the task runs outside of turns. It then has a full turn's time from its
   * first call of this function on. A call reads the clock, queues due tasks, and calls due alarms.
   */
  readonly shouldYield: () => boolean;

  /**
   * Yields to more urgent work and, when the turn has used up its time, to the host. The task then continues before others
   * of its priority, as with `scheduler.yield()` of the web. No other task of its sequence begins before it continues. Once
   * in 20 turns, the other tasks of its priority go first, so that none starves.
   *
   * ```ts
   * runner.postTask(async (context) => {
   *   for (const chunk of chunks) {
   *     index(chunk);
   *     if (context.shouldYield()) await context.yield();
   *   }
   * });
   * ```
   *
   * @returns a promise that rejects with the reason when the task is cancelled, so that the task ends
   */
  readonly yield: () => Promise<void>;

  /**
   * Waits `ms` milliseconds. The task keeps its sequence, but gives its worker back while it sleeps. When it wakes up, it
   * gets a worker before tasks of its priority that have not begun. In a shutdown that waits for the task, it does not need
   * one.
   *
   * ```ts
   * runner.postTask(async (context) => {
   *   while (!(await isReady())) await context.sleep(100);
   * });
   * ```
   *
   * @returns a promise that rejects with the reason when the task is cancelled
   * @throws RangeError or TypeError when `ms` is not a number of milliseconds, 0 or more
   */
  readonly sleep: (ms: number) => Promise<void>;

  /**
   * Waits for a promise, such as the handle of another task. The task keeps its sequence, but gives its worker back while
   * it waits. So tasks that wait for tasks of other runners do not use up the workers.
   *
   * ```ts
   * orders.postTask(async (context) => book(await context.waitFor(stock.postTask(reserve))));
   * ```
   *
   * @returns a promise with the same result, which rejects with the reason when the task is cancelled
   */
  readonly waitFor: <T>(promise: PromiseLike<T>) => Promise<T>;

  /**
   * Fails the task with `error` at once, as a time limit does: the handle rejects, the signal aborts, and the sequence is
   * free once the task's code has ended. Does nothing after the handle has settled.
   */
  readonly abort: (error: unknown) => void;

  /**
   * Limits how long the task's code may go on after it was told to stop: by cancelling, by `abort`, or by a shutdown that
   * gives it up. After `ms` milliseconds its sequence and its worker are free, and the result of the code is ignored. The
   * pool's `onTaskError`, if there is one, is called. Without `letGoAfter` the sequence is free only when the code has
   * ended. If the task was told to stop before this call, the time begins with the call.
   *
   * @throws RangeError or TypeError when `ms` is not a number of milliseconds, 0 or more
   */
  readonly letGoAfter: (ms: number) => void;

  /**
   * Calls `run` after `ms` milliseconds, between tasks, unless the task has settled by then or the returned subscription is
   * unsubscribed. It is meant for verbs such as a time limit. `run` belongs to no task and needs no worker.
   */
  readonly alarm: (ms: number, run: () => void) => Subscription;

  /** `yield` without a promise, for code that must also work in virtual time. It calls `next` to continue the task. */
  readonly yieldThen: (next: () => void) => void;

  /** `sleep` without a promise. It calls `next` to continue the task, unless the task has settled by then. */
  readonly sleepThen: (ms: number, next: () => void) => void;
}

/**
 * A task: a function that gets a context.
 *
 * If it returns a promise or an observable, the task holds its sequence, and a worker of its pool, until that ends. The
 * result of an observable is its last value, or `undefined` when it had none.
 */
export type TaskFunction<T> = (context: TaskContext) => TaskResult<T>;

/** A result of type `T`, or a promise or an observable of it. */
export type TaskResult<T> = T | PromiseLike<T> | Observable<T>;

/**
 * - `'pending'`: waits for its delay or its turn;
 * - `'running'`: has begun, and may be awaiting something;
 * - `'done'`, `'failed'`, `'cancelled'`, `'rejected'`: settled, in one of four ways.
 */
export type TaskState = 'pending' | 'running' | 'done' | 'failed' | 'cancelled' | 'rejected';

/**
 * The handle of a posted task: a `Subscription` that cancels the task, and a promise-like object for its result. It settles
 * exactly once, and is closed from then on.
 *
 * A promise is only created when `then` is called. If nobody has called `then` by the macrotask after a failure, the error
 * goes to the pool's `onTaskError`. Without `onTaskError` it goes to the host, as an uncaught exception.
 */
export interface TaskHandle<T> extends Subscription, PromiseLike<T> {
  /** The state of the task. */
  readonly state: TaskState;
  /** The result, or the error, once the handle has settled; `undefined` before that. */
  readonly result: unknown;
  /**
   * Cancels the task. A queued or delayed task is removed, and its memory is freed at once. If the task is running, its
   * `signal` aborts and its observable is unsubscribed. The handle rejects with a `TaskCancelledError` whose `cause` is
   * `reason`. Does nothing after the handle has settled.
   */
  cancel(reason?: unknown): void;
  /**
   * Changes the priority of a queued or delayed task. In its runner's queue the task keeps its place, and may raise the
   * priority of the whole sequence. In a pool, which has a queue per priority, it joins the end of the new queue. O(1).
   *
   * @throws TypeError when the priority does not exist
   */
  setPriority(priority: TaskPriorityInput): void;
  /**
   * Calls `listener` synchronously when the handle settles, or at once if it has settled. The listener is responsible for
   * the error, which is then not reported, unless `isHeard` returns false at the time of the report.
   */
  whenSettled(listener: () => void, isHeard?: () => boolean): void;
  /** If the handle stands for another task: the task that has to end before this handle settles. Otherwise null. */
  readonly standsFor: TaskHandle<unknown> | null;
  /** Describes the task and its state. */
  toString(): string;
  /** `using` a handle cancels the task at the end of the block, if the runtime supports `Symbol.dispose`. */
  [Symbol.dispose](): void;
}

/** The result of `withPriority`: a runner's queue as an RxJS scheduler, whose actions all have the same priority. */
export interface RunnerView extends SchedulerLike {
  /** The runner whose queue it is. */
  readonly runner: TaskRunner;
}

/**
 * A queue of tasks, and an RxJS scheduler.
 *
 * `schedule` and `now` are the members of an RxJS scheduler. `schedule` makes actions, which are synchronous and never wait
 * for a worker. `postTask` makes tasks, which may be asynchronous. Both go through the same queue.
 *
 * Any object with these members is a runner. Verbs and operators need no others unless they say so. `DeferredHandle` helps
 * to implement a runner.
 */
export interface TaskRunner extends SchedulerLike {
  /** The name among its traits. */
  readonly name: string;
  /** The traits that the runner was created with. `setPriority` does not change them, only `priority`. */
  readonly traits: TaskTraits;
  /** The current priority of tasks without a priority of their own. */
  readonly priority: TaskPriority;

  /**
   * Posts a task: it runs later, never synchronously, after all that was posted to this runner before it.
   *
   * ```ts
   * const total = await runner.postTask(({ signal }) => load(signal), { name: 'load' });
   * ```
   *
   * O(1), and O(log n) with a delay. After a shutdown the handle is rejected at once. With an aborted `signal` it is
   * cancelled at once.
   *
   * @returns the handle of the task
   * @throws TypeError or RangeError when `task` is not a function, or an option is invalid
   */
  postTask<T>(task: TaskFunction<T>, options?: PostOptions): TaskHandle<T>;

  /**
   * Returns an RxJS scheduler for the same queue, with another priority. Returns the same object for the same priority.
   *
   * @throws TypeError when the priority does not exist
   */
  withPriority(priority: TaskPriorityInput): RunnerView;

  /** Whether the calling code is part of a task of this runner. Exact in synchronous code; false after an `await`. */
  isCurrent(): boolean;
}

/** The second argument of a pool's error handler. */
export interface TaskErrorInfo {
  /** The task's name, or else its runner's. */
  readonly name: string;
  /** The traits of the task. */
  readonly traits: TaskTraits;
  /** The runner, or the pool, that ran the task. */
  readonly runner: TaskRunner;
  /** The priority of the task when it failed. */
  readonly priority: TaskPriority;
  /**
   * How long the task waited for its turn, in milliseconds. `undefined` if it has not begun, and for actions of streams, which
   * do not store times. `observeTasks` reports the times of actions too.
   */
  readonly waitTime: number | undefined;
  /** How long the task ran, in milliseconds. `undefined` if it has not begun, and for actions of streams. */
  readonly runTime: number | undefined;
  /** `file:line` where it was posted, in debug mode. */
  readonly postedFrom: string | undefined;
}

/** The option `onTaskError` of a pool: it gets errors of tasks that nobody awaits. Errors that it throws go to the host. */
export type TaskErrorHandler = (error: unknown, info: TaskErrorInfo) => void;

/** Options of functions that wait. */
export interface WaitOptions {
  /** Ends the wait when it aborts: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `shutdown`. */
export interface ShutdownOptions {
  /** Maximum time to wait, in milliseconds. Defaults to `Infinity`. A later call may shorten it. */
  readonly timeout?: number | undefined;
  /**
   * What happens to queued tasks: `'honour'` (the default) follows their `shutdownBehavior`, `'run'` runs them all. Delayed
   * tasks are dropped in both cases.
   */
  readonly queued?: 'honour' | 'run' | undefined;
}

/**
 * What happened to the tasks that a runner or pool had when its shutdown began, or that were posted during it. Each task is
 * listed by its name, or that of its runner. Tasks that are cancelled before they begin, or that time out in the queue, are
 * in no list.
 */
export interface ShutdownReport {
  /** Tasks that ended before the shutdown did, with or without an error. */
  readonly ran: readonly string[];
  /** Tasks that were dropped before they began. */
  readonly skipped: readonly string[];
  /** Tasks that had begun, or were to run, but that the shutdown did not wait for. */
  readonly abandoned: readonly string[];
}
