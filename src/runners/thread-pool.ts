import { disposeBy } from '../base/dispose.js';
import { demand } from '../base/errors.js';
import { Admission, type TaskErrorHandler } from '../engine/admission.js';
import { PerClock } from '../engine/per-clock.js';
import { schedulerInForce } from '../engine/schedulers.js';
import { Sequence } from '../engine/sequence.js';
import type { TaskScheduler } from '../engine/task-scheduler.js';
import { FOLLOW, type Lane, PRIORITIES, type TaskPriority, type TaskTraitsInput, toTraits } from '../engine/traits.js';
import { BaseTaskRunner } from './base-task-runner.js';
import { SequencedTaskRunner } from './sequenced-task-runner.js';
import { Shutdown, type ShutdownOptions, type ShutdownReport } from './shutdown.js';

export interface ThreadPoolOptions {
  /** How many posted tasks may be pending at once: a positive integer or `Infinity`. 4 unless said otherwise. */
  readonly workers?: number | undefined;
  /** What the pool is called in errors and reports. */
  readonly name?: string | undefined;
  /** Hears of errors nobody awaits; without it they become uncaught exceptions. */
  readonly onTaskError?: TaskErrorHandler | undefined;
}

/** Counters of one pool, on the clock in force. */
export interface PoolStats {
  readonly name: string;
  readonly workers: number;
  /** Workers that are held by pending tasks. */
  readonly busy: number;
  /** Tasks and actions that wait for their turn. */
  readonly queued: number;
  /** Tasks and actions that are not yet due. */
  readonly delayed: number;
  /** Posts that were refused since the pool was made, on all clocks. */
  readonly rejected: number;
  readonly isShutdown: boolean;
  /** Tasks in the sequences that are ready to run, by effective priority. */
  readonly lanes: Readonly<Record<TaskPriority, number>>;
}

const DEFAULT_WORKERS = 4;

/**
 * A domain of admission: how many asynchronous tasks run at once, who hears of errors, what a shutdown waits for.
 *
 * It is a scheduler itself, for work whose order does not matter: its actions of one priority start in posting order,
 * and so do its tasks, side by side. It owns no thread and no loop; priority means the same between the pools of a program.
 *
 * ```ts
 * const pool = new ThreadPool({ workers: 4, name: 'app' });
 * const ui = pool.createSequencedTaskRunner({ priority: 'user-blocking', name: 'ui' });
 * keystrokes$.pipe(debounceTime(150, ui), switchMap(search), observeOn(ui)).subscribe(render);
 * ```
 *
 * - A posted task holds a worker while its promise or observable is pending; actions never wait for one.
 * - Best-effort tasks hold at most `max(1, workers - 1)` workers.
 * - An idle pool keeps no process alive.
 */
export class ThreadPool extends BaseTaskRunner {
  /** `await using` a pool shuts it down at the end of the block, where the runtime knows `Symbol.asyncDispose`. */
  declare [Symbol.asyncDispose]: () => Promise<void>;

  /** @internal */
  override readonly admission: Admission;
  // Apart, or a posted task that waits for a worker would hold up the actions behind it: a timer of the pool, perhaps,
  // for which those who hold the workers wait.
  private readonly forTasks: readonly PerClock<Sequence>[];
  private readonly forActions: readonly PerClock<Sequence>[];
  private readonly shutdownOnce: Shutdown;

  /** @throws RangeError or TypeError when an option has a value that it cannot have */
  constructor(options: ThreadPoolOptions = {}) {
    demand(
      typeof options === 'object' && (options as unknown) !== null,
      'The options of a pool must be an object',
      options,
    );
    const { workers = DEFAULT_WORKERS, name = '', onTaskError } = options;
    super(toTraits({ name }));
    const isCount = workers === Infinity || (Number.isInteger(workers) && workers > 0);
    demand(isCount, 'The number of workers must be a positive integer or Infinity', workers, RangeError);
    const isHandler = onTaskError === undefined || typeof onTaskError === 'function';
    demand(isHandler, 'onTaskError must be a function', onTaskError);
    const admission = new Admission(name, workers, onTaskError ?? null);
    this.admission = admission;
    this.shutdownOnce = new Shutdown(admission);
    const makeSequence = (): PerClock<Sequence> =>
      new PerClock((scheduler) => new Sequence(this, scheduler, admission.workers.on(scheduler), Infinity));
    this.forTasks = PRIORITIES.map(makeSequence);
    this.forActions = PRIORITIES.map(makeSequence);
  }

  /**
   * A runner of this pool whose tasks never overlap. O(1), cheap.
   *
   * @throws TypeError when a trait has a value that it cannot have
   */
  createSequencedTaskRunner(traits?: TaskTraitsInput): SequencedTaskRunner {
    return new SequencedTaskRunner(toTraits(traits), () => this.admission);
  }

  /** Counters, on the clock in force. O(ready sequences). */
  stats(): PoolStats {
    const { admission } = this;
    const scheduler = schedulerInForce();
    const workers = admission.workers.on(scheduler);
    const lanes = { 'user-blocking': 0, 'user-visible': 0, 'best-effort': 0 };
    for (const sequence of scheduler.readySequences()) {
      if (sequence.workers === workers) lanes[PRIORITIES[sequence.lane]!] += sequence.size;
    }
    return {
      name: admission.poolName,
      workers: admission.limit,
      busy: workers.pending.size,
      queued: workers.queued,
      delayed: workers.delayed,
      rejected: admission.rejected,
      isShutdown: admission.isClosed,
      lanes,
    };
  }

  /**
   * Stops admission at once, drops what may be dropped, and waits for the rest.
   *
   * What has not begun is rejected, unless its `shutdownBehavior` is `'block-shutdown'`; delayed tasks are always
   * rejected. What has begun is waited for, unless it is `'continue-on-shutdown'`. After `timeout` milliseconds what is
   * left is cancelled, its signals abort, and it is reported as abandoned. Idempotent, and callable from a task, which should not await it.
   */
  shutdown(options?: ShutdownOptions): Promise<ShutdownReport> {
    return this.shutdownOnce.begin(options);
  }

  /** @internal */
  override sequenceOn(scheduler: TaskScheduler, lane: Lane | typeof FOLLOW, needsWorker: boolean): Sequence {
    const sequences = needsWorker ? this.forTasks : this.forActions;
    return sequences[lane === FOLLOW ? this.lane : lane]!.on(scheduler);
  }
}

disposeBy(ThreadPool.prototype, 'asyncDispose', 'shutdown');
