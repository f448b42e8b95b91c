import type { Clock } from '../host/host.js';
import { Alarm } from './alarm.js';
import { runTask } from './current.js';
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
 * Moves sequences from the lanes to execution. There is one per clock, for all pools of the program, so that priority
 * means something between them.
 *
 * When it does so is the business of its two kinds: `TurnScheduler` works in turns, and `SlotScheduler` in wake-ups that
 * each belong to one task.
 */
export abstract class TaskScheduler {
  abstract readonly clock: Clock;
  readonly lanes = new Lanes(IN_LANE);
  abstract readonly delays: DelayManager;
  /** The sequences of groups that may have become idle since somebody last looked. */
  private idled = new Set<Sequence>();
  private failures: Failure[] = [];

  /** Whether its clock still goes on: that of fake timers which are gone does not. */
  abstract readonly isLive: boolean;

  /** Which turn this is, or was last: tasks that yield are told apart from others by it. */
  abstract readonly turnNumber: number;

  /** Takes in a task that is nowhere; it becomes ready in `delay` milliseconds. Never runs it. */
  abstract arm(task: Task, delay: number): void;

  /** Sees to it that the ready sequences get their turn, and whether that keeps the process alive. */
  abstract wake(keepAlive: boolean): void;

  /** Reports the error of a task that nobody can await. */
  abstract fail(task: Task, error: unknown): void;

  /** The library's own timer: see {@link Alarm}. */
  abstract alarm(delay: number, run: () => void, keepAlive: boolean): Alarm;

  /** Takes an alarm back. */
  abstract disarm(alarm: Alarm): void;

  /**
   * Whether a task that runs should give way: to the host, since the turn has lasted long enough, or to something more
   * urgent than `lane`.
   */
  abstract shouldYield(lane: Lane): boolean;

  /** All microtasks must run after the current task, even if its runner runs tasks back to back. */
  checkpoint(): void {
    // They do, where the host pumps step by step, or each task has a wake-up of its own.
  }

  /** Takes out a task that is delayed or queued; then it is nowhere. */
  withdraw(task: Task): void {
    const { sequence } = task;
    if (task.place < DELAYED) sequence.remove(task);
    else {
      this.delays.remove(task);
      sequence.undelay();
    }
  }

  /** The same for one that is unsubscribed: it will not come again by itself. */
  cancel(task: Task): void {
    this.withdraw(task);
    if (hub.isHeard) hub.left(task);
  }

  /** A pool uses this clock for the first time. It may be forgotten by whoever made it, so nothing here holds it. */
  join(_workers: Workers): void {
    // Nothing to note.
  }

  /** A sequence that was nowhere has a task that may start. */
  ready(sequence: Sequence, lane: Lane): void {
    this.wake(sequence.keepAlive);
    if (sequence.goesFirst) this.lanes.pushFirst(sequence, lane);
    else this.lanes.push(sequence, lane);
  }

  /** The same for one that was called by a gate: at the head of its lane, behind what continues tasks. */
  readyFirst(sequence: Sequence): void {
    this.wake(sequence.keepAlive);
    this.lanes.unshift(sequence, sequence.effectiveLane());
  }

  /** A sequence leaves the lanes. */
  unready(sequence: Sequence): void {
    this.lanes.remove(sequence);
  }

  /** A task that was pending has ended. */
  finish(task: Task): void {
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

  /** Groups forget those of their sequences that became idle. Each is looked at once for each time it became so. */
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

  /** Delivers the failures that were kept: called from the host, to which it may throw. */
  protected deliverFailures(): void {
    const { failures } = this;
    if (failures.length === 0) return;
    this.failures = [];
    deliverAll(failures, this.clock);
  }

  /** Runs the next task of a sequence in the lanes; `false` when none of it could start, and it has left its lane. */
  step(sequence: Sequence): boolean {
    const task = sequence.head;
    if (task === null) {
      // A post that was cut off by a full stack has left it here.
      sequence.retire();
      return false;
    }
    const gate = sequence.closedGate(task);
    if (gate !== null) {
      gate.park(sequence);
      return false;
    }
    // While it runs, what it posts may lift the sequence.
    const { lane } = sequence;
    // A gate may ask for an alarm, which may throw; then the task still stands where it stood.
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
    // Last of all: whoever is told may shut down what it sees, and so must find each sequence in its place.
    if (!isPending && hub.isHeard) hub.ended(task);
    return true;
  }

  /** What is due at `now` joins its queue, or calls its alarm; `true` if an alarm was called. */
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
