import type { TaskRejectedError } from '../base/errors.js';
import { tooLate } from '../engine/admission.js';
import { PerClock } from '../engine/per-clock.js';
import type { QueueOptions } from '../engine/queue-bound.js';
import { Sequence } from '../engine/sequence.js';
import type { Task } from '../engine/task.js';
import type { TaskScheduler } from '../engine/task-scheduler.js';
import { type TaskPriorityInput, type TaskTraits, type TaskTraitsInput, toLane } from '../engine/traits.js';
import { ClosableRunner } from './closable-runner.js';
import type { ShutdownPart } from './shutdown.js';

/** What a runner of its own may be told when it is made. */
export interface RunnerOptions extends TaskTraitsInput {
  /** Bounds its queue of posted tasks. Without them it takes whatever comes. */
  readonly queue?: QueueOptions | undefined;
}

/** A runner with one sequence per clock: what the sequenced, the parallel and the single-thread runner do alike. */
export abstract class SequenceRunner extends ClosableRunner {
  private readonly sequences = new PerClock(
    (scheduler) => new Sequence(this, scheduler, this.admission.workers.on(scheduler), this.limit),
  );
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

  /** @internal */
  override get isClosed(): boolean {
    return this.hasClosed || this.admission.isClosed;
  }

  /** @internal */
  override rejection(what: string): TaskRejectedError {
    return this.hasClosed ? tooLate(this.description, what) : super.rejection(what);
  }

  /** @internal */
  override get description(): string {
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
  override close(): void {
    this.hasClosed = true;
  }

  /** @internal */
  override owns(task: Task): boolean {
    return task.sequence.owner === this;
  }

  /** @internal */
  override parts(): ShutdownPart[] {
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
