import { DeferredHandle, type Settled, whenSettled } from '../base/deferred-handle.js';
import { demand, demandNumber, demandObject, demandOptions, demandSignal } from '../base/demand.js';
import { followSignal } from '../base/signal-followers.js';
import { toLane, toTraits } from '../kernel/traits.js';
import { isRunner } from '../runners/is-runner.js';
import type { TaskContext, TaskHandle, TaskPriorityInput, TaskResult, TaskRunner, TaskTraitsInput } from '../types.js';

/** The second argument of a job's `work`. */
export interface JobDelegate {
  /** The lowest number, from 0, that no other active worker of the job has. It may index a buffer per worker. */
  readonly index: number;
  /** The same as that of the job's handle. */
  notifyConcurrencyIncrease(): boolean;
}

/** Options of {@link postJob}: its two functions, and how each worker is posted. */
export interface JobOptions extends TaskTraitsInput {
  /**
   * Returns how many workers the job can use now, 0 or more. `activeWorkers` is the number of workers that have begun and
   * not ended. The result is usually the number of pieces left, plus `activeWorkers`. It is called when a worker begins and
   * when one has ended.
   */
  readonly maxConcurrency: (activeWorkers: number) => number;
  /**
   * The work of each worker: it takes pieces of work until none is left, or until `context.shouldYield()`. It must make
   * progress in every call. Otherwise it is called for ever.
   */
  readonly work: (context: TaskContext, delegate: JobDelegate) => TaskResult<unknown>;
  /** Cancels the job when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/** The handle of a job: a task handle that settles when the whole job has ended. */
export interface JobHandle extends TaskHandle<void> {
  /**
   * Tells the job that `maxConcurrency` has increased, because there is more work. O(1).
   *
   * @returns false if the job has settled, so that no worker will do that work: post another job
   */
  notifyConcurrencyIncrease(): boolean;
}

/**
 * Posts work that several workers share. Each worker is a task of `runner`, so the runner's order, limit, workers,
 * priorities and shutdown apply. At most one worker is queued at a time. When it begins, it calls `maxConcurrency`, and
 * posts the next worker if the job can use more. A worker that returns while there is work left is posted again, behind the
 * other tasks of the runner.
 *
 * - The handle resolves when no worker is active and `maxConcurrency` returns 0. If there is no work, that is at once.
 * - If a worker fails, or `maxConcurrency` throws or does not return a count, the handle rejects with the first error. The
 *   other workers are cancelled: their signals abort, but like `Promise.all` the handle does not wait for them.
 * - Cancelling the handle cancels all workers. `setPriority` also applies to later workers.
 * - If a worker is rejected or dropped, by a shutdown or a full queue, the job goes on with the other active workers. If
 *   none is left, the handle rejects. With `shutdownBehavior: 'block-shutdown'` a shutdown waits for the whole job.
 *
 * ```ts
 * await postJob(pool, {
 *   maxConcurrency: (activeWorkers) => files.length + activeWorkers,
 *   work: async (context) => {
 *     for (let file = files.pop(); file !== undefined; file = files.pop()) {
 *       await compress(file);
 *       if (context.shouldYield()) return;
 *     }
 *   },
 * });
 * ```
 *
 * Each start of a worker costs a task, and O(active workers) to find its index. Source: `base::PostJob` of Chromium, where
 * a job without work waits for some.
 *
 * @throws TypeError when an argument is invalid
 */
export function postJob(runner: TaskRunner, options: JobOptions): JobHandle {
  demand(isRunner(runner), 'postJob needs a runner', runner);
  demandObject(options, 'The options of a job must be an object with maxConcurrency and work');
  demandOptions(options, ['maxConcurrency', 'work', 'signal', 'priority', 'name', 'shutdownBehavior']);
  const { maxConcurrency, work, signal, ...traits } = options;
  demand(typeof maxConcurrency === 'function', 'The maxConcurrency of a job must be a function', maxConcurrency);
  demand(typeof work === 'function', 'The work of a job must be a function', work);
  demandSignal(signal);
  toTraits(traits);
  return new Job(runner, options).handle;
}

/** Unless it has settled, a worker is queued or active. */
class Job {
  private readonly notify = (): boolean => {
    this.post();
    return !this.handle.closed;
  };
  readonly handle = Object.assign(
    new DeferredHandle<void>({
      cancelled: (reason) => this.cancelWorkers(reason),
      reprioritized: (priority) => {
        toLane(priority);
        this.priority = priority;
        for (const worker of this.workers) worker.setPriority(priority);
      },
    }),
    { notifyConcurrencyIncrease: this.notify },
  );
  /** The worker that is queued, if one is. */
  private waiting: TaskHandle<unknown> | null = null;
  /** The indices of the workers that have begun. */
  private readonly active = new Map<TaskHandle<unknown>, number>();
  private priority: TaskPriorityInput | undefined;

  constructor(
    private readonly runner: TaskRunner,
    private readonly options: JobOptions,
  ) {
    const { handle } = this;
    const { priority, signal } = options;
    this.priority = priority;
    // If a task of its sequence waited for it, that task would wait for itself.
    handle.settlesOn = runner;
    this.post();
    const cancel = (): void => handle.cancel(signal?.reason);
    if (signal?.aborted === true) cancel();
    else if (signal !== undefined && !handle.closed) handle.add(followSignal(signal, cancel));
  }

  private post(): void {
    const { handle, runner, priority } = this;
    if (this.waiting !== null || handle.closed) return;
    const { name, shutdownBehavior } = this.options;
    const post = { name, shutdownBehavior, priority };
    const worker: TaskHandle<unknown> = runner.postTask((context) => this.begin(worker, context), post);
    this.waiting = worker;
    handle.standsFor = worker;
    // A rejected worker is not reported while others are active.
    const isHeard = (): boolean => handle.isHeard || handle.result !== worker.result;
    whenSettled(worker, (state, result) => this.ended(worker, state, result), isHeard);
  }

  private begin(worker: TaskHandle<unknown>, context: TaskContext): unknown {
    const { active, handle } = this;
    this.waiting = null;
    const wanted = this.wanted();
    if (wanted <= active.size || handle.closed) return undefined;
    const taken = new Set(active.values());
    let index = 0;
    while (taken.has(index)) index++;
    active.set(worker, index);
    handle.state = 'running';
    if (wanted > active.size) this.post();
    return this.options.work(context, { index, notifyConcurrencyIncrease: this.notify });
  }

  private ended(worker: TaskHandle<unknown>, state: Settled, result: unknown): void {
    const { active, handle } = this;
    active.delete(worker);
    if (this.waiting === worker) this.waiting = null;
    if (handle.closed) return;
    if (state === 'done') this.goOn();
    // Other active workers do the work. The last one checks again.
    else if (state !== 'rejected' || active.size === 0) this.settle(state, result);
  }

  /** A worker has ended: another one follows, or the job is over. */
  private goOn(): void {
    const { active, handle } = this;
    let isWanted;
    try {
      isWanted = this.wanted() > active.size;
      if (isWanted) this.post();
    } catch (error) {
      this.settle('failed', error);
      // No worker fails by this. The error rejects the handle, or else goes to the pool.
      if (handle.isHeard) return;
      throw error;
    }
    if (!isWanted && active.size === 0) this.settle('done', undefined);
  }

  private wanted(): number {
    const wanted = this.options.maxConcurrency(this.active.size);
    const isCount = typeof wanted === 'number' && wanted >= 0;
    demandNumber(isCount, 'The maxConcurrency of a job must return a number of workers, 0 or more', wanted);
    return wanted;
  }

  private settle(state: Settled, result: unknown): void {
    try {
      this.handle.settle(state, result);
    } finally {
      this.cancelWorkers(result);
    }
  }

  private cancelWorkers(reason: unknown): void {
    for (const worker of this.workers) worker.cancel(reason);
  }

  private get workers(): TaskHandle<unknown>[] {
    const { active, waiting } = this;
    return waiting === null ? [...active.keys()] : [...active.keys(), waiting];
  }
}
