import type { Admission } from './admission.js';
import { Gate } from './gate.js';
import type { TaskScheduler } from './scheduler.js';
import type { Sequence } from './sequence.js';
import type { Task } from './task.js';
import { BEST_EFFORT, type Lane } from './traits.js';

/**
 * The workers of one pool on one clock: how many posted tasks may be pending at once.
 *
 * A posted task must find a worker free to begin, and holds it while its promise or observable is pending and it does not
 * sleep. Best-effort tasks hold at most `max(1, limit - 1)`, so that one worker is left for what is urgent. Every verb is
 * O(1).
 */
export class Workers extends Gate {
  /** How many workers are held. */
  held = 0;
  private bestEffort = 0;
  /** The sequences of the pool of which something is queued or runs, in no particular order. */
  readonly busy: Sequence[] = [];

  constructor(
    readonly admission: Admission,
    scheduler: TaskScheduler,
  ) {
    super(scheduler);
  }

  /** Whether nothing of the pool is queued or runs, but for what is the library's own. */
  get isQuiet(): boolean {
    return this.busy.every((sequence) => sequence.isQuiet);
  }

  override opens({ sequence }: Task, lane: Lane): boolean {
    const { limit } = this.admission;
    if (this.held + (this.isKeptFrom(sequence) ? 1 : 0) >= limit) return false;
    return lane !== BEST_EFFORT || this.bestEffort < Math.max(1, limit - 1);
  }

  /** A task that has begun in `lane` takes a worker. */
  hold(lane: Lane): void {
    this.held++;
    if (lane === BEST_EFFORT) this.bestEffort++;
  }

  /** A task that took a worker in `lane` gives it back. */
  release(lane: Lane): void {
    this.held--;
    if (lane === BEST_EFFORT) this.bestEffort--;
    this.callNext();
  }

  /** Something of `sequence` is about to be queued. */
  join(sequence: Sequence): void {
    this.busy.push(sequence);
    sequence.busyAt = this.busy.length - 1;
  }

  /** Nothing of `sequence` is queued or runs. */
  leave(sequence: Sequence): void {
    const { busyAt } = sequence;
    if (busyAt < 0) return;
    const last = this.busy.pop()!;
    if (last !== sequence) {
      this.busy[busyAt] = last;
      last.busyAt = busyAt;
    }
    sequence.busyAt = -1;
    this.scheduler.mayBeIdle(sequence);
  }
}
