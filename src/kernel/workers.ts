import type { Admission } from './admission.js';
import { BusyList } from './busy-list.js';
import { Gate } from './gate.js';
import type { TaskScheduler } from './scheduler.js';
import type { Sequence } from './sequence.js';
import type { Task } from './task.js';
import { BEST_EFFORT, type Lane } from './traits.js';
import type { Work } from './work.js';

/**
 * The workers of one pool on one clock: how many posted tasks may run at once.
 *
 * A posted task needs a free worker to begin, and holds it while its promise or observable is pending and the task is not
 * sleeping. Best-effort tasks hold at most `max(1, limit - 1)`, so that one worker is left for more urgent tasks. Every
 * method is O(1).
 */
export class Workers extends Gate implements Work {
  override readonly what = 'a worker';
  /** How many workers are held. */
  held = 0;
  private bestEffort = 0;
  /** The gates that all tasks of the pool pass before they get a worker. */
  gates: readonly Gate[];
  readonly delayed = null;
  private readonly busy = new BusyList('busyAt');

  constructor(
    readonly admission: Admission,
    scheduler: TaskScheduler,
  ) {
    super(scheduler);
    this.gates = admission.limits.map((limit) => limit.gateOn(scheduler));
  }

  get isQuiet(): boolean {
    return this.busy.isQuiet;
  }

  get busySequences(): readonly Sequence[] {
    return this.busy.sequences;
  }

  has(task: Task): boolean {
    return task.sequence.workers === this;
  }

  addGate(gate: Gate): void {
    this.gates = [...this.gates, gate];
  }

  removeGate(gate: Gate): void {
    this.gates = this.gates.filter((other) => other !== gate);
    gate.recheckAll();
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

  /** A task of `sequence` is about to be queued. */
  join(sequence: Sequence): void {
    if (sequence.busyAt >= 0) return;
    this.busy.add(sequence);
    sequence.group?.busy.add(sequence);
  }

  /** No task of `sequence` is queued or runs. */
  leave(sequence: Sequence): void {
    if (sequence.busyAt < 0) return;
    this.busy.remove(sequence);
    sequence.group?.busy.remove(sequence);
    this.scheduler.mayBeIdle(sequence);
  }
}
