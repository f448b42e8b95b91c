import { disposeBy } from '../base/dispose.js';
import { TaskRejectedError } from '../base/errors.js';
import { PerClock } from '../engine/per-clock.js';
import type { QueueOptions } from '../engine/queue-bound.js';
import { Sequence } from '../engine/sequence.js';
import type { Task } from '../engine/task.js';
import type { WaitOptions } from '../engine/task-options.js';
import type { TaskScheduler } from '../engine/task-scheduler.js';
import { type TaskPriorityInput, type TaskTraits, type TaskTraitsInput, toLane } from '../engine/traits.js';
import { BaseTaskRunner } from './base-task-runner.js';
import { Shutdown, type ShutdownOptions, type ShutdownPart, type ShutdownReport } from './shutdown.js';

/** What a runner of its own may be told when it is made. */
export interface RunnerOptions extends TaskTraitsInput {
  /** Bounds its queue of posted tasks. Without them it takes whatever comes. */
  readonly queue?: QueueOptions | undefined;
}

/** A runner with one sequence per clock: what the sequenced, the parallel and the single-thread runner do alike. */
export abstract class SequenceRunner extends BaseTaskRunner {
  /** `await using` a runner shuts it down at the end of the block, where the runtime knows `Symbol.asyncDispose`. */
  declare [Symbol.asyncDispose]: () => Promise<void>;

  private readonly sequences = new PerClock(
    (scheduler) => new Sequence(this, scheduler, this.admission.workers.on(scheduler), this.limit),
  );
  private readonly shutdownOnce = new Shutdown(this);
  protected hasClosed = false;

  constructor(
    traits: TaskTraits,
    queue: QueueOptions | undefined,
    private readonly limit: number,
  ) {
    super(traits, queue);
  }

  /**
   * Changes the priority of the runner's tasks, queued and delayed ones too; those with a priority of their own keep
   * it. O(1).
   *
   * @throws TypeError when there is no such priority
   */
  setPriority(priority: TaskPriorityInput): void {
    this.lane = toLane(priority);
    for (const sequence of this.sequences.values()) sequence.lanes?.reconsider(sequence);
  }

  /**
   * Stops admission at once, drops what may be dropped, and waits for the rest, as the shutdown of a pool does, for this
   * runner alone. Idempotent, and callable from one of its tasks, which should not await it.
   */
  shutdown(options?: ShutdownOptions): Promise<ShutdownReport> {
    return this.shutdownOnce.begin(options);
  }

  /** Drops all that waits, cancels what runs, and waits for nothing. A shutdown that has begun is cut short. */
  stop(): Promise<ShutdownReport> {
    return this.shutdownOnce.stop();
  }

  /** Resolves with the report when the runner has been shut down, by itself: asks for no shutdown. */
  whenShutdown(options?: WaitOptions): Promise<ShutdownReport> {
    return this.shutdownOnce.whenDone(options);
  }

  /** @internal */
  override get isClosed(): boolean {
    return this.hasClosed || this.admission.isClosed;
  }

  /** @internal */
  override rejection(what: string): TaskRejectedError {
    if (!this.hasClosed) return super.rejection(what);
    return new TaskRejectedError('shutdown', `Rejected, since ${this.description} is shut down: ${what}.`);
  }

  /** @internal */
  get description(): string {
    return this.name === '' ? 'the runner' : `the runner '${this.name}'`;
  }

  /** @internal */
  override get isSequence(): boolean {
    return this.limit === 1;
  }

  /** @internal */
  override sequenceOn(scheduler: TaskScheduler): Sequence {
    return this.sequences.on(scheduler);
  }

  /** @internal */
  override sequencesOn(scheduler: TaskScheduler): Sequence[] {
    const sequence = this.sequences.get(scheduler);
    return sequence === undefined ? [] : [sequence];
  }

  /** @internal */
  close(): void {
    this.hasClosed = true;
  }

  /** @internal */
  owns(task: Task): boolean {
    return task.sequence.owner === this;
  }

  /** @internal */
  parts(): ShutdownPart[] {
    return this.sequences.values().map((sequence) => {
      const { scheduler, workers, delayed } = sequence;
      const own = (tasks: Iterable<Task>): Task[] => [...tasks].filter((task) => task.sequence === sequence);
      return {
        scheduler,
        watched: sequence,
        waiting: [...sequence, ...(delayed > 0 ? own(scheduler.delayedTasks()) : [])],
        pending: own(workers.pending.keys()),
      };
    });
  }
}

disposeBy(SequenceRunner.prototype, 'asyncDispose', 'shutdown');
