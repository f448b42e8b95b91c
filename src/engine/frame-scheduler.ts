import type { VirtualClock } from '../host/virtual-clock.js';
import { DelayManager } from './delay-manager.js';
import { waitingTasks } from './inventory.js';
import type { Task } from './task.js';
import { TaskScheduler } from './task-scheduler.js';
import type { Lane } from './traits.js';
import { WakeUps } from './wake-ups.js';
import type { Workers } from './workers.js';

const RUN_IS_OVER = 'the testScheduler.run() it was posted in is over';

/**
 * The scheduler inside one `testScheduler.run()`: frame for frame, and tie for tie, as `asyncScheduler`.
 *
 * Each task has a wake-up of its own (see {@link WakeUps}). When the first of a frame fires, all tasks that are due in
 * the frame become ready; each wake-up then is a slot in which one task runs, and the lanes say which. So with one
 * runner every task runs in its own slot, where `asyncScheduler` would run it; with several, urgent ones go first.
 */
export class FrameScheduler extends TaskScheduler {
  protected override readonly delays: DelayManager;
  private readonly wakeUps: WakeUps;
  private readonly pools = new Set<Workers>();
  /** The frame in which a task became ready. */
  private readonly readyIn = new WeakMap<Task, number>();
  override turnNumber = 0;
  private isInSlot = false;
  private isExtraSlotArmed = false;

  constructor(override readonly clock: VirtualClock) {
    super();
    this.delays = new DelayManager(clock, () => undefined);
    this.wakeUps = new WakeUps(clock, this.runSlot, this.forget);
    clock.onEnd = this.end;
  }

  override arm(task: Task, delay: number): void {
    this.delays.add(task, delay);
    this.wakeUps.arm(task, delay);
  }

  override withdraw(task: Task): void {
    super.withdraw(task);
    this.wakeUps.cancel(task);
  }

  override shouldYield(lane: Lane): boolean {
    // What was posted in this frame, as by the task itself, has its slot in it too.
    this.promote();
    return this.lanes.hasMoreUrgent(lane);
  }

  override fail(task: Task, error: unknown): void {
    this.keepFailure(task, error);
    this.wake();
  }

  override join(workers: Workers): void {
    this.pools.add(workers);
  }

  /** A slot for what became ready outside of one, or has outlived its own behind a task that was pending. */
  protected override wake(): void {
    if (this.isInSlot || this.isExtraSlotArmed || this.wakeUps.isDue || !this.clock.isInForce()) return;
    this.isExtraSlotArmed = true;
    this.clock.later(() => {
      this.isExtraSlotArmed = false;
      this.runSlot();
    });
  }

  private readonly runSlot = (): void => {
    // A task that calls `flush()` fires wake-ups inside its own slot. What they would run has a slot after this one.
    if (this.isInSlot) return;
    this.isInSlot = true;
    this.turnNumber++;
    this.promote();
    const sequence = this.lanes.next();
    if (sequence !== null) this.step(sequence);
    this.isInSlot = false;
    if (!this.lanes.isEmpty) this.wake();
    this.deliverFailures();
  };

  private promote(): void {
    const now = this.clock.now();
    this.lanes.look(now);
    for (let task = this.delays.takeDue(now); task !== undefined; task = this.delays.takeDue(now)) {
      // One that was armed again in this frame, with no delay, keeps its place among those it was due with.
      let next: Task | null = null;
      for (let other = task.sequence.tail; other !== null && this.isAfter(other, task, now); other = other.prev) {
        next = other;
      }
      task.sequence.push(task, next);
      this.readyIn.set(task, now);
    }
  }

  private isAfter(other: Task, task: Task, now: number): boolean {
    return this.readyIn.get(other) === now && ((other.order - task.order) | 0) > 0;
  }

  protected override deliverFailures(): void {
    this.clock.throughRun(() => {
      super.deliverFailures();
    });
  }

  /** `task` was posted in a `run()` that was thrown out of. */
  private readonly forget = (task: Task): void => {
    this.withdraw(task);
    task.abandon(RUN_IS_OVER);
  };

  /** The `run()` is over: what has not run never will, and whoever awaits it is told. */
  private readonly end = (): void => {
    for (const workers of this.pools) {
      waitingTasks(workers).forEach(this.forget);
      for (const task of workers.pending.keys()) task.abandon(RUN_IS_OVER);
    }
    // What teardowns threw; there is no frame any more in which it could be thrown.
    this.deliverFailures();
  };
}
