import { demand, demandNumber, isCount } from '../base/errors.js';
import { Admission, type TaskErrorHandler } from '../engine/admission.js';
import { currentTask } from '../engine/current.js';
import { waitingTasks } from '../engine/inventory.js';
import { PerClock } from '../engine/per-clock.js';
import type { QueueOptions } from '../engine/queue-bound.js';
import { schedulerInForce } from '../engine/schedulers.js';
import { Sequence } from '../engine/sequence.js';
import { RUNNING, type Task } from '../engine/task.js';
import type { RunnerStats, WaitOptions } from '../engine/task-options.js';
import type { TaskScheduler } from '../engine/task-scheduler.js';
import { FOLLOW, type Lane, PRIORITIES, type TaskPriority, toTraits } from '../engine/traits.js';
import { ClosableRunner } from './closable-runner.js';
import { whenIdle } from './idle.js';
import { KeyedTaskRunner } from './keyed-task-runner.js';
import { ParallelTaskRunner, type ParallelRunnerOptions } from './parallel-task-runner.js';
import type { RunnerOptions } from './sequence-runner.js';
import { SequencedTaskRunner } from './sequenced-task-runner.js';
import type { ShutdownPart } from './shutdown.js';

export interface ThreadPoolOptions {
  /**
   * How many posted tasks, of the pool and of all its runners, may be pending at once: a positive integer or `Infinity`.
   * 4 unless said otherwise.
   */
  readonly workers?: number | undefined;
  /** What the pool is called in errors and reports. */
  readonly name?: string | undefined;
  /** Hears of errors nobody awaits; without it they become uncaught exceptions. */
  readonly onTaskError?: TaskErrorHandler | undefined;
  /** Bounds the queues of what is posted to the pool itself: one queue for each priority. */
  readonly queue?: QueueOptions | undefined;
}

/** Counters of one pool and all its runners, on the clock in force; `rejected` and `dropped` are of all clocks. */
export interface PoolStats extends RunnerStats {
  readonly workers: number;
  /** Workers that are held by pending tasks. */
  readonly busy: number;
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
export class ThreadPool extends ClosableRunner {
  /** @internal */
  override readonly admission: Admission;
  // Apart, or a posted task that waits for a worker would hold up the actions behind it: a timer of the pool, perhaps,
  // for which those who hold the workers wait.
  private readonly forTasks: readonly PerClock<Sequence>[];
  private readonly forActions: readonly PerClock<Sequence>[];

  /** @throws RangeError or TypeError when an option has a value that it cannot have */
  constructor(options: ThreadPoolOptions = {}) {
    demand(
      typeof options === 'object' && (options as unknown) !== null,
      'The options of a pool must be an object',
      options,
    );
    const { workers = DEFAULT_WORKERS, name = '', onTaskError, queue } = options;
    super(toTraits({ name }), queue);
    demandNumber(isCount(workers), 'The number of workers must be a positive integer or Infinity', workers);
    const admission = (this.admission = Admission.of(name, workers, onTaskError));
    const makeSequence = (): PerClock<Sequence> =>
      new PerClock((scheduler) => new Sequence(this, scheduler, admission.workers.on(scheduler), Infinity));
    this.forTasks = PRIORITIES.map(makeSequence);
    this.forActions = PRIORITIES.map(makeSequence);
  }

  /**
   * A runner of this pool whose tasks never overlap. O(1), cheap.
   *
   * @throws TypeError or RangeError when an option has a value that it cannot have
   */
  createSequencedTaskRunner(options?: RunnerOptions): SequencedTaskRunner {
    return new SequencedTaskRunner(options, () => this.admission, this.admission);
  }

  /**
   * A runner of this pool of whose tasks at most `maxConcurrency` run at once. O(1), cheap.
   *
   * @throws TypeError or RangeError when an option has a value that it cannot have
   */
  createParallelTaskRunner(options: ParallelRunnerOptions): ParallelTaskRunner {
    return new ParallelTaskRunner(options, this.admission);
  }

  /**
   * A sequence per key, of this pool: in order for each key, side by side across keys.
   *
   * @throws TypeError or RangeError when an option has a value that it cannot have
   */
  keyed<K = string>(options?: RunnerOptions): KeyedTaskRunner<K> {
    return new KeyedTaskRunner<K>(options, this.admission);
  }

  /** Counters, on the clock in force. O(ready sequences + busy workers). */
  override stats(): PoolStats {
    const { admission, name } = this;
    const { limit, rejected, dropped, isClosed: isShutdown } = admission;
    const scheduler = schedulerInForce();
    const workers = admission.workers.on(scheduler);
    const lanes = { 'user-blocking': 0, 'user-visible': 0, 'best-effort': 0 };
    for (const sequence of scheduler.readySequences()) {
      if (sequence.workers === workers) lanes[PRIORITIES[sequence.lane]!] += sequence.size;
    }
    const { queued, delayed, pending } = workers;
    const busy = pending.size;
    const current = currentTask();
    let running = current?.sequence.workers === workers && !pending.has(current) ? 1 : 0;
    // One that has given way holds a worker, but is queued.
    for (const task of pending.keys()) if (task.place === RUNNING) running++;
    return { name, workers: limit, busy, queued, running, delayed, rejected, dropped, isShutdown, lanes };
  }

  /** Resolves as soon as nothing of the pool and all its runners is queued or runs; what is delayed does not count. */
  override whenIdle(options?: WaitOptions): Promise<void> {
    const workers = this.admission.workers.on(schedulerInForce());
    return whenIdle(options, [workers], () => workers.isIdle && currentTask()?.sequence.workers !== workers);
  }

  /** @internal */
  override get description(): string {
    return this.admission.description;
  }

  /** @internal */
  override get isSequence(): boolean {
    return false;
  }

  /** @internal */
  override sequenceOn(scheduler: TaskScheduler, lane: Lane | typeof FOLLOW, needsWorker: boolean): Sequence {
    const sequences = needsWorker ? this.forTasks : this.forActions;
    return sequences[lane === FOLLOW ? this.lane : lane]!.on(scheduler);
  }

  /** @internal */
  override sequencesOn(scheduler: TaskScheduler): Sequence[] {
    return [...this.forTasks, ...this.forActions].flatMap((sequences) => sequences.get(scheduler) ?? []);
  }

  /** @internal */
  override close(): void {
    this.admission.isClosed = true;
  }

  /** @internal */
  override owns(task: Task): boolean {
    return task.sequence.workers.admission === this.admission;
  }

  /** @internal */
  override parts(): ShutdownPart[] {
    return this.admission.workers.values().map((workers) => ({
      scheduler: workers.scheduler,
      watched: workers,
      waiting: waitingTasks(workers),
      pending: [...workers.pending.keys()],
    }));
  }
}
