import { Observable } from 'rxjs';
import { demand, demandOptions, toDuration } from '../base/demand.js';
import { disposeBy } from '../base/dispose.js';
import { threadCalls } from '../inspect/thread-calls.js';
import type { RemoteArguments, RemoteResult, RemoteTask, RemoteTasks, ServedTasks } from '../remote/types.js';
import { isRunner } from '../runners/is-runner.js';
import type { TaskContext } from '../types.js';
import { schedulerInForce } from '../virtual/in-force.js';
import { ThreadsEndedError } from './errors.js';
import { type CallOptions, type CallPlan, RemoteCall } from './remote-call.js';
import { type MakeWorker, ThreadSet } from './thread-set.js';
import { type ThreadsOptions, type ThreadsPlan, toPlan } from './threads-options.js';

/** Options of `Threads.shutdown`. */
export interface ThreadsShutdownOptions {
  /** Milliseconds to wait for running tasks. After that their threads are terminated. Defaults to `Infinity`. */
  readonly timeout?: number | undefined;
}

/** What a pool has, and a runner of this library: a shutdown that one can wait for. */
interface ShutsDown {
  whenShutdown(): PromiseLike<unknown>;
}

/**
 * Threads that run the tasks of one module: workers of Node or of the web, each of which calls `serveTasks`.
 *
 * `threads.tasks.hash(buffer)` makes a task function, for `postTask`, `fromTask` and the other verbs. So a runner decides
 * when and in which order it starts, and what a shutdown does with it. It runs on the first free thread.
 *
 * - The signal of a cancelled task aborts. Its sequence and its worker are free once its code in the thread has ended.
 * - An error arrives with its name, message, cause, own fields, and the stack from the thread.
 * - If a thread crashes, the tasks that run on it fail with a `ThreadCrashedError` at once, and a new thread replaces it.
 *   Tasks that have not begun run on the other threads. If threads crash too often, all calls fail with a
 *   `ThreadsEndedError`.
 * - Threads start on demand. Idle threads do not keep a process alive.
 *
 * ```ts
 * const threads = new Threads<Tasks>(({ name }) => new Worker(new URL('./primes.tasks.js', import.meta.url), { name }));
 * const pool = new ThreadPool({ workers: threads.size });
 * const digest = await pool.postTask(threads.tasks.hash(buffer));
 * ```
 *
 * @typeParam T the served tasks, by name: the type of the argument of `serveTasks` in their module
 */
export class Threads<T extends ServedTasks = ServedTasks> {
  /** `await using` shuts the threads down at the end of the block, if the runtime supports `Symbol.asyncDispose`. */
  declare [Symbol.asyncDispose]: () => Promise<void>;

  /** The served tasks: each function makes a task function from its arguments. */
  readonly tasks: RemoteTasks<T>;
  private readonly plan: ThreadsPlan;
  private readonly set: ThreadSet;
  private readonly pins = new Map<string, Threads<T>>();
  private lastId = 0;

  /**
   * @param make creates a worker, whenever a thread is needed
   * @throws TypeError or RangeError when an argument is invalid
   */
  constructor(
    private readonly make: MakeWorker,
    options?: ThreadsOptions,
  ) {
    demand(typeof make === 'function', 'Threads needs a function that makes a worker', make);
    this.plan = toPlan(options);
    this.set = new ThreadSet(make, this.plan);
    this.tasks = new Proxy({} as RemoteTasks<T>, {
      get: (_, name) =>
        // Awaiting it must not call a task.
        typeof name === 'string' && name !== 'then'
          ? (...args: unknown[]) => {
              demand(!isContext(args[0]), `Post what tasks.${name}(…) returns, and not tasks.${name} itself`, args[0]);
              return this.taskOf(name, args, {});
            }
          : undefined,
    });
  }

  /** The maximum number of threads. Give a pool whose tasks all run here the same number of workers. */
  get size(): number {
    return this.plan.size;
  }

  /**
   * Makes the task function of a call, with options.
   *
   * ```ts
   * pool.postTask(threads.call('hash', [buffer], { transfer: [buffer], terminate: true }));
   * ```
   *
   * @throws TypeError or RangeError when an argument is invalid
   */
  call<K extends keyof T & string>(
    name: K,
    args: RemoteArguments<Parameters<T[K]>>,
    options: CallOptions = {},
  ): RemoteTask<RemoteResult<ReturnType<T[K]>>> {
    demand(typeof name === 'string', 'The name of a task must be a string', name);
    demand(Array.isArray(args), `The arguments of task '${name}' must be an array`, args);
    demandOptions(options);
    return this.taskOf(name, args, options) as RemoteTask<RemoteResult<ReturnType<T[K]>>>;
  }

  /**
   * Returns an additional thread with this name, for module state such as a connection. Its tasks run one at a time, in the
   * order in which they start. Returns the same object for the same name. A crashed thread is replaced, and its state is
   * lost.
   *
   * @throws TypeError when `name` is not a string
   */
  pinned(name: string): Threads<T> {
    demand(typeof name === 'string', 'The name of a pinned thread must be a string', name);
    let pin = this.pins.get(name);
    if (pin === undefined) {
      pin = new Threads<T>(this.make, { ...this.plan, size: 1, perThread: 1, name });
      if (this.set.refusal !== null) void pin.set.endAll(this.set.refusal);
      this.pins.set(name, pin);
    }
    return pin;
  }

  /**
   * Shuts the threads down after `pool`, a pool or a runner, has shut down, when the tasks that it waits for have ended. A
   * shutdown of a pool is not one of its runners: if you shut down the pool, pass the pool.
   *
   * @param options how long to wait for tasks that the pool does not wait for. The timeout defaults to 1,000
   * @throws TypeError or RangeError when an argument is invalid
   */
  endWith(pool: ShutsDown, options: ThreadsShutdownOptions = {}): void {
    demand(typeof pool.whenShutdown === 'function', 'Threads can end with a pool or a runner only', pool);
    const { timeout = 1_000 } = checked(options);
    void pool.whenShutdown().then(() => this.shutdown({ timeout }));
  }

  /**
   * Rejects new calls, waits for calls that run or wait for a thread, and then ends the threads. Idempotent. A later call
   * may shorten the time-out.
   *
   * @throws TypeError or RangeError when an option is invalid
   */
  async shutdown(options: ThreadsShutdownOptions = {}): Promise<void> {
    const { timeout = Infinity } = checked(options);
    const { name } = this.plan;
    const pins = [...this.pins.values()].map((pin) => pin.shutdown(options));
    const error = this.set.close(new ThreadsEndedError(`The threads '${name}' are shut down.`));
    const giveUp = (): void => {
      void this.set.endAll(new ThreadsEndedError(`The shutdown of the threads '${name}' has timed out.`));
    };
    const alarm = timeout === Infinity ? null : schedulerInForce().alarm(timeout, giveUp, true);
    await this.set.whenQuiet();
    alarm?.unsubscribe();
    await this.set.endAll(error);
    await Promise.all(pins);
  }

  /** Ends the threads at once. Calls that run on them, or wait for one, fail with a `ThreadsEndedError`. */
  async stop(): Promise<void> {
    const pins = [...this.pins.values()].map((pin) => pin.stop());
    await this.set.endAll(new ThreadsEndedError(`The threads '${this.plan.name}' were stopped.`));
    await Promise.all(pins);
  }

  private taskOf(name: string, args: readonly unknown[], options: CallOptions): RemoteTask<unknown> {
    const { transfer = [], terminate = false, grace = 1_000 } = options;
    demand(Array.isArray(transfer), 'The option transfer must be an array of objects to move', transfer);
    demand(typeof terminate === 'boolean', 'The option terminate must be true or false', terminate);
    const plan: CallPlan = { transfer, terminate, grace: toDuration('The option grace', grace) };
    return (context: TaskContext) =>
      new Observable((subscriber) => {
        const call = new RemoteCall(++this.lastId, name, args, plan, subscriber);
        threadCalls.made(call);
        // Known before it begins, which may settle the task.
        subscriber.add(() => this.set.cancel(call, context));
        this.set.take(call);
      });
  }
}

disposeBy(Threads.prototype, 'asyncDispose', 'shutdown');

/** Whether it is what a runner gives to the function that it runs: a served task that was not called gets that. */
function isContext(value: unknown): boolean {
  const { runner, shouldYield } = (value ?? {}) as Partial<TaskContext>;
  return isRunner(runner) && typeof shouldYield === 'function';
}

function checked(options: ThreadsShutdownOptions): ThreadsShutdownOptions {
  demandOptions(options);
  toDuration('The timeout of a shutdown', options.timeout ?? Infinity);
  return options;
}
