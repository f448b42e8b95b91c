import { IntrusiveList } from '../base/intrusive-list.js';
import type { Sequence } from './sequence.js';
import { settings } from './settings.js';
import { type Lane, LANES } from './traits.js';

/** The ready sequences of one priority, oldest first. */
class LaneQueue extends IntrusiveList<Sequence> {
  /** When it was last seen empty or served; what waits has waited since then at the most. */
  since = 0;
  /** Whether it was served, or began to wait, since it was last looked at. */
  fresh = true;
  /** Whether it has waited for too long, and is owed one task. */
  isStarving = false;
}

/**
 * The ready sequences by priority: the highest lane first, and within a lane the oldest sequence.
 *
 * Strict, with an age limit: a lane that had sequences and got no task for `maxWait` is owed exactly one, for its
 * head; then its period begins anew. Every verb is O(1).
 */
export class Lanes {
  private readonly queues: readonly [LaneQueue, LaneQueue, LaneQueue] = [
    new LaneQueue(),
    new LaneQueue(),
    new LaneQueue(),
  ];
  private starving = 0;

  get isEmpty(): boolean {
    const [blocking, visible, bestEffort] = this.queues;
    return blocking.head === null && visible.head === null && bestEffort.head === null;
  }

  /** Whether something in the queues of the ready sequences keeps the process alive. */
  get keepAlive(): boolean {
    for (const sequence of this) if (sequence.keepsAlive) return true;
    return false;
  }

  /** How many tasks the ready sequences have; O(sequences). */
  get taskCount(): number {
    let count = 0;
    for (const sequence of this) count += sequence.size;
    return count;
  }

  /** Adds a sequence at the end of its lane. */
  push(sequence: Sequence): void {
    this.enter(sequence).push(sequence);
  }

  /** Adds a sequence at the head of its lane: one that had to leave through no fault of its own. */
  unshift(sequence: Sequence): void {
    this.enter(sequence).unshift(sequence);
  }

  remove(sequence: Sequence): void {
    this.queues[sequence.lane].remove(sequence);
    sequence.lanes = null;
  }

  /** The next sequence, taken out; null when there is none. */
  take(): Sequence | null {
    if (this.starving > 0) {
      const starved = this.takeStarved();
      if (starved !== null) return starved;
    }
    const [blocking, visible, bestEffort] = this.queues;
    if (blocking.head !== null) return this.serve(blocking);
    if (visible.head !== null) return this.serve(visible);
    if (bestEffort.head !== null) return this.serve(bestEffort);
    return null;
  }

  /** The head of one lane, taken out; null when it is empty. */
  takeFrom(lane: Lane): Sequence | null {
    const queue = this.queues[lane];
    return queue.head === null ? null : this.serve(queue);
  }

  /** Moves a sequence whose effective priority may have changed to the lane where it belongs, at its end. */
  reconsider(sequence: Sequence): void {
    if (sequence.effectiveLane() === sequence.lane) return;
    this.remove(sequence);
    this.push(sequence);
  }

  /** Another task has become the head of a sequence: here that changes no more than its priority can. */
  headChanged(sequence: Sequence): void {
    this.reconsider(sequence);
  }

  /** Looks at the time, once per turn: which lanes have waited for too long? */
  look(now: number): void {
    for (const lane of LANES) {
      const queue = this.queues[lane];
      if (queue.fresh || queue.head === null) {
        queue.since = now;
        queue.fresh = false;
      } else if (!queue.isStarving && now - queue.since >= settings.maxWait[lane]) {
        queue.isStarving = true;
        this.starving++;
      }
    }
  }

  /** The sequences, highest lane first. */
  *[Symbol.iterator](): Generator<Sequence> {
    for (const queue of this.queues) {
      for (let sequence = queue.head; sequence !== null; sequence = sequence.next) yield sequence;
    }
  }

  private enter(sequence: Sequence): LaneQueue {
    sequence.lane = sequence.effectiveLane();
    sequence.lanes = this;
    const queue = this.queues[sequence.lane];
    if (queue.head === null) queue.fresh = true;
    return queue;
  }

  private takeStarved(): Sequence | null {
    for (const queue of this.queues) {
      if (!queue.isStarving) continue;
      this.starving--;
      queue.isStarving = false;
      if (queue.head !== null) return this.serve(queue);
    }
    return null;
  }

  private serve(queue: LaneQueue): Sequence {
    const sequence = queue.head!;
    queue.fresh = true;
    this.remove(sequence);
    return sequence;
  }
}
