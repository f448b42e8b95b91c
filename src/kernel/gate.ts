import { Lanes } from './lanes.js';
import type { TaskScheduler } from './scheduler.js';
import { AT_GATE, IN_LANE, type Sequence } from './sequence.js';
import type { Task } from './task.js';
import type { Lane } from './traits.js';

/** Makes a gate for each clock. All runners that are given the same source share its gates. */
export interface GateSource {
  /** For the library itself: the gate on a clock. */
  gateOn(scheduler: TaskScheduler): Gate;
}

/**
 * What sequences wait at, other than their turn: a worker, a barrier, a hold, a rate limit. One per clock.
 *
 * The loop asks `opens` for the head of a sequence. When that says no, the sequence parks here and leaves the lanes. When
 * something changes, the gate calls the most urgent sequence whose head may pass: it goes to the head of its lane and is
 * asked again there.
 *
 * - No code of the user runs between `opens` and `enter`.
 * - At most one sequence is on its way at a time, or they would change places. It keeps the call until it starts a task,
 *   parks, or leaves; each of these calls the next one, so that no wake-up is lost.
 * - A gate may also keep tasks out of the queue: `admit`.
 */
export abstract class Gate {
  /** What is waited for here, as reports name it. */
  abstract readonly what: string;
  /** How many tasks may be in the queue at most. */
  readonly capacity: number = Infinity;
  /** The sequences that wait here. */
  readonly waiting = new Lanes(AT_GATE);
  /** The sequence that is on its way. */
  private called: Sequence | null = null;
  /** Whether that one has waited for too long, so that a place is kept for it. */
  private isCalledLate = false;

  constructor(readonly scheduler: TaskScheduler) {}

  /** Whether a task may start that stands in `lane`. Changes nothing. */
  abstract opens(task: Task, lane: Lane): boolean;

  /** A task starts. */
  enter(_task: Task): void {
    // Most gates need not know.
  }

  /** A task that has entered has ended. */
  exit(_task: Task): void {
    // As with `enter`.
  }

  /** A task is about to join a queue; `false` when it has been dropped instead. */
  admit(_task: Task): boolean {
    return true;
  }

  /** A task has joined, or left, a queue. */
  queued(_task: Task, _by: 1 | -1): void {
    // As with `enter`.
  }

  /**
   * A task has joined a queue, and all its gates have counted it: a gate that has too many drops some now. Listeners that
   * hear of the drop may post, and so all gates must have counted before.
   */
  trim(): void {
    // As with `enter`.
  }

  /** Whether so many tasks would be let into the queue now. */
  hasRoom(_places: number): boolean {
    return true;
  }

  /** Keeps places in the queue for a caller that has waited for them, until the next macrotask. */
  reserve(_places: number): void {
    // Most gates admit everything.
  }

  /** Calls `look` once when there is room for so many, after all who asked before; what it returns takes that back. */
  whenRoom(_places: number, _look: () => void): () => void {
    return () => undefined;
  }

  /** The head of `sequence` may not start. One that was called keeps its turn. */
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

  /** `sequence`, which waits here, does not any more. */
  withdraw(sequence: Sequence): void {
    this.waiting.remove(sequence);
  }

  /** `sequence`, which was called, starts a task. */
  served(sequence: Sequence): void {
    this.waiting.serve(sequence.lane);
    this.letGo(sequence);
  }

  /** `sequence` is not on its way any more, if it was: another may be called. */
  letGo(sequence: Sequence): void {
    if (this.called !== sequence) return;
    this.called = null;
    this.callNext();
  }

  /** Something may pass now: calls the most urgent sequence, or one that has waited for too long. */
  callNext(): void {
    const { waiting, called } = this;
    if (waiting.isEmpty) return;
    waiting.look(this.scheduler.clock.now());
    const sequence = waiting.nextWhere((head) => this.opens(head.head!, head.lane));
    // One that is more urgent does not wait for one that is less.
    if (sequence === null || (called !== null && called.lane <= sequence.lane)) return;
    // What may throw comes first.
    this.scheduler.wake(sequence.keepAlive);
    if (called !== null) {
      // It keeps its turn here: in its lane another one, called after this, would go before it.
      this.scheduler.unready(called);
      waiting.putBack(called, called.lane);
    }
    this.isCalledLate = waiting.isOwed(sequence.lane);
    this.called = sequence;
    waiting.remove(sequence);
    sequence.gate = this;
    this.scheduler.readyFirst(sequence);
  }

  /** All that wait here are looked at again. O(sequences that wait). */
  recheckAll(): void {
    for (const sequence of [...this.waiting]) sequence.recheck();
  }

  /** Whether a place is kept for another sequence, which has waited for too long and is on its way. */
  protected isKeptFrom(sequence: Sequence): boolean {
    const { called } = this;
    return this.isCalledLate && called !== null && called !== sequence && called.spot === IN_LANE;
  }
}
