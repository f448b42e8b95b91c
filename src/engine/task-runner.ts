import type { Observable, SchedulerLike, Subscription } from 'rxjs';
import type { PostOptions, RepeatOptions, Reply, ReplyOptions, RunnerStats, WaitOptions } from './task-options.js';
import type { TaskPriority, TaskPriorityInput, TaskTraits } from './traits.js';

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
  /** Aborted when the task is cancelled while it runs, or takes longer than its `runTimeout`. */
  readonly signal: AbortSignal;

  /**
   * Whether a long task should yield now: the turn has lasted long enough for the host, something more urgent is ready,
   * or the task is cancelled. Costs one reading of the clock.
   */
  shouldYield(): boolean;

  /**
   * Gives way to everything more urgent and, when the turn has lasted long enough, to the host; then the task goes on in
   * its place, before others of its priority. Nothing else of its sequence begins meanwhile. After it has kept its place
   * in 20 turns the others of its priority go first once, so that none starves.
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
   * Rejects with the reason when the task is cancelled, so that it ends.
   */
  yield(): Promise<void>;
}

/**
 * What one posts: a function of its context.
 *
 * When it returns a promise or an observable it holds its sequence, and a worker of its pool, until that ends. The
 * result of an observable is its last value, or `undefined` when it had none.
 *
 * A generator function is run step by step: at each `yield` the loop may go on with something more urgent, or with the
 * host, without a promise. What it returns is the result, and is awaited as that of any other; it may not yield promises.
 * When it is cancelled its `finally` blocks run to their end.
 */
export type TaskFunction<T> = (context: TaskContext) => TaskResult<T>;

/** A result of type `T`, or what will have one. */
export type TaskResult<T> = Awaitable<T> | Generator<void, Awaitable<T>, void>;

/** A value, or a promise or an observable that will give it. */
type Awaitable<T> = T | PromiseLike<T> | Observable<T>;

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
  /**
   * Changes the priority of the task, queued or delayed. In its runner's queue it keeps its place, and may lift the whole
   * sequence; in a pool, which has a queue per priority, it joins the end of the new one. O(1).
   *
   * @throws TypeError when there is no such priority
   */
  setPriority(priority: TaskPriorityInput): void;
  /** `using` a handle cancels it at the end of the block, where the runtime knows `Symbol.dispose`. */
  [Symbol.dispose](): void;
}

/** What `withPriority` gives: a runner's queue as a scheduler for RxJS, whose actions have one priority. */
export interface RunnerView extends SchedulerLike {
  readonly runner: TaskRunner;
}

/**
 * The door to a sequence: what order is promised. A scheduler of RxJS, too.
 *
 * `schedule` and `now` are RxJS's, and make actions: synchronous, never waiting for a worker. `postTask` makes tasks,
 * which may be asynchronous. Both go through one queue.
 */
export interface TaskRunner extends SchedulerLike {
  readonly name: string;
  /** What it was made with. They stay as they are: after `setPriority` it is `priority` that says the new one. */
  readonly traits: TaskTraits;
  /** The priority, now, of the tasks that have none of their own. */
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
   * Posts `task`, and when it has ended well `reply`, with its result, to the runner that asked: the one whose task is
   * running now, unless `replyRunner` names another.
   *
   * When the task fails the reply is not called, and the error goes its normal way: to whoever awaits the handle, else to
   * `onTaskError` of the task's pool. A reply that is an object with `error` gets it instead. The handle is that of both:
   * it has the result of the reply, `undefined` where there is none, and cancels whichever of the two has not ended.
   *
   * ```ts
   * io.postTaskAndReply(({ signal }) => load(signal), (page) => show(page), ui);
   * ```
   *
   * @throws TypeError when `task` or `reply` is not what it must be, or no runner is named and none is running
   */
  postTaskAndReply<T, R = undefined, E = R>(
    task: TaskFunction<T>,
    reply: Reply<T, R, E>,
    replyRunner?: TaskRunner,
    options?: ReplyOptions,
  ): TaskHandle<R | E>;

  /**
   * Posts `task` again and again; it never overlaps itself. It ends when its handle is cancelled, when a run fails (the
   * handle rejects, or the error is reported), and with a shutdown. A queue that is full skips a run.
   *
   * ```ts
   * const polling = runner.postRepeatingTask(poll, { interval: 1_000, mode: 'fixed-rate' });
   * polling.cancel();
   * ```
   *
   * @throws TypeError or RangeError when an option has a value that it cannot have
   */
  postRepeatingTask(
    task: TaskFunction<unknown>,
    repeat: RepeatOptions,
    options?: Omit<PostOptions, 'queueTimeout'>,
  ): TaskHandle<never>;

  /**
   * A barrier: resolves when everything that was posted before it has ended; what is delayed and not yet due does not
   * count. What is posted after it starts after the code that awaits it has gone on, on a parallel runner too. A task must
   * not wait for it on its own runner, since it would wait for itself.
   */
  flush(options?: WaitOptions): Promise<void>;

  /** Resolves as soon as nothing is queued and nothing runs; what is delayed does not count. */
  whenIdle(options?: WaitOptions): Promise<void>;

  /**
   * Resolves when the queue has room for one more task, in the order of asking; at once where it has no bounds.
   *
   * ```ts
   * for await (const file of source) {
   *   await runner.whenRoom();
   *   runner.postTask(() => read(file));
   * }
   * ```
   */
  whenRoom(options?: WaitOptions): Promise<void>;

  /** Counters, of its queue on the clock in force. O(1). */
  stats(): RunnerStats;

  /**
   * The same queue for tasks of another priority: a scheduler for RxJS. The same object for the same priority.
   *
   * @throws TypeError when there is no such priority
   */
  withPriority(priority: TaskPriorityInput): RunnerView;

  /** Whether the code that asks is part of a task of this runner. Exact in synchronous code, false after an `await`. */
  isCurrent(): boolean;
}
