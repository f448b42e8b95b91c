import { type Host, MORE, NOTHING, PAUSE, type Pump, REST, type Verdict } from '../host/host.js';
import { Alarm } from './alarm.js';
import { DelayManager, Fired } from './delay-manager.js';
import { deliver } from './failures.js';
import { TaskScheduler } from './scheduler.js';
import { settings } from './settings.js';
import { RUNNING } from './place.js';
import type { Task } from './task.js';
import { BEST_EFFORT, type Lane } from './traits.js';

/** The maximum number of short tasks between two reads of the clock. A read costs as much as a task. */
const LONGEST_STRIDE = 8;
/** If a stride takes longer than this, in milliseconds, the next one starts at its shortest instead of doubling. */
const SHORT_STRIDE_MS = 0.1;

/**
 * The loop, for hosts that pump it: real time and environments.
 *
 * The host calls it step by step, one task per step, and lets all microtasks run between two steps. It works in turns: when
 * a turn has used up its budget, the host handles I/O, timers, input and rendering before the next turn, whatever the
 * backlog. Tasks of `backToBack` runners share a step.
 */
export class TurnScheduler extends TaskScheduler {
  override readonly delays: DelayManager;
  private readonly pump: Pump;

  override turnNumber = 0;
  override readonly isLive = true;
  /** Whether a step is on the stack. */
  private isInStep = false;
  /** Whether the batch of back-to-back tasks ends here. */
  private isBatchOver = false;
  private turnEnd = -Infinity;
  /** The same for code that runs outside of turns, from its first question on. */
  private outsideEnd = -Infinity;
  private stride = 1;
  private untilLook = 1;
  protected lookedAt = 0;
  /** The start of the current busy period: of the first turn after the loop was idle or paused. */
  private busySince = Infinity;

  constructor(override readonly clock: Host) {
    super();
    this.delays = new DelayManager({
      wakeAt: (deadline) => this.clock.wakeAt(deadline, this.onDue),
      keepTimer: (keepAlive) => this.clock.keepTimer(keepAlive),
    });
    // If no task is ready, microtasks may still post one, so the loop waits for them.
    this.pump = clock.pump(this.runStep, () => this.lanes.isEmpty || this.lanes.keepAlive);
  }

  override arm(task: Task, delay: number): void {
    if (delay > 0) {
      this.delayBy(task, delay);
      return;
    }
    // A wake-up that was requested before may have been lost since.
    if (!this.pump.isSure) this.wake(task.keepAlive);
    task.delay = null;
    task.sequence.push(task);
  }

  override wake(keepAlive: boolean): void {
    if (!this.pump.isSure) this.pump.wake(keepAlive);
  }

  override alarm(delay: number, run: () => void, keepAlive: boolean): Alarm {
    const alarm = new Alarm(this, run, keepAlive);
    this.delays.add(alarm, delay, this.clock.now() + delay, false);
    return alarm;
  }

  override disarm(alarm: Alarm): void {
    this.delays.remove(alarm);
  }

  override shouldYield(lane: Lane): boolean {
    const now = this.clock.now();
    if (now >= (this.turnEnd === -Infinity ? this.endOutside(now) : this.turnEnd) || this.clock.mustRest()) return true;
    this.promote(now);
    return this.lanes.hasMoreUrgent(lane);
  }

  override checkpoint(): void {
    this.isBatchOver = true;
  }

  override fail(task: Task, error: unknown): void {
    this.clock.later(() => {
      deliver({ task, error });
    });
  }

  /**
   * Code resumed by a foreign promise runs outside of turns. It may go on for as long as a turn, from its first question
   * on. When the host has run in between, the time starts again.
   */
  private endOutside(now: number): number {
    if (this.outsideEnd === -Infinity) {
      this.outsideEnd = now + settings.turnBudget;
      this.clock.later(() => {
        this.outsideEnd = -Infinity;
      });
    }
    return this.outsideEnd;
  }

  /** An action that re-arms itself in its own run with the same delay continues like an interval. */
  private delayBy(task: Task, delay: number): void {
    const now = this.clock.now();
    const { delay: last } = task;
    const isInterval = task.place === RUNNING && last instanceof Fired && last.delay === delay;
    // The next run is one delay after the last due time, so that lateness does not add up. If that time has passed, it
    // counts from now.
    const start = isInterval && last.at + delay > now ? last.at : now;
    this.delays.add(task, delay, start + delay, isInterval);
    task.sequence.delay();
  }

  private readonly onDue = (): void => {
    this.wake(this.delays.keepAlive);
  };

  private readonly runStep = (isFirst: boolean): Verdict => {
    // If a task makes its host pump in the middle of a step, nothing happens.
    if (this.isInStep) return MORE;
    this.isInStep = true;
    let verdict: Verdict = REST;
    try {
      if (isFirst) this.beginTurn();
      verdict = this.work();
      if (verdict === NOTHING) this.busySince = Infinity;
      else if (verdict === REST && this.isPauseDue()) verdict = PAUSE;
    } finally {
      // The loop goes on after any error.
      this.isInStep = false;
      if (verdict !== MORE) this.endTurn();
    }
    return verdict;
  };

  protected beginTurn(): void {
    this.turnNumber++;
    const now = this.clock.now();
    if (this.busySince === Infinity) this.busySince = now;
    this.lanes.look(now);
    this.turnEnd = now + settings.turnBudget;
    this.lookedAt = now;
    this.stride = this.untilLook = 1;
  }

  /** Runs one task, or several back to back. */
  protected work(): Verdict {
    if (this.promoteDue(this.lookedAt)) return MORE;
    const { lanes } = this;
    this.beginBatch();
    let goesOn = true;
    while (goesOn) {
      const sequence = lanes.next();
      if (sequence === null) return NOTHING;
      if (!this.step(sequence)) continue;
      if (--this.untilLook <= 0 && !this.hasTimeLeft()) return REST;
      goesOn = sequence.isBackToBack && !this.isBatchOver && lanes.peek()?.isBackToBack === true;
    }
    return MORE;
  }

  private beginBatch(): void {
    this.isBatchOver = false;
  }

  private promoteDue(lookedAt: number): boolean {
    const { lanes, delays } = this;
    if (delays.isEmpty) return false;
    // At its end a turn checks once more, so that due tasks need not wait for another wake-up.
    return this.promote(lanes.isEmpty ? this.clock.now() : lookedAt);
  }

  /** Reads the clock, and estimates the next stride from the last one. */
  private hasTimeLeft(): boolean {
    const now = this.clock.now();
    this.stride = now - this.lookedAt < SHORT_STRIDE_MS ? Math.min(this.stride * 2, LONGEST_STRIDE) : 1;
    this.untilLook = this.stride;
    this.lookedAt = now;
    return now < this.turnEnd && !this.clock.mustRest();
  }

  /** Best-effort work may keep other scripts waiting for as long as a lane may wait, but no longer. */
  private isPauseDue(): boolean {
    if (this.lookedAt - this.busySince < settings.maxWait[BEST_EFFORT] || this.lanes.peek()?.lane !== BEST_EFFORT)
      return false;
    this.busySince = Infinity;
    return true;
  }

  private endTurn(): void {
    this.turnEnd = -Infinity;
    this.sweep();
    this.delays.arm();
  }
}
