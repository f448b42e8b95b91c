import { demand } from '../base/errors.js';
import type { Admission } from '../engine/admission.js';
import { PerClock } from '../engine/per-clock.js';
import { schedulerInForce } from '../engine/schedulers.js';
import { Sequence } from '../engine/sequence.js';
import type { TaskScheduler } from '../engine/task-scheduler.js';
import { type TaskPriorityInput, type TaskTraits, toLane } from '../engine/traits.js';
import { BaseTaskRunner } from './base-task-runner.js';

/** Counters of one runner, on the clock in force. */
export interface RunnerStats {
  /** Tasks and actions that wait for their turn. */
  readonly queued: number;
  /** 1 while one runs, or has begun and is pending. */
  readonly running: number;
  /** Tasks and actions that are not yet due. */
  readonly delayed: number;
}

/**
 * A virtual thread: what is posted to it never overlaps, so that state only it touches needs no lock.
 *
 * - Tasks start in posting order, delayed ones in the order in which they fall due. None begins before the one before
 *   it has ended, across `await` too: a task that returns a promise or an observable holds the sequence until that ends.
 * - Urgent work behind slow work lifts the whole sequence; nothing in it is overtaken.
 * - It owns no loop and no thread. Making one costs a few objects; there may be thousands.
 *
 * It does not promise which of two runners goes first when their priorities are the same, only that they take turns.
 *
 * ```ts
 * const account = pool.createSequencedTaskRunner({ name: 'account' });
 * account.postTask(async () => { balance = await withdraw(balance, 10); });
 * account.postTask(() => console.log(balance)); // sees the new balance
 * ```
 */
export class SequencedTaskRunner extends BaseTaskRunner {
  private readonly sequences = new PerClock(
    (scheduler) => new Sequence(this, scheduler, this.admission.workers.on(scheduler), 1),
  );
  private bound: Admission | null = null;

  /** @internal Use `pool.createSequencedTaskRunner()` or `createTaskRunner()`. */
  constructor(
    traits: TaskTraits,
    private readonly findAdmission: () => Admission,
  ) {
    demand(
      typeof findAdmission === 'function',
      'A runner is made by its pool, or by createTaskRunner()',
      findAdmission,
    );
    super(traits);
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

  /** Counters, on the clock in force. O(1). */
  stats(): RunnerStats {
    const sequence = this.sequences.get(schedulerInForce());
    return { queued: sequence?.size ?? 0, running: sequence?.running ?? 0, delayed: sequence?.delayed ?? 0 };
  }

  /** @internal The pool it is bound to, from its first use on. */
  override get admission(): Admission {
    return (this.bound ??= this.findAdmission());
  }

  /** @internal */
  override sequenceOn(scheduler: TaskScheduler): Sequence {
    return this.sequences.on(scheduler);
  }
}
