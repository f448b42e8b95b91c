import { DeferredHandle, type Settled, whenSettled } from '../base/deferred-handle.js';
import { demand, demandNumber, demandObject, demandOptions, demandSignal } from '../base/demand.js';
import { followSignal } from '../base/signal-followers.js';
import { toLane, toTraits } from '../kernel/traits.js';
import { isRunner } from '../runners/is-runner.js';
import type { TaskContext, TaskHandle, TaskPriorityInput, TaskResult, TaskRunner, TaskTraitsInput } from '../types.js';

/** What a worker of a job is given beside its context. */
export interface JobDelegate {
  /** The lowest number that no other active worker of the job has: 0 or more, so that it may index a buffer per worker. */
  readonly index: number;
  /** The same as that of the job's handle. */
  notifyConcurrencyIncrease(): boolean;
}

/** Options of {@link postJob}: its two functions, and how each worker is posted. */
export interface JobOptions extends TaskTraitsInput {
  /**
   * How many workers the job can use now, 0 or more, when `activeWorkers` have begun and not ended: usually the number of
   * pieces that nobody has taken, plus `activeWorkers`. It is called as a worker begins, and when one has ended.
   */
  readonly maxConcurrency: (activeWorkers: number) => number;
  /**
   * What each worker does: it takes pieces of work until none is left, or `context.shouldYield()`. It must make progress
   * whenever it is called, or it is called for ever.
   */
  readonly work: (context: TaskContext, delegate: JobDelegate) => TaskResult<unknown>;
  /** Cancels the job when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/** The handle of a job: a task handle that settles when the whole job has. */
export interface JobHandle extends TaskHandle<void> {
  /**
   * Says that `maxConcurrency` has become larger, since there is more work. O(1).
   *
   * @returns false when the job has settled, so that no worker comes for that work: post another job
   */
  notifyConcurrencyIncrease(): boolean;
}

/**
 * Posts work that several workers share, each of which is a task of `runner`: so its order, limit, workers, priorities and
 * shutdown hold. At most one worker is queued at a time. As it begins it asks `maxConcurrency`, and posts the next one if
 * more can be used. One that returns while there is work left is posted again, behind what others have posted.
 *
 * - The handle settles as done when no worker is active and `maxConcurrency` says 0; at once, then, if there is no work.
 * - When a worker fails, or `maxConcurrency` throws or gives no count, the handle rejects with the first error. The other
 *   workers are cancelled: their signals abort, and as with `Promise.all` the handle does not wait for them.
 * - Cancelling the handle cancels all workers. `setPriority` changes those to come, too.
 * - A worker that is refused or dropped, by a shutdown or a full queue, is done without while another is active. When none
 *   is left, the handle is rejected. With `shutdownBehavior: 'block-shutdown'` a shutdown waits for the whole job.
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
 * It costs a task for each time that a worker begins, and O(active workers) to find its index. Source: `base::PostJob` of
 * Chromium, where a job without work waits for some.
 *
 * @throws TypeError when an argument is not what it must be
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
  /** The index of each that has begun. */
  private readonly active = new Map<TaskHandle<unknown>, number>();
  private priority: TaskPriorityInput | undefined;

  constructor(
    private readonly runner: TaskRunner,
    private readonly options: JobOptions,
  ) {
    const { handle } = this;
    const { priority, signal } = options;
    this.priority = priority;
    // A task of its sequence that waits for it would wait for itself.
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
    // One that is refused while others are active is nobody's business.
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
    // While others are active they do what there is to do. The last one asks again.
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
      // No worker fails of it. Whoever hears the handle is told; else the pool is.
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
