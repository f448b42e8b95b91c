import { TaskRejectedError } from '../../../src/base/errors.js';
import { Admission } from '../../../src/engine/admission.js';
import { DelayManager } from '../../../src/engine/delay-manager.js';
import { Lanes } from '../../../src/engine/lanes.js';
import { Sequence } from '../../../src/engine/sequence.js';
import type { SequenceOwner } from '../../../src/engine/sequence-owner.js';
import { DELAYED, type Task } from '../../../src/engine/task.js';
import { TaskScheduler } from '../../../src/engine/task-scheduler.js';
import { type Lane, toTraits, USER_VISIBLE } from '../../../src/engine/traits.js';
import { HandHost } from './hand-host.js';

/** A scheduler that runs one task when it is told to, and none by itself. */
export class HandScheduler extends TaskScheduler {
  override readonly clock = new HandHost();
  override readonly lanes = new Lanes();
  protected override readonly delays = new DelayManager(this.clock, () => undefined);

  override arm(task: Task, delay: number): void {
    if (delay > 0) task.place = DELAYED;
    else task.sequence.push(task);
  }

  override readonly turnNumber = 0;

  override shouldYield(lane: Lane): boolean {
    return this.lanes.hasMoreUrgent(lane);
  }

  override withdraw(task: Task): void {
    task.sequence.remove(task);
  }

  override fail(): void {
    throw new Error('No task of these specs fails.');
  }

  protected override wake(): void {
    // It is told when to run.
  }

  /** Gives the sequence whose turn it is its turn; `false` when there is none. */
  turn(): boolean {
    const sequence = this.lanes.next();
    if (sequence !== null) this.step(sequence);
    return sequence !== null;
  }

  /** Runs until nothing is ready. */
  drain(): void {
    while (this.turn());
  }
}

/** A runner of which a sequence knows no more than this. */
export class TinyOwner implements SequenceOwner {
  readonly traits;
  readonly queue = null;
  readonly isClosed = false;
  rejected = 0;
  dropped = 0;
  readonly sequence: Sequence;

  constructor(
    scheduler: TaskScheduler,
    readonly name = '',
    public lane: Lane = USER_VISIBLE,
    admission = new Admission('', 4, null),
    limit = 1,
    keepAlive = true,
  ) {
    this.traits = toTraits({ name, keepAlive });
    this.sequence = new Sequence(this, scheduler, admission.workers.on(scheduler), limit);
  }

  rejection(what: string): TaskRejectedError {
    return new TaskRejectedError('shutdown', what);
  }

  isSame(other: SequenceOwner): boolean {
    return this === other;
  }

  sequenceOn(): Sequence {
    return this.sequence;
  }

  /** What a runner does when its priority is set. */
  setLane(lane: Lane): void {
    this.lane = lane;
    this.sequence.lanes?.reconsider(this.sequence);
  }
}
