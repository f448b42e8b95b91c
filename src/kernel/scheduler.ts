import type { Clock } from '../host/host.js';
import { Alarm } from './alarm.js';
import { currentTask, runTask } from './current.js';
import type { DelayManager } from './delay-manager.js';
import { hub } from './events.js';
import { deliverAll, type Failure } from './failures.js';
import { Lanes } from './lanes.js';
import { IN_LANE, type Sequence } from './sequence.js';
import { DELAYED } from './place.js';
import type { Task } from './task.js';
import type { Lane } from './traits.js';
import type { Workers } from './workers.js';

/**
 * Runs the sequences of the lanes. There is one per clock, for all pools of the program, so that priorities apply across
 * pools.
 *
 * There are two kinds: `TurnScheduler` works in turns, and `SlotScheduler` works in wake-ups that each belong to one task.
 */
export abstract class TaskScheduler {
  abstract readonly clock: Clock;
  readonly lanes = new Lanes(IN_LANE);
  abstract readonly delays: DelayManager;
  /** The sequences of groups that may have become idle since the last check. */
  private idled = new Set<Sequence>();
  private failures: Failure[] = [];
  /** How many of the queued tasks were delayed before. */
  private overdue = 0;

  /** Whether its clock still runs. The clock of restored fake timers does not. */
  abstract readonly isLive: boolean;

  /** The number of the current or last turn. It tells tasks that have yielded in this turn from others. */
  abstract readonly turnNumber: number;

  /**
   * The time of day by its clock. It follows a wall clock that was set back only while no delayed task is pending: `debounceTime`
   * compares two readings of it around a delay.
   */
  epoch(): number {
    const { clock, delays, overdue } = this;
    const isDelayed = delays.nextDeadline < Infinity || overdue > 0 || (currentTask()?.delay ?? null) !== null;
    return clock.epoch(!isDelayed);
  }

  /** A task that was delayed before has joined its queue (1) or left it (-1). */
  countOverdue(by: 1 | -1): void {
    this.overdue += by;
  }

  /** Accepts a task that is nowhere, which becomes ready in `delay` milliseconds. Never runs it. */
  abstract arm(task: Task, delay: number): void;

  /** Ensures that the ready sequences get their turn, and decides whether that keeps the process alive. */
  abstract wake(keepAlive: boolean): void;

  /** Reports the error of a task that nobody can await. */
  abstract fail(task: Task, error: unknown): void;

  /** Sets an internal timer: see {@link Alarm}. */
  abstract alarm(delay: number, run: () => void, keepAlive: boolean): Alarm;

  /** Cancels an alarm. */
  abstract disarm(alarm: Alarm): void;

  /**
   * Whether a running task should yield: to the host, because the turn has used up its time, or to a task more urgent than
   * `lane`.
   */
  abstract shouldYield(lane: Lane): boolean;

  /** All microtasks must run after the current task, even if its runner runs tasks back to back. */
  checkpoint(): void {
    // They do if the host pumps step by step, or each task has its own wake-up.
  }

  /** Removes a task that is delayed or queued. Then it is nowhere. */
  withdraw(task: Task): void {
    const { sequence } = task;
    if (task.place < DELAYED) sequence.remove(task);
    else {
      this.delays.remove(task);
      sequence.undelay();
    }
  }

  /** The same for a task that is unsubscribed, and will not return by itself. */
  cancel(task: Task): void {
    this.withdraw(task);
    if (hub.isHeard) hub.left(task);
  }

  /** A pool uses this clock for the first time. No strong reference to it is kept here, so that it can be collected. */
  join(_workers: Workers): void {
    // Nothing to do.
  }

  /** A sequence that was nowhere has a task that may start. */
  ready(sequence: Sequence, lane: Lane): void {
    this.wake(sequence.keepAlive);
    if (sequence.goesFirst) this.lanes.pushFirst(sequence, lane);
    else this.lanes.push(sequence, lane);
  }

  /** The same for a sequence that was called by a gate: it goes to the head of its lane, behind the continuations. */
  readyFirst(sequence: Sequence): void {
    this.wake(sequence.keepAlive);
    this.lanes.unshift(sequence, sequence.effectiveLane());
  }

  /** A sequence leaves the lanes. */
  unready(sequence: Sequence): void {
    this.lanes.remove(sequence);
  }

  /** A task that was pending has ended. */
  ended(task: Task): void {
    const { sequence } = task;
    sequence.release(task);
    sequence.ended(task);
    sequence.exit(task);
    sequence.enlist();
    if (hub.isHeard) hub.ended(task);
  }

  /** A sequence of a group may have become idle. */
  mayBeIdle(sequence: Sequence): void {
    if (sequence.group !== null) this.idled.add(sequence);
  }

  /** Groups drop their sequences that became idle. Each is checked once each time it becomes idle. */
  sweep(): void {
    const { idled } = this;
    if (idled.size === 0) return;
    this.idled = new Set();
    for (const sequence of idled) {
      if (sequence.isForgettable) sequence.group!.forget(sequence);
    }
  }

  protected keepFailure(task: Task, error: unknown): void {
    this.failures.push({ task, error });
  }

  /** Delivers the stored failures. It is called by the host, and may throw to it. */
  protected deliverFailures(): void {
    const { failures } = this;
    if (failures.length === 0) return;
    this.failures = [];
    deliverAll(failures, this.clock);
  }

  /**
   * Runs the next task of a sequence in the lanes. Returns false if none of its tasks could start, and it has left its
   * lane.
   */
  step(sequence: Sequence): boolean {
    const task = sequence.head;
    if (task === null) {
      // A post that failed with a full stack has left it here.
      sequence.retire();
      return false;
    }
    const gate = sequence.closedGate(task);
    if (gate !== null) {
      gate.park(sequence);
      return false;
    }
    // While it runs, its posts may raise the priority of the sequence.
    const { lane } = sequence;
    // A gate may set an alarm, which may throw. Then the task is still where it was.
    sequence.enter(task);
    sequence.take();
    const isPending = runTask(task);
    if (isPending) {
      task.hold(lane);
    } else {
      sequence.ended(task);
      sequence.exit(task);
    }
    if (sequence.spot !== IN_LANE) sequence.enlist();
    else if (!sequence.isReady) sequence.retire();
    else this.lanes.rotate(sequence);
    // Comes last: listeners may start a shutdown, and so must find each sequence in its place.
    if (!isPending && hub.isHeard) hub.ended(task);
    return true;
  }

  /** Tasks that are due at `now` join their queues, and due alarms are called. Returns true if an alarm was called. */
  protected promote(now: number): boolean {
    const { delays } = this;
    let hasCalled = false;
    for (let deadline = delays.nextDeadline; deadline <= now; deadline = delays.nextDeadline) {
      const node = delays.takeFirst();
      if (node instanceof Alarm) hasCalled = true;
      node.due(deadline);
    }
    return hasCalled;
  }
}
