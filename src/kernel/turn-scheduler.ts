import { type Host, MORE, NOTHING, PAUSE, type Pump, REST, type Verdict } from '../host/host.js';
import { Alarm } from './alarm.js';
import { DelayManager, Fired } from './delay-manager.js';
import { deliver } from './failures.js';
import { TaskScheduler } from './scheduler.js';
import { settings } from './settings.js';
import { RUNNING } from './place.js';
import type { Task } from './task.js';
import { BEST_EFFORT, type Lane } from './traits.js';

/** How many tasks may run between two looks at the clock, while they are short. A look costs as much as a task. */
const LONGEST_STRIDE = 8;
/** A stride that took longer than this, in milliseconds, is not doubled but begun anew. */
const SHORT_STRIDE_MS = 0.1;

/**
 * The loop, for hosts that pump it: real time and environments.
 *
 * The host calls it step by step, one task a step, and lets all microtasks run between two steps. It works in turns: when
 * a turn has used up its budget the host goes on with I/O, timers, input and rendering before the next one, during any
 * backlog. Tasks of back-to-back runners share a step.
 */
export class TurnScheduler extends TaskScheduler {
  override readonly delays: DelayManager;
  private readonly pump: Pump;

  override turnNumber = 0;
  override readonly isLive = true;
  /** Whether a step is on the stack. */
  private isInStep = false;
  /** Whether what runs back to back ends here. */
  private isBatchOver = false;
  private turnEnd = -Infinity;
  /** The same for code that runs outside of turns, since it has asked. */
  private outsideEnd = -Infinity;
  private stride = 1;
  private untilLook = 1;
  protected lookedAt = 0;
  /** Since when the host has gone on only because of the budget: the start of the first turn after an idle moment or a pause. */
  private busySince = Infinity;

  constructor(override readonly clock: Host) {
    super();
    this.delays = new DelayManager({
      wakeAt: (deadline) => this.clock.wakeAt(deadline, this.onDue),
      keepTimer: (keepAlive) => this.clock.keepTimer(keepAlive),
    });
    // With nothing ready, microtasks may yet post something: they are waited for.
    this.pump = clock.pump(this.runStep, () => this.lanes.isEmpty || this.lanes.keepAlive);
  }

  override arm(task: Task, delay: number): void {
    if (delay > 0) {
      this.delayBy(task, delay);
      return;
    }
    // Where it was asked for before, a wake-up may have been lost since.
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
   * Code that some other promise has resumed runs in no turn. It may go on for as long as a turn, from its first question
   * on, and anew when the host has gone on meanwhile.
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

  /** An action that arms itself again, in its own run and with the same delay, goes on as an interval does. */
  private delayBy(task: Task, delay: number): void {
    const now = this.clock.now();
    const { delay: last } = task;
    const isInterval = task.place === RUNNING && last instanceof Fired && last.delay === delay;
    // One delay after it was due, so that lateness does not add up; after that moment has passed, from now.
    const start = isInterval && last.at + delay > now ? last.at : now;
    this.delays.add(task, delay, start + delay, isInterval);
    task.sequence.delay();
  }

  private readonly onDue = (): void => {
    this.wake(this.delays.keepAlive);
  };

  private readonly runStep = (isFirst: boolean): Verdict => {
    // A task that makes its host pump in the middle of a step gets nothing by it.
    if (this.isInStep) return MORE;
    this.isInStep = true;
    let verdict: Verdict = REST;
    try {
      if (isFirst) this.beginTurn();
      verdict = this.work();
      if (verdict === NOTHING) this.busySince = Infinity;
      else if (verdict === REST && this.isPauseDue()) verdict = PAUSE;
    } finally {
      // Whatever is thrown, the loop goes on.
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
    // At its end a turn looks once more, lest what is due should wait for another wake-up.
    return this.promote(lanes.isEmpty ? this.clock.now() : lookedAt);
  }

  /** Looks at the clock, and estimates from the last stride how long the next may be. */
  private hasTimeLeft(): boolean {
    const now = this.clock.now();
    this.stride = now - this.lookedAt < SHORT_STRIDE_MS ? Math.min(this.stride * 2, LONGEST_STRIDE) : 1;
    this.untilLook = this.stride;
    this.lookedAt = now;
    return now < this.turnEnd && !this.clock.mustRest();
  }

  /** Best-effort work goes before that of others for as long as a lane may wait, and no longer. */
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
