import type { Sequence } from '../../../src/kernel/sequence.js';
import { Task } from '../../../src/kernel/task.js';
import { FOLLOW, type Lane } from '../../../src/kernel/traits.js';

export interface TinyTraits {
  readonly lane?: Lane | typeof FOLLOW;
  readonly needsWorker?: boolean;
  readonly isInternal?: boolean;
  /** What it does when it runs; `true` leaves it pending. */
  readonly work?: (task: TinyTask) => unknown;
}

/** The least that a task must be, with a log of what became of it. */
export class TinyTask extends Task {
  runs = 0;
  readonly fate: unknown[] = [];
  /** The lane in which it has taken a worker, while it holds one. */
  private workerLane: Lane | null = null;

  constructor(
    sequence: Sequence,
    readonly name = '',
    private readonly options: TinyTraits = {},
  ) {
    super(sequence);
  }

  override get lane(): Lane | typeof FOLLOW {
    return this.options.lane ?? FOLLOW;
  }

  override get needsWorker(): boolean {
    return this.options.needsWorker === true;
  }

  override get isInternal(): boolean {
    return this.options.isInternal === true;
  }

  override get holdsWorker(): boolean {
    return this.workerLane !== null;
  }

  override run(): boolean {
    this.runs++;
    return this.options.work?.(this) === true;
  }

  /** Pending, it holds a worker, if it needs one. */
  override hold(lane: Lane): void {
    super.hold(lane);
    if (!this.needsWorker) return;
    this.workerLane = lane;
    this.sequence.workers.hold(lane);
  }

  /** Pending, it ends. */
  end(): void {
    if (this.workerLane !== null) this.sequence.workers.release(this.workerLane);
    this.workerLane = null;
    this.sequence.scheduler.ended(this);
  }

  override fail(error: unknown): void {
    this.fate.push(error);
  }

  override reject(): void {
    this.fate.push('rejected');
  }

  override abandon(): void {
    this.fate.push('abandoned');
  }
}
