import type { SchedulerAction, Subscription } from 'rxjs';
import { DeadlineHeap, type HeapNode } from '../base/deadline-heap.js';
import type { VirtualClock } from '../host/virtual-clock.js';
import { IDLE, type Task } from './task.js';

/** The wake-up that one task has armed in the virtual time of RxJS. */
class WakeUp implements HeapNode {
  place = IDLE;
  subscription: Subscription | null = null;

  constructor(
    public task: Task | null,
    readonly delay: number,
    readonly order: number,
  ) {}
}

/**
 * One wake-up per task inside a `testScheduler.run()`, through `asyncScheduler`, armed and recycled exactly when and as
 * `asyncScheduler` would for an action of its own. So they interleave with all else in a frame as its actions do.
 *
 * Nothing relies on a wake-up of an earlier `run()` that was thrown out of. They fire by (frame, order), so whatever is
 * before the one that fires died with such a run.
 */
export class WakeUps {
  private readonly heap = new DeadlineHeap<WakeUp>();
  private readonly byTask = new Map<Task, WakeUp>();
  private lastOrder = 0;
  private firing: WakeUp | null = null;

  /**
   * @param onFire called when a wake-up fires
   * @param onDead called with each task whose wake-up never will
   */
  constructor(
    private readonly clock: VirtualClock,
    private readonly onFire: () => void,
    private readonly onDead: (task: Task) => void,
  ) {}

  /** Whether one is still to fire in this frame. */
  get isDue(): boolean {
    return this.heap.nextDeadline <= this.clock.now();
  }

  arm(task: Task, delay: number): void {
    const { clock, firing } = this;
    const frame = clock.now() + delay;
    if (firing?.task === task && firing.delay === delay) {
      // In its own wake-up, with the same delay: asyncScheduler lets the interval go on, which keeps its place.
      (firing.subscription as SchedulerAction<WakeUp>).schedule(firing, delay);
      this.add(firing, frame);
    } else {
      // Another delay ends the interval; to arm it with its own once more, in the same run, does not bring it back.
      if (firing?.task === task) this.firing = null;
      this.lastOrder = (this.lastOrder + 1) | 0;
      const wakeUp = new WakeUp(task, delay, this.lastOrder);
      wakeUp.subscription = clock.schedule(this.fire, delay, wakeUp);
      this.add(wakeUp, frame);
    }
  }

  /** The task needs its wake-up no more, if it still has one. */
  cancel(task: Task): void {
    const wakeUp = this.byTask.get(task);
    if (wakeUp === undefined) return;
    this.remove(wakeUp);
    wakeUp.task = null;
    // Outside of its `run()` this would clear somebody else's interval, of the same number.
    if (this.clock.isInForce()) wakeUp.subscription!.unsubscribe();
  }

  private readonly fire = (wakeUp?: WakeUp): void => {
    if (wakeUp === undefined || wakeUp.place === IDLE) return;
    for (let first = this.heap.first!; first !== wakeUp; first = this.heap.first!) {
      const task = this.remove(first);
      if (task !== null) this.onDead(task);
    }
    this.remove(wakeUp);
    this.firing = wakeUp;
    try {
      this.onFire();
    } finally {
      this.firing = null;
    }
  };

  private add(wakeUp: WakeUp, frame: number): void {
    this.heap.add(wakeUp, frame);
    this.byTask.set(wakeUp.task!, wakeUp);
  }

  /** Takes a wake-up out; the task that waits for it, if any still does. */
  private remove(wakeUp: WakeUp): Task | null {
    const { task } = wakeUp;
    this.heap.remove(wakeUp);
    wakeUp.place = IDLE;
    // Its task may have run in another's wake-up, and armed a new one since.
    if (task === null || this.byTask.get(task) !== wakeUp) return null;
    this.byTask.delete(task);
    return task;
  }
}
