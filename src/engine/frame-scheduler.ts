import type { SchedulerAction, Subscription } from 'rxjs';
import { DeadlineHeap, type HeapNode } from '../base/deadline-heap.js';
import type { VirtualClock } from '../host/virtual-clock.js';
import { deliverAll, type Failure } from './failures.js';
import { waitingTasks } from './inventory.js';
import { DELAYED, IDLE, QUEUED, type Task } from './task.js';
import { TaskScheduler } from './task-scheduler.js';
import type { Workers } from './workers.js';

/** A task's own wake-up, in the frame in which it is due. */
class WakeUp implements HeapNode {
  place = IDLE;
  order = 0;
  subscription: Subscription | null = null;

  constructor(
    public task: Task | null,
    readonly delay: number,
  ) {}
}

/**
 * The scheduler inside one `testScheduler.run()`: frame for frame, and tie for tie, as `asyncScheduler`.
 *
 * `asyncScheduler` arms one interval per action, and so does this, through `asyncScheduler` itself. When the first
 * wake-up of a frame fires all tasks that are due in it become ready; each wake-up then is a slot in which one task
 * runs, and the lanes say which. So with one runner every task runs in its own slot, where `asyncScheduler` would have
 * run it; with several, urgent ones go first.
 *
 * Nothing here relies on a wake-up of an earlier `run()` that was thrown out of. Wake-ups fire by (frame, order), so
 * whatever is before the one that fires died with such a run.
 */
export class FrameScheduler extends TaskScheduler {
  private readonly wakeUps = new DeadlineHeap<WakeUp>();
  private readonly byTask = new Map<Task, WakeUp>();
  private readonly pools = new Set<Workers>();
  private lastOrder = 0;
  /** The wake-ups of this frame that are still to fire. Their tasks are ready. */
  private readonly slots = new Set<WakeUp>();
  private firing: WakeUp | null = null;
  private isInSlot = false;
  private isExtraSlotArmed = false;
  private failures: Failure[] = [];

  constructor(override readonly clock: VirtualClock) {
    super();
    clock.onEnd = () => {
      this.end();
    };
  }

  override arm(task: Task, delay: number): void {
    const { firing } = this;
    // Armed again with the same delay in its own slot: asyncScheduler lets the interval go on, which keeps its place.
    const again = firing !== null && firing.task === task && firing.delay === delay ? firing : null;
    const wakeUp = again ?? new WakeUp(task, delay);
    if (again === null) {
      wakeUp.order = this.lastOrder = (this.lastOrder + 1) | 0;
      wakeUp.subscription = this.clock.schedule(this.onWakeUp, delay, wakeUp);
    } else {
      (again.subscription as SchedulerAction<WakeUp>).schedule(again, delay);
    }
    this.byTask.set(task, wakeUp);
    this.wakeUps.add(wakeUp, this.clock.now() + delay);
    task.place = DELAYED;
    this.count(task, 1);
  }

  override withdraw(task: Task): void {
    const wakeUp = this.byTask.get(task);
    if (task.place === QUEUED) task.sequence.remove(task);
    else this.takeFromHeap(wakeUp!);
    task.place = IDLE;
    if (wakeUp !== undefined) this.silence(wakeUp);
  }

  override fail(task: Task, error: unknown): void {
    this.failures.push({ task, error });
    if (!this.isInSlot) this.wake();
  }

  override delayedTasks(): Iterable<Task> {
    return this.wakeUps.values().map((wakeUp) => wakeUp.task!);
  }

  override join(workers: Workers): void {
    this.pools.add(workers);
  }

  /** A slot for what became ready outside of one, or has outlived its own behind a task that was pending. */
  protected override wake(): void {
    if (this.isInSlot || this.slots.size > 0 || this.isExtraSlotArmed || !this.clock.isInForce()) return;
    this.isExtraSlotArmed = true;
    this.clock.later(() => {
      this.isExtraSlotArmed = false;
      this.runSlot();
    });
  }

  private readonly onWakeUp = (wakeUp?: WakeUp): void => {
    const task = wakeUp?.task ?? null;
    if (wakeUp === undefined || task === null) return;
    if (wakeUp.place >= DELAYED) this.beginFrame(wakeUp);
    if (!this.slots.delete(wakeUp)) return;
    if (this.byTask.get(task) === wakeUp) this.byTask.delete(task);
    this.firing = wakeUp;
    try {
      this.runSlot();
    } finally {
      this.firing = null;
    }
  };

  /** `first` is the first wake-up of its frame: what is before it is dead, and what else is due is ready. */
  private beginFrame(first: WakeUp): void {
    const { wakeUps } = this;
    if (this.slots.size > 0) this.abandonReady();
    this.isExtraSlotArmed = false;
    for (let dead = wakeUps.first!; dead !== first; dead = wakeUps.first!) {
      const task = this.takeFromHeap(dead);
      dead.task = null;
      this.byTask.delete(task);
      task.abandon();
    }
    const now = this.clock.now();
    this.lanes.look(now);
    while (wakeUps.nextDeadline <= now) {
      const wakeUp = wakeUps.first!;
      const task = this.takeFromHeap(wakeUp);
      this.slots.add(wakeUp);
      task.sequence.push(task);
    }
  }

  /** Slots fire before any wake-up that is armed later. If they did not, they died, and so did what was ready then. */
  private abandonReady(): void {
    this.slots.clear();
    for (const sequence of [...this.lanes]) {
      for (const task of [...sequence]) {
        sequence.remove(task);
        this.byTask.delete(task);
        task.abandon();
      }
    }
  }

  private runSlot(): void {
    // A task that calls `flush()` fires wake-ups inside its own slot. What they made ready has a slot after this one.
    if (this.isInSlot) return;
    this.isInSlot = true;
    const sequence = this.lanes.next();
    if (sequence !== null) this.step(sequence);
    this.isInSlot = false;
    if (!this.lanes.isEmpty) this.wake();
    if (this.failures.length === 0) return;
    const { failures } = this;
    this.failures = [];
    this.clock.throughRun(() => {
      deliverAll(failures, this.clock);
    });
  }

  /** Its task needs the wake-up no more. */
  private silence(wakeUp: WakeUp): void {
    this.byTask.delete(wakeUp.task!);
    wakeUp.task = null;
    this.slots.delete(wakeUp);
    // Outside of its `run()` this would clear somebody else's interval, of the same number.
    if (this.clock.isInForce()) wakeUp.subscription!.unsubscribe();
  }

  private takeFromHeap(wakeUp: WakeUp): Task {
    const task = wakeUp.task!;
    this.wakeUps.remove(wakeUp);
    wakeUp.place = IDLE;
    this.count(task, -1);
    task.place = IDLE;
    return task;
  }

  private count(task: Task, by: 1 | -1): void {
    task.sequence.delayed += by;
    task.sequence.workers.delayed += by;
  }

  /** The `run()` is over: what has not run never will, and whoever awaits it is told. */
  private end(): void {
    for (const workers of this.pools) {
      for (const task of waitingTasks(workers)) {
        this.withdraw(task);
        task.abandon();
      }
      for (const task of workers.pending.keys()) task.abandon();
    }
  }
}
