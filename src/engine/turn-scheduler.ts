import type { Host } from '../host/host.js';
import { DelayManager } from './delay-manager.js';
import { deliver } from './failures.js';
import { settings } from './settings.js';
import type { Task } from './task.js';
import { TaskScheduler } from './task-scheduler.js';
import type { Lane } from './traits.js';

/** How many tasks may run between two looks at the clock, while they are short. A look costs as much as a task. */
const LONGEST_STRIDE = 8;
/** A stride that took longer than this, in milliseconds, is not doubled but begun anew. */
const SHORT_STRIDE_MS = 0.1;

/**
 * The loop, for clocks that wake it up: real time and fake timers.
 *
 * It works in turns. A turn is one wake-up's worth of work: it ends when nothing is ready or when its budget is spent,
 * and then asks for one wake-up if something is still ready. That is a macrotask, so I/O, timers, input and rendering
 * go on during any backlog.
 */
export class TurnScheduler extends TaskScheduler {
  override readonly clock: Host;
  protected override readonly delays: DelayManager;

  private isWakeArmed = false;
  private doesWakeKeepAlive = true;
  /** Whether it comes for certain, and keeps the process alive: then a post need not ask. */
  private isWakeSure = true;

  override turnNumber = 0;
  private isInTurn = false;
  private turnEnd = 0;
  private tasksLeft = 0;
  private stride = 1;
  private lookedAt = 0;

  constructor(host: Host) {
    super();
    this.clock = host;
    this.delays = new DelayManager(host, this.onDue);
  }

  override arm(task: Task, delay: number): void {
    if (delay > 0) {
      this.delays.add(task, delay);
      return;
    }
    task.delay = null;
    task.sequence.push(task);
    // Else the sequence was nowhere, and has asked for a wake-up, or it was ready, and there is one.
    if (!this.isWakeSure) this.wake(task.keepAlive);
  }

  override shouldYield(lane: Lane): boolean {
    // Code that some other promise has resumed runs in no turn, and on nobody's budget.
    if (!this.isInTurn) return true;
    const now = this.clock.now();
    if (now >= this.turnEnd) return true;
    this.promote(now);
    return this.lanes.hasMoreUrgent(lane);
  }

  override fail(task: Task, error: unknown): void {
    // Where time stands still a test drives the clock, and must see the error of what it drove.
    if (this.clock.standsStill && this.isInTurn) this.keepFailure(task, error);
    else {
      this.clock.later(() => {
        deliver({ task, error });
      });
    }
  }

  protected override wake(keepAlive: boolean): void {
    if (this.isInTurn) return;
    if (!this.isWakeArmed || this.clock.isWakeDoubtful()) {
      this.isWakeArmed = true;
      this.doesWakeKeepAlive = keepAlive;
      this.isWakeSure = this.clock.wake(this.onWake, keepAlive) && keepAlive;
    } else if (keepAlive && !this.doesWakeKeepAlive) {
      this.doesWakeKeepAlive = true;
      this.clock.keepWake();
    }
  }

  private readonly onWake = (): void => {
    this.isWakeArmed = false;
    this.isWakeSure = true;
    this.runTurn();
  };

  private readonly onDue = (): void => {
    // In Node the wake-up comes after the next poll for I/O. A turn now, before it, would let that wait for two turns.
    // But what is due may keep the process alive, and that wake-up not.
    if (!this.isWakeArmed || this.clock.standsStill) this.runTurn();
    else this.wake(this.delays.keepAlive);
  };

  private runTurn(): void {
    // A task that lets fake timers tick wakes us inside its own turn; the end of that turn sees to what is left.
    if (this.isInTurn) return;
    this.isInTurn = true;
    this.turnNumber++;
    const now = this.clock.now();
    this.lookedAt = now;
    this.turnEnd = now + settings.turnBudget;
    this.lanes.look(now);
    this.promote(now);
    // Where time stands still the budget is what was ready: the rest comes a wake-up later, as with asyncScheduler.
    const { standsStill, turnLimit } = this.clock;
    this.tasksLeft = standsStill ? Math.min(this.lanes.taskCount, turnLimit) : turnLimit;
    this.drain();
  }

  private drain(): void {
    let isPaused = false;
    try {
      isPaused = this.runTasks();
    } finally {
      // Whatever is thrown, the next turn comes.
      if (!isPaused) this.endTurn();
    }
  }

  /** Runs what is ready until the turn is over, or, and then `true`, has to wait for a microtask. */
  private runTasks(): boolean {
    let untilLook = (this.stride = 1);
    for (let sequence = this.lanes.next(); sequence !== null; sequence = this.lanes.next()) {
      const isPending = this.step(sequence);
      if (--this.tasksLeft <= 0) break;
      if (isPending && !this.clock.standsStill) {
        // The task's first continuation is a microtask away. Let it come before the rest of the turn.
        void Promise.resolve().then(this.resume);
        return true;
      }
      if (--untilLook > 0) continue;
      if (!this.hasTimeLeft()) break;
      untilLook = this.stride;
    }
    return false;
  }

  private readonly resume = (): void => {
    if (this.hasTimeLeft()) this.drain();
    else this.endTurn();
  };

  /** Looks at the clock: promotes what fell due meanwhile, and estimates from the last stride how long the next may be. */
  private hasTimeLeft(): boolean {
    const now = this.clock.now();
    this.stride = now - this.lookedAt < SHORT_STRIDE_MS ? Math.min(this.stride * 2, LONGEST_STRIDE) : 1;
    this.lookedAt = now;
    if (now >= this.turnEnd) return false;
    this.promote(now);
    return true;
  }

  /** What is due joins the tail of its sequence. */
  private promote(now: number): void {
    for (let task = this.delays.takeDue(now); task !== undefined; task = this.delays.takeDue(now)) {
      task.sequence.push(task);
    }
  }

  private endTurn(): void {
    this.isInTurn = false;
    if (!this.lanes.isEmpty) this.wake(this.lanes.keepAlive);
    this.delays.arm();
    this.deliverFailures();
  }
}
