import type { Subscription } from 'rxjs';
import { TaskRejectedError } from '../../../src/base/errors.js';
import { Admission } from '../../../src/kernel/admission.js';
import { Alarm } from '../../../src/kernel/alarm.js';
import { newCounters } from '../../../src/kernel/counters.js';
import { DelayManager } from '../../../src/kernel/delay-manager.js';
import { TaskScheduler } from '../../../src/kernel/scheduler.js';
import { type Group, Sequence, type SequenceOwner } from '../../../src/kernel/sequence.js';
import type { Task } from '../../../src/kernel/task.js';
import { type Lane, PRIORITIES, toTraits, USER_VISIBLE } from '../../../src/kernel/traits.js';
import type { RunnerTraits, RunnerView, TaskHandle, TaskPriority, TaskTraits } from '../../../src/types.js';
import { HandHost } from './hand-host.js';

/** A scheduler that runs one task when it is told to, and none by itself. */
export class HandScheduler extends TaskScheduler {
  override readonly clock = new HandHost();
  override readonly delays = new DelayManager(null);
  override readonly isLive = true;
  override readonly turnNumber = 0;
  /** Whether the next wake-up throws. */
  throwsOnce = false;

  override arm(task: Task, delay: number): void {
    if (delay > 0) {
      this.delays.add(task, delay, this.clock.time + delay, false);
      task.sequence.delay();
    } else {
      task.sequence.push(task);
    }
  }

  override shouldYield(lane: Lane): boolean {
    return this.lanes.hasMoreUrgent(lane);
  }

  override fail(): void {
    throw new Error('No task of these specs fails.');
  }

  override alarm(delay: number, run: () => void, keepAlive: boolean): Alarm {
    const alarm = new Alarm(this, run, keepAlive);
    this.delays.add(alarm, delay, this.clock.time + delay, false);
    return alarm;
  }

  override disarm(alarm: Alarm): void {
    this.delays.remove(alarm);
  }

  override wake(): void {
    // It is told when to run.
    if (!this.throwsOnce) return;
    this.throwsOnce = false;
    throw new Error('wake threw');
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

export interface TinyOwnerOptions extends RunnerTraits {
  readonly lane?: Lane;
  readonly admission?: Admission;
  readonly limit?: number;
  readonly group?: Group;
}

/** A runner of which a sequence knows no more than this. */
export class TinyOwner implements SequenceOwner {
  readonly traits: TaskTraits;
  readonly isClosed = false;
  lane: Lane;
  readonly isSequenced = true;
  readonly counters = newCounters();
  readonly sequence: Sequence;

  constructor(
    scheduler: TaskScheduler,
    readonly name = '',
    { lane = USER_VISIBLE, admission = new Admission('', 4, null), limit = 1, group, ...traits }: TinyOwnerOptions = {},
  ) {
    this.lane = lane;
    this.traits = toTraits({ ...traits, name });
    this.sequence = new Sequence(this, scheduler, admission.workers.on(scheduler), limit, group);
  }

  get priority(): TaskPriority {
    return PRIORITIES[this.lane]!;
  }

  takesLate(): boolean {
    return false;
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

  sequencesOn(): Sequence[] {
    return [this.sequence];
  }

  findWork(): Sequence {
    return this.sequence;
  }

  workOn(): Sequence {
    return this.sequence;
  }

  works(): Sequence[] {
    return [this.sequence];
  }

  /** What a runner does when its priority is set. */
  setLane(lane: Lane): void {
    this.lane = lane;
    this.sequence.reconsider();
  }

  now(): number {
    return this.sequence.scheduler.clock.epoch(false);
  }

  schedule(): Subscription {
    throw new Error('These specs post by the scheduler.');
  }

  postTask<T>(): TaskHandle<T> {
    throw new Error('These specs post by the scheduler.');
  }

  withPriority(): RunnerView {
    throw new Error('These specs post by the scheduler.');
  }

  isCurrent(): boolean {
    return false;
  }
}
