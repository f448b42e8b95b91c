import { demand, demandObject, demandOptions } from '../base/demand.js';
import { Admission, type Closing } from '../kernel/admission.js';
import { PerClock } from '../kernel/per-clock.js';
import type { TaskScheduler } from '../kernel/scheduler.js';
import type { Sequence } from '../kernel/sequence.js';
import { FOLLOW, type Lane, LANES, toTraits } from '../kernel/traits.js';
import type { Work } from '../kernel/work.js';
import type { TaskErrorHandler } from '../types.js';
import { type Bound, type RateLimit, sharedLimits, toLimits } from './limits.js';
import { Runner, toLimit } from './runner.js';
import { type RunnerOptions, toRunnerTraits } from './runner-options.js';

/** Options of a {@link ThreadPool}. */
export interface ThreadPoolOptions {
  /**
   * How many posted tasks of the pool and all its runners may run at once: a positive integer or `Infinity`. Defaults to 4.
   * `setWorkers` changes it.
   */
  readonly workers?: number | undefined;
  /** The name of the pool in errors and reports. */
  readonly name?: string | undefined;
  /** Gets errors of tasks that nobody awaits. Without it they become uncaught exceptions. */
  readonly onTaskError?: TaskErrorHandler | undefined;
  /** Limits how many posted tasks wait in the pool and all its runners together: `bounded(1_000)`. */
  readonly queue?: Bound | undefined;
  /** Limits how often posted tasks of the pool and all its runners start: `rateLimit({ starts: 10, per: 1_000 })`. */
  readonly rate?: RateLimit | undefined;
}

/** Options of a runner that runs several tasks at once. */
export interface ParallelRunnerOptions extends RunnerOptions {
  /** How many of its tasks may run at once: a positive integer or `Infinity`. `setMaxConcurrency` changes it. */
  readonly maxConcurrency: number;
}

const DEFAULT_WORKERS = 4;

/**
 * A group of runners with common workers, error handler and shutdown.
 *
 * The pool is itself a runner, for work whose order does not matter: its actions of one priority start in posting order,
 * and so do its tasks, which run concurrently. It owns no thread and no loop. Priorities apply across all pools of a
 * program.
 *
 * ```ts
 * const pool = new ThreadPool({ workers: 4, name: 'app' });
 * const ui = pool.createSequencedTaskRunner({ priority: 'user-blocking', name: 'ui' });
 * keystrokes$.pipe(debounceTime(150, ui), switchMap((text) => search(text)), observeOn(ui)).subscribe(render);
 * ```
 *
 * - A posted task holds a worker while its promise or observable is pending; actions never wait for one.
 * - Best-effort tasks hold at most `max(1, workers - 1)` workers.
 * - An idle pool keeps no process alive.
 */
export class ThreadPool extends Runner {
  // Actions have queues of their own. Otherwise a timer could stand behind a task that waits for a worker, while those that
  // hold the workers wait for that timer.
  private readonly forTasks = this.makeQueues();
  private readonly forActions = this.makeQueues();

  /** @throws RangeError or TypeError when an option is invalid */
  constructor(options: ThreadPoolOptions = {}) {
    demandObject(options, 'The options of a pool must be an object');
    demandOptions(options, ['workers', 'name', 'onTaskError', 'queue', 'rate']);
    const { workers = DEFAULT_WORKERS, name = '', onTaskError } = options;
    demand(typeof options.queue !== 'function', 'The option queue of a pool must be one bound', options.queue);
    const limits = sharedLimits(toLimits(options));
    super(
      toTraits({ name }),
      [],
      Admission.of(name, toLimit('workers', workers), onTaskError, limits),
      Infinity,
      false,
    );
  }

  /**
   * Makes a runner of this pool whose tasks never overlap. O(1), cheap.
   *
   * @throws TypeError or RangeError when an option is invalid
   */
  createSequencedTaskRunner(options?: RunnerOptions): Runner {
    const { admission } = this;
    return new Runner(toRunnerTraits(options), toLimits(options), admission);
  }

  /**
   * Makes a runner of this pool that runs at most `maxConcurrency` tasks at once. Use it for work that may end in any
   * order, such as requests. O(1), cheap.
   *
   * ```ts
   * const downloads = pool.createParallelTaskRunner({ maxConcurrency: 6, name: 'downloads' });
   * const pages = await Promise.all(urls.map((url) => downloads.postTask(({ signal }) => load(url, signal))));
   * ```
   *
   * @throws TypeError or RangeError when an option is invalid
   */
  createParallelTaskRunner(options: ParallelRunnerOptions): Runner {
    demandObject(options, 'The options of a parallel runner must be an object with a maxConcurrency');
    const { admission } = this;
    const limit = toLimit('maxConcurrency', options.maxConcurrency);
    return new Runner(toRunnerTraits(options, ['maxConcurrency']), toLimits(options), admission, limit, false);
  }

  override toString(): string {
    return `ThreadPool(${this.name})`;
  }

  /** @internal */
  override close(closing: Closing): void {
    this.admission.closing = closing;
  }

  /** @internal */
  override get description(): string {
    return this.admission.description;
  }

  /** @internal */
  override sequenceOn(scheduler: TaskScheduler, lane: Lane | typeof FOLLOW, needsWorker: boolean): Sequence {
    const queues = needsWorker ? this.forTasks : this.forActions;
    return queues[lane === FOLLOW ? this.lane : lane]!.on(scheduler);
  }

  /** @internal */
  override sequencesOn(scheduler: TaskScheduler): Sequence[] {
    return [...this.forTasks, ...this.forActions].flatMap((queue) => queue.get(scheduler) ?? []);
  }

  /** @internal */
  override findWork(scheduler: TaskScheduler): Work {
    return this.workOn(scheduler);
  }

  /** @internal */
  override workOn(scheduler: TaskScheduler): Work {
    return this.admission.workers.on(scheduler);
  }

  /** @internal */
  override works(): Work[] {
    return this.admission.workers.values();
  }

  /** @internal */
  override everySequence(): Sequence[] {
    return [...this.forTasks, ...this.forActions].flatMap((queue) => queue.values());
  }

  private makeQueues(): PerClock<Sequence>[] {
    return LANES.map(() => new PerClock((scheduler) => this.makeSequence(scheduler)));
  }
}
