import { Lanes } from './lanes.js';
import type { TaskScheduler } from './scheduler.js';
import { AT_GATE, IN_LANE, type Sequence } from './sequence.js';
import type { Task } from './task.js';
import type { Lane } from './traits.js';

/** Makes a gate for each clock. All runners with the same source share its gates. */
export interface GateSource {
  /** Internal: the gate on a clock. */
  gateOn(scheduler: TaskScheduler): Gate;
}

/**
 * What sequences may wait for, besides their turn: a worker, a barrier, a hold, a rate limit. One per clock.
 *
 * The loop calls `opens` for the head of a sequence. If that returns false, the sequence leaves the lanes and parks here.
 * When something changes, the gate calls the most urgent sequence whose head may pass: it goes to the head of its lane and
 * is checked again there.
 *
 * - No user code runs between `opens` and `enter`.
 * - Only one sequence is called at a time, so that sequences do not change their order. It keeps the call until it starts a
 *   task, parks, or leaves. Each of these calls the next sequence, so that no wake-up is lost.
 * - A gate may also keep tasks out of the queue: `admit`.
 */
export abstract class Gate {
  /** The name of this gate in reports. */
  abstract readonly what: string;
  /** The maximum number of tasks in the queue. */
  readonly capacity: number = Infinity;
  /** The sequences that wait here. */
  readonly waiting = new Lanes(AT_GATE);
  /** The sequence that has been called. */
  private called: Sequence | null = null;
  /** Whether that sequence has waited for too long, so that a place is reserved for it. */
  private isCalledLate = false;

  constructor(readonly scheduler: TaskScheduler) {}

  /** Whether a task in `lane` may start. Changes nothing. */
  abstract opens(task: Task, lane: Lane): boolean;

  /** A task starts. */
  enter(_task: Task): void {
    // Most gates do nothing.
  }

  /** A task that had entered has ended. */
  exit(_task: Task): void {
    // As with `enter`.
  }

  /** A task is about to join a queue. Returns false if it was dropped instead. */
  admit(_task: Task): boolean {
    return true;
  }

  /** A task has joined, or left, a queue. */
  queued(_task: Task, _by: 1 | -1): void {
    // As with `enter`.
  }

  /**
   * A task has joined a queue, and all its gates have counted it. A gate with too many tasks drops some now. Listeners for
   * the drop may post, so all gates must have counted before.
   */
  trim(): void {
    // As with `enter`.
  }

  /** Whether the queue would accept so many tasks now. */
  hasRoom(_places: number): boolean {
    return true;
  }

  /** Reserves places in the queue for a caller that has waited for them, until the next macrotask. */
  reserve(_places: number): void {
    // Most gates admit everything.
  }

  /**
   * Calls `look` once when there is room for so many tasks, after all earlier callers. The returned function cancels that.
   */
  whenRoom(_places: number, _look: () => void): () => void {
    return () => undefined;
  }

  /** The head of `sequence` may not start, so the sequence parks here. A sequence that was called keeps its turn. */
  park(sequence: Sequence): void {
    const { gate: caller } = sequence;
    const lane = sequence.effectiveLane();
    this.scheduler.unready(sequence);
    if (caller === this) this.waiting.putBack(sequence, lane);
    else if (sequence.goesFirst) this.waiting.pushFirst(sequence, lane);
    else this.waiting.push(sequence, lane);
    sequence.gate = this;
    caller?.letGo(sequence);
  }

  /** `sequence` no longer waits here. */
  withdraw(sequence: Sequence): void {
    this.waiting.remove(sequence);
  }

  /** `sequence`, which was called, starts a task. */
  served(sequence: Sequence): void {
    this.waiting.serve(sequence.lane);
    this.letGo(sequence);
  }

  /** `sequence` gives its call up, if it had one: another sequence may be called. */
  letGo(sequence: Sequence): void {
    if (this.called !== sequence) return;
    this.called = null;
    this.callNext();
  }

  /** A task may pass now: calls the most urgent sequence, or one that has waited for too long. */
  callNext(): void {
    const { waiting, called } = this;
    if (waiting.isEmpty) return;
    waiting.look(this.scheduler.clock.now());
    const sequence = waiting.nextWhere(({ head, lane }) => this.opens(head!, lane));
    // A more urgent sequence does not wait for a less urgent one.
    if (sequence === null || (called !== null && called.lane <= sequence.lane)) return;
    // What may throw comes first.
    this.scheduler.wake(sequence.keepAlive);
    if (called !== null) {
      // It keeps its turn here. In its lane, a sequence called later would go before it.
      this.scheduler.unready(called);
      waiting.putBack(called, called.lane);
    }
    this.isCalledLate = waiting.isOwed(sequence.lane);
    this.called = sequence;
    waiting.remove(sequence);
    sequence.gate = this;
    this.scheduler.readyFirst(sequence);
  }

  /** All waiting sequences are checked again. O(waiting sequences). */
  recheckAll(): void {
    for (const sequence of [...this.waiting]) sequence.recheck();
  }

  /** Whether a place is reserved for another sequence, which has waited for too long and has been called. */
  protected isKeptFrom(sequence: Sequence): boolean {
    const { called } = this;
    return this.isCalledLate && called !== null && called !== sequence && called.spot === IN_LANE;
  }
}
