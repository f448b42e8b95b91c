import { Alarm } from '../kernel/alarm.js';
import { DelayManager, delayOf, type Timed } from '../kernel/delay-manager.js';
import { pendingIn, waitingIn } from '../kernel/inventory.js';
import { TaskScheduler } from '../kernel/scheduler.js';
import { QUEUED, RUNNING } from '../kernel/place.js';
import { Task } from '../kernel/task.js';
import type { Lane } from '../kernel/traits.js';
import type { Workers } from '../kernel/workers.js';
import type { SlotClock } from '../host/slot-clock.js';
import { WakeUps } from './wake-ups.js';

const RUN_IS_OVER = 'the testScheduler.run() it was posted in is over';

/**
 * The scheduler on a clock that is somebody else's, a `testScheduler.run()` or fake timers: moment for moment, and tie for
 * tie, as `asyncScheduler`.
 *
 * Each task has a wake-up of its own (see {@link WakeUps}). When the first of a moment fires, all tasks that are due in it
 * become ready; each wake-up then is a slot in which one task runs, and the lanes say which. So with one runner every task
 * runs in its own slot, where `asyncScheduler` would run it; with several, urgent ones go first.
 */
export class SlotScheduler extends TaskScheduler {
  override readonly delays: DelayManager;
  private readonly wakeUps: WakeUps;
  private readonly pools = new Set<Workers>();
  /** The moment in which a task became ready. */
  private readonly readyIn = new WeakMap<Task, number>();
  override turnNumber = 0;
  private isInSlot = false;
  /** When a slot that belongs to no task was asked for, and when it is due. */
  private extraFrom = NaN;
  private extraUntil = NaN;

  constructor(override readonly clock: SlotClock) {
    super();
    this.delays = new DelayManager(null);
    this.wakeUps = new WakeUps(clock, this.runSlot, (node) => this.onLost(node));
    clock.onEnd = () => this.end();
  }

  override get isLive(): boolean {
    return this.clock.isInForce();
  }

  override arm(task: Task, delay: number): void {
    const keepsOrder = task.place === RUNNING && task.delay !== null && delayOf(task) === delay;
    this.add(task, delay, keepsOrder);
    task.sequence.delayed++;
  }

  override alarm(delay: number, run: () => void, keepAlive: boolean): Alarm {
    const alarm = new Alarm(this, run, keepAlive);
    // On a clock that is over it would be a timer of real time.
    if (this.clock.canWake) this.add(alarm, delay, false);
    return alarm;
  }

  override disarm(alarm: Alarm): void {
    this.delays.remove(alarm);
    this.cancelWakeUp(alarm);
  }

  override withdraw(task: Task): void {
    super.withdraw(task);
    this.cancelWakeUp(task);
  }

  override shouldYield(lane: Lane): boolean {
    // What was posted in this moment, as by the task itself, has its slot in it too.
    this.promoteDue();
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
  override wake(): void {
    if (this.isInSlot || this.isExtraComing || this.wakeUps.isDue || !this.clock.canWake) return;
    const { clock } = this;
    this.extraFrom = clock.now();
    this.extraUntil = this.extraFrom + clock.leastDelay;
    clock.later(() => {
      this.extraFrom = NaN;
      this.runSlot(null);
    });
  }

  private cancelWakeUp(node: Timed): void {
    this.wakeUps.cancel(node);
    // It may have been the one that what is ready was to run in.
    if (!this.lanes.isEmpty) this.wake();
  }

  private get isExtraComing(): boolean {
    // Outside of these moments somebody has cleared all timers of the clock meanwhile.
    const now = this.clock.now();
    return this.extraFrom <= now && now <= this.extraUntil;
  }

  private add(node: Timed, delay: number, keepsOrder: boolean): void {
    const { clock } = this;
    // An interval that goes on takes no longer than its delay, one of 0 too.
    const moment = clock.now() + (this.wakeUps.goesOn(node, delay) ? delay : Math.max(delay, clock.leastDelay));
    this.wakeUps.arm(node, delay, moment);
    this.delays.add(node, delay, moment, keepsOrder);
  }

  /** @param own whose wake-up it is, if anybody's */
  private readonly runSlot = (own: Timed | null): void => {
    // A task that calls `flush()` fires wake-ups inside its own slot. What they would run has a slot after this one.
    if (this.isInSlot) return;
    this.isInSlot = true;
    this.turnNumber++;
    try {
      this.promoteDue();
      if (own instanceof Task) this.putFirst(own);
      // One whose next task has to wait at a gate leaves the lanes, and another may have this slot.
      let sequence = this.lanes.next();
      while (sequence !== null && !this.step(sequence)) sequence = this.lanes.next();
    } finally {
      this.isInSlot = false;
    }
    // What is due has lost its wake-up when that fired inside of this slot.
    if (!this.lanes.isEmpty || this.delays.nextDeadline <= this.clock.now()) this.wake();
    this.sweep();
    this.deliverFailures();
  };

  private promoteDue(): void {
    const { clock, delays } = this;
    const now = clock.now();
    this.lanes.look(now);
    while (delays.nextDeadline <= now) {
      const node = delays.takeFirst();
      if (node instanceof Task) this.ripen(node, now);
      else node.due(now);
    }
  }

  /** It goes before those that became ready with it in its sequence, if the clock calls it before them. */
  private putFirst(task: Task): void {
    const { clock, wakeUps, readyIn } = this;
    const now = clock.now();
    if (task.place !== QUEUED || readyIn.get(task) !== now) return;
    let next = task;
    for (let other = task.prev; other !== null && readyIn.get(other) === now && wakeUps.isOvertaken(other);) {
      next = other;
      other = other.prev;
    }
    if (next !== task) task.sequence.moveBefore(task, next);
  }

  private ripen(task: Task, now: number): void {
    const { sequence } = task;
    // One that was armed again in this moment, with no delay, keeps its place among those it was due with.
    let next: Task | null = null;
    for (let other = sequence.tail; other !== null && this.isAfter(other, task, now); other = other.prev) next = other;
    sequence.undelay();
    sequence.push(task, next);
    this.readyIn.set(task, now);
  }

  private isAfter(other: Task, task: Task, now: number): boolean {
    return this.readyIn.get(other) === now && ((other.order - task.order) | 0) > 0;
  }

  protected override deliverFailures(): void {
    this.clock.throughDriver(() => {
      super.deliverFailures();
    });
  }

  /** The wake-up of `node` is lost. In a `run()` that was thrown out of, so is the node; else others run it. */
  private onLost(node: Timed): void {
    if (!this.clock.passedOverIsOver) return;
    if (node instanceof Task) this.forget(node);
    else if (node instanceof Alarm) node.unsubscribe();
  }

  private readonly forget = (task: Task): void => {
    this.cancel(task);
    task.abandon(RUN_IS_OVER);
  };

  /** The `run()` is over: what has not run never will, and whoever awaits it is told. */
  private end(): void {
    for (const workers of this.pools) {
      waitingIn(workers).forEach(this.forget);
      for (const task of pendingIn(workers)) task.abandon(RUN_IS_OVER);
    }
    // What teardowns threw; there is no moment any more in which it could be thrown.
    this.deliverFailures();
  }
}
