import { IDLE, Task } from '../../../src/engine/task.js';
import type { Sequence } from '../../../src/engine/sequence.js';
import { defaultTaskTraits, FOLLOW, type Lane } from '../../../src/engine/traits.js';

export interface TinyTraits {
  readonly lane?: Lane | typeof FOLLOW;
  readonly keepAlive?: boolean;
  readonly needsWorker?: boolean;
  /** What it does when it runs; `true` leaves it pending. */
  readonly work?: (task: TinyTask) => unknown;
}

/** The least that a task must be, with a log of what became of it. */
export class TinyTask extends Task {
  readonly lane: Lane | typeof FOLLOW;
  readonly keepAlive: boolean;
  readonly needsWorker: boolean;
  readonly isBarrier = false;
  readonly traits = defaultTaskTraits();
  runs = 0;
  readonly fate: unknown[] = [];
  private readonly work: ((task: TinyTask) => unknown) | undefined;

  constructor(
    sequence: Sequence,
    readonly name = '',
    { lane = FOLLOW, keepAlive = true, needsWorker = false, work }: TinyTraits = {},
  ) {
    super(sequence);
    this.lane = lane;
    this.keepAlive = keepAlive;
    this.needsWorker = needsWorker;
    this.work = work;
  }

  get isNowhere(): boolean {
    return this.place === IDLE;
  }

  override run(): boolean {
    this.runs++;
    return this.work?.(this) === true;
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
