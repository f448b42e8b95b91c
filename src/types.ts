import type { Observable, SchedulerLike, Subscription } from 'rxjs';

// Declared here, and not taken from a library of TypeScript, so that consumers need not list `ESNext.Disposable`.
declare global {
  interface SymbolConstructor {
    readonly dispose: unique symbol;
    readonly asyncDispose: unique symbol;
  }
}

/**
 * How urgent work is, in the words of the web's `scheduler.postTask`:
 *
 * - `'user-blocking'`: somebody waits for it, such as the answer to a keystroke;
 * - `'user-visible'`: somebody will see it (the default);
 * - `'best-effort'`: nobody would notice a delay.
 */
export type TaskPriority = 'user-blocking' | 'user-visible' | 'best-effort';

/** A priority as callers may write it: `'background'`, the web's word for `'best-effort'`, is accepted too. */
export type TaskPriorityInput = TaskPriority | 'background';

/**
 * What a shutdown does with work that has not begun:
 *
 * - `'skip-on-shutdown'` (the default): it is dropped, and its handle rejects; once begun, the shutdown waits for it;
 * - `'block-shutdown'`: it runs, and the shutdown waits for it;
 * - `'continue-on-shutdown'`: it is dropped; once begun, it goes on and the shutdown does not wait for it.
 */
export type ShutdownBehavior = 'skip-on-shutdown' | 'block-shutdown' | 'continue-on-shutdown';

/** Facts about work, from which the scheduler decides how to run it. Frozen. */
export interface TaskTraits {
  /** How urgent it is. Defaults to `'user-visible'`. */
  readonly priority: TaskPriority;
  /** The name in errors, reports and diagrams. Defaults to the empty string. */
  readonly name: string;
  /** What a shutdown does with it. Defaults to `'skip-on-shutdown'`. */
  readonly shutdownBehavior: ShutdownBehavior;
  /** Whether waiting and delayed work keeps a Node process alive, as a timer does. A trait of runners. */
  readonly keepAlive: boolean;
  /** Whether tasks run back to back, without the microtasks of one before the next. A trait of runners. */
  readonly backToBack: boolean;
}

/** The traits of one task. What is left out is taken from its runner. */
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
  /** Defaults to true. With false, what waits or is delayed lets a Node process end. */
  readonly keepAlive?: boolean | undefined;
  /**
   * Defaults to false. With true the tasks of this runner run back to back in one call of the host, for bulk work of
   * many short tasks: microtasks, and changes of the `AsyncLocalStorage` context, wait for the end of that batch, which
   * is at most one turn long.
   */
  readonly backToBack?: boolean | undefined;
}

/** How one task is posted. */
export interface PostOptions extends TaskTraitsInput {
  /** Milliseconds until the task joins the queue, never fewer. Defaults to 0; `Infinity` never joins. */
  readonly delay?: number | undefined;
  /** Cancels the task when it aborts. If it has aborted already, the handle rejects at once. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds, after the delay, within which the task must begin. Otherwise it is dropped, and the handle rejects
   * with a `TaskRejectedError` whose `reason` is `'timeout'`. Defaults to `Infinity`.
   */
  readonly queueTimeout?: number | undefined;
}

/** What a task is given when it runs. Its functions need no `this`: `({ sleep }) => sleep(10)` is as good. */
export interface TaskContext {
  /** The runner of the task: the same as `currentTaskRunner()`, and correct after an `await` too. */
  readonly runner: TaskRunner;
  /** The task's name, or else its runner's. */
  readonly name: string;
  /** Aborts when the task is cancelled or aborted while it runs. Made when it is first read. */
  readonly signal: AbortSignal;

  /**
   * Whether a long task should yield now: the turn has used up its time, something more urgent is ready, or the task is
   * cancelled. After an `await` of something of the host's the task runs outside of turns, and has as much time from its
   * first question on. It reads the clock, queues what is due, and calls alarms that are due.
   */
  readonly shouldYield: () => boolean;

  /**
   * Gives way to more urgent work and, when the turn has used up its time, to the host. The task then continues before
   * others of its priority, as with `scheduler.yield()` of the web. Nothing else of its sequence begins meanwhile. After
   * it has kept its place in 20 turns, the others of its priority go first once, so that none starves.
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
   * Waits `ms` milliseconds. The task gives its worker back meanwhile and keeps its sequence. On waking it gets a worker
   * before tasks of its priority that have not begun; in a shutdown that waits for it, it does not wait for one.
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
   * Waits for a promise, such as the handle of another task. The task gives its worker back meanwhile and keeps its
   * sequence, so that tasks which wait for each other across runners do not use up the workers.
   *
   * ```ts
   * orders.postTask(async (context) => book(await context.waitFor(stock.postTask(reserve))));
   * ```
   *
   * @returns a promise of the same result, which rejects with the reason when the task is cancelled
   */
  readonly waitFor: <T>(promise: PromiseLike<T>) => Promise<T>;

  /**
   * Fails the task with `error` at once, as a time limit does: the handle rejects, the signal aborts, and the sequence is
   * free when the task's code has ended. Does nothing once the task has settled.
   */
  readonly abort: (error: unknown) => void;

  /**
   * Lets go of the task's code if it goes on for longer than `ms` milliseconds after it was told to stop: cancelled,
   * aborted, or given up by a shutdown. Its sequence and its worker are free then; what the code still does is ignored. The
   * pool's `onTaskError`, if there is one, is told. Without it the sequence is free only when the code has ended. Of a task
   * that was told before, the time begins with this call.
   *
   * @throws RangeError or TypeError when `ms` is not a number of milliseconds, 0 or more
   */
  readonly letGoAfter: (ms: number) => void;

  /**
   * Calls `run` in `ms` milliseconds, between tasks, unless the task has settled by then or the returned subscription is
   * unsubscribed. For verbs such as a time limit. `run` belongs to no task, and waits for no worker.
   */
  readonly alarm: (ms: number, run: () => void) => Subscription;

  /** `yield` without a promise, for code that must also work in virtual time: `next` continues the task. */
  readonly yieldThen: (next: () => void) => void;

  /** `sleep` without a promise: `next` continues the task. It is not called when the task has settled by then. */
  readonly sleepThen: (ms: number, next: () => void) => void;
}

/**
 * What one posts: a function of its context.
 *
 * When it returns a promise or an observable, the task holds its sequence, and a worker of its pool, until that ends.
 * The result of an observable is its last value, or `undefined` when it had none.
 */
export type TaskFunction<T> = (context: TaskContext) => TaskResult<T>;

/** A result of type `T`, or what will have one. */
export type TaskResult<T> = T | PromiseLike<T> | Observable<T>;

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
  /** What has become of the task. */
  readonly state: TaskState;
  /** The result, or the error, once the handle has settled; `undefined` before that. */
  readonly result: unknown;
  /**
   * Cancels the task. Queued or delayed, it is removed and its memory freed at once; running, its `signal` aborts and
   * its observable is unsubscribed. Whoever awaits the handle gets a `TaskCancelledError`, whose `cause` is `reason`.
   * Does nothing after the handle has settled.
   */
  cancel(reason?: unknown): void;
  /**
   * Changes the priority of the task, queued or delayed. In its runner's queue it keeps its place, and may lift the whole
   * sequence; in a pool, which has a queue per priority, it joins the end of the new one. O(1).
   *
   * @throws TypeError when there is no such priority
   */
  setPriority(priority: TaskPriorityInput): void;
  /**
   * Calls `listener` synchronously when the handle has settled: at once if it has. Whoever listens answers for the error,
   * which is then not reported, unless `isHeard` is given and returns false at the time of the report.
   */
  whenSettled(listener: () => void, isHeard?: () => boolean): void;
  /** The task that has to end before this handle settles, where the handle stands for another task. */
  readonly standsFor: TaskHandle<unknown> | null;
  /** Which task it is of, and its state. */
  toString(): string;
  /** `using` a handle cancels it at the end of the block, where the runtime knows `Symbol.dispose`. */
  [Symbol.dispose](): void;
}

/** What `withPriority` returns: a runner's queue as a scheduler for RxJS, whose actions have one priority. */
export interface RunnerView extends SchedulerLike {
  /** The runner whose queue it is. */
  readonly runner: TaskRunner;
}

/**
 * The door to a queue of tasks. A scheduler of RxJS, too.
 *
 * `schedule` and `now` are RxJS's, and make actions: synchronous, never waiting for a worker. `postTask` makes tasks,
 * which may be asynchronous. Both go through one queue.
 *
 * Whoever has these members is a runner: verbs and operators ask for no more unless they say so. `DeferredHandle` helps
 * to write one.
 */
export interface TaskRunner extends SchedulerLike {
  /** The name among its traits. */
  readonly name: string;
  /** The traits it was made with. After `setPriority` they are unchanged; `priority` is the current one. */
  readonly traits: TaskTraits;
  /** The current priority of the tasks that have none of their own. */
  readonly priority: TaskPriority;

  /**
   * Posts a task: it runs later, never synchronously, after all that was posted to this runner before it.
   *
   * ```ts
   * const total = await runner.postTask(({ signal }) => load(signal), { name: 'load' });
   * ```
   *
   * O(1), and O(log n) with a delay. After a shutdown, or with an aborted `signal`, the handle is rejected, respectively
   * cancelled, at once.
   *
   * @returns the handle of the task
   * @throws TypeError or RangeError when `task` is not a function, or an option has a value that it cannot have
   */
  postTask<T>(task: TaskFunction<T>, options?: PostOptions): TaskHandle<T>;

  /**
   * The same queue for actions of another priority: a scheduler for RxJS. The same object for the same priority.
   *
   * @throws TypeError when there is no such priority
   */
  withPriority(priority: TaskPriorityInput): RunnerView;

  /** Whether the code that asks is part of a task of this runner. Exact in synchronous code, false after an `await`. */
  isCurrent(): boolean;
}

/** What a pool's error handler is told beside the error. */
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
   * How long the task waited for its turn, in milliseconds. `undefined` for actions of streams, which are too small to carry
   * the time: `observeTasks` reports that too.
   */
  readonly waitTime: number | undefined;
  /** How long the task ran, in milliseconds; `undefined` likewise. */
  readonly runTime: number | undefined;
  /** `file:line` where it was posted, in debug mode. */
  readonly postedFrom: string | undefined;
}

/** Is told of errors that nobody awaits: the option `onTaskError` of a pool. What it throws goes to the host. */
export type TaskErrorHandler = (error: unknown, info: TaskErrorInfo) => void;

/** Options of verbs that wait. */
export interface WaitOptions {
  /** Ends the wait when it aborts: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `shutdown`. */
export interface ShutdownOptions {
  /** Milliseconds to wait for what must be waited for. Defaults to `Infinity`. A later call may shorten it. */
  readonly timeout?: number | undefined;
  /**
   * What happens to tasks that are queued: `'honour'` (the default) follows their `shutdownBehavior`, `'run'` runs them
   * all. Delayed tasks are dropped either way.
   */
  readonly queued?: 'honour' | 'run' | undefined;
}

/**
 * What became of the tasks that a runner or pool had when its shutdown began, or that were posted during it: the name of
 * each, or that of its runner. One that somebody cancels before it begins, or that times out in the queue, is in no list.
 */
export interface ShutdownReport {
  /** Ended, well or not, before the shutdown did. */
  readonly ran: readonly string[];
  /** Dropped before they began. */
  readonly skipped: readonly string[];
  /** Begun, or bound to run, but not waited for. */
  readonly abandoned: readonly string[];
}
