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

/** The most slots in one instant. Only a stream that repeats without a delay, and so never ends, needs more. */
const MOST_SLOTS = 1_000_000;

const RUN_IS_OVER = 'the testScheduler.run() it was posted in is over';

/**
 * The scheduler on a foreign clock, a `testScheduler.run()` or fake timers. It matches `asyncScheduler` in every instant
 * and every tie.
 *
 * Each task has its own wake-up (see {@link WakeUps}). When the first wake-up of an instant fires, all tasks that are due
 * at that instant become ready. Each wake-up is then a slot in which one task runs, and the lanes decide which. So with one
 * runner every task runs in its own slot, where `asyncScheduler` would run it. With several runners, urgent tasks go first.
 */
export class SlotScheduler extends TaskScheduler {
  override readonly delays: DelayManager;
  private readonly wakeUps: WakeUps;
  private readonly pools = new Set<Workers>();
  /** The instant at which a task became ready. */
  private readonly readyIn = new WeakMap<Task, number>();
  override turnNumber = 0;
  private isInSlot = false;
  /** The instant of the last slot, and how many slots it has had. */
  private instant = NaN;
  private slots = 0;
  /** When a slot without a task was requested, and when it is due. */
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
    task.sequence.delay();
  }

  override alarm(delay: number, run: () => void, keepAlive: boolean): Alarm {
    const alarm = new Alarm(this, run, keepAlive);
    // On a clock that is over it would be a real timer.
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
    // Tasks posted at this instant, for example by the task itself, also have their slots in it.
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

  /**
   * A slot for tasks that became ready outside of a slot, or whose own slot passed while a task before them was pending.
   */
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
    // Outside of these instants, a test has cleared all timers of the clock.
    const now = this.clock.now();
    return this.extraFrom <= now && now <= this.extraUntil;
  }

  private add(node: Timed, delay: number, keepsOrder: boolean): void {
    const { clock } = this;
    // An interval takes no longer than its delay, even if that is 0.
    const moment = clock.now() + (this.wakeUps.goesOn(node, delay) ? delay : Math.max(delay, clock.leastDelay));
    this.wakeUps.arm(node, delay, moment);
    this.delays.add(node, delay, moment, keepsOrder);
  }

  /** @param own the node whose wake-up it is, if any */
  private readonly runSlot = (own: Timed | null): void => {
    // A task that calls `flush()` fires wake-ups inside its own slot. Their tasks get a slot after this one.
    if (this.isInSlot) return;
    this.countSlot();
    this.isInSlot = true;
    this.turnNumber++;
    try {
      this.promoteDue();
      if (own instanceof Task) this.putFirst(own);
      // If the next task of a sequence has to wait at a gate, the sequence leaves the lanes, and another one may use this
      // slot.
      let sequence = this.lanes.next();
      while (sequence !== null && !this.step(sequence)) sequence = this.lanes.next();
    } finally {
      this.isInSlot = false;
    }
    // Due tasks have lost their wake-ups if those fired inside this slot.
    if (!this.lanes.isEmpty || this.delays.nextDeadline <= this.clock.now()) this.wake();
    this.sweep();
    this.deliverFailures();
  };

  /** Fails if virtual time stands still, since no test runner can interrupt a synchronous `run()`. */
  private countSlot(): void {
    const now = this.clock.now();
    this.slots = now === this.instant ? this.slots + 1 : 0;
    this.instant = now;
    if (this.slots < MOST_SLOTS) return;
    const why = 'a stream repeats without a delay, as interval(0, runner) does, and virtual time stands still';
    this.clock.throughDriver(() => {
      throw new Error(`${MOST_SLOTS} tasks have run at ${now} ms: ${why}. Give it a delay, or end it with take().`);
    });
  }

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

  /** It goes before the tasks of its sequence that became ready with it, if the clock calls it before them. */
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
    // A task that was re-armed at this instant without a delay keeps its place among those that were due with it.
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

  /**
   * The wake-up of `node` is lost. If an error has ended the `run()`, the node is lost too. Otherwise other wake-ups run
   * it.
   */
  private onLost(node: Timed): void {
    if (!this.clock.passedOverIsOver) return;
    if (node instanceof Task) this.forget(node);
    else if (node instanceof Alarm) node.unsubscribe();
  }

  private readonly forget = (task: Task): void => {
    this.cancel(task);
    task.abandon(RUN_IS_OVER);
  };

  /** The `run()` is over: tasks that have not run never will, and their handles reject. */
  private end(): void {
    for (const workers of this.pools) {
      waitingIn(workers).forEach(this.forget);
      for (const task of pendingIn(workers)) task.abandon(RUN_IS_OVER);
    }
    // Errors of teardowns. There is no instant left in which they could be thrown.
    this.deliverFailures();
  }
}
