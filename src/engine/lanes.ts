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
}

/**
 * The ready sequences by priority: the highest lane first, and within a lane the oldest sequence.
 *
 * Strict, with an age limit: a lane that had sequences and got no task for `maxWait` is owed exactly one, for its
 * head; then its period begins anew. Every verb is O(1).
 */
export class Lanes {
  private readonly blocking = new LaneQueue();
  private readonly visible = new LaneQueue();
  private readonly bestEffort = new LaneQueue();
  private readonly queues = [this.blocking, this.visible, this.bestEffort] as const;
  /** The lanes that have waited for too long. */
  private readonly owed: LaneQueue[] = [];

  get isEmpty(): boolean {
    return this.blocking.head === null && this.visible.head === null && this.bestEffort.head === null;
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
    const queue = this.enter(sequence);
    queue.insert(sequence, queue.head);
  }

  remove(sequence: Sequence): void {
    this.queues[sequence.lane].remove(sequence);
    sequence.lanes = null;
  }

  /** The sequence whose turn it is; it stays where it is. Null when there is none. */
  next(): Sequence | null {
    let queue: LaneQueue | undefined = this.owed.length > 0 ? this.owed.pop() : undefined;
    if (queue === undefined || queue.head === null) {
      queue = this.blocking.head !== null ? this.blocking : this.visible.head !== null ? this.visible : this.bestEffort;
    }
    queue.fresh = true;
    return queue.head;
  }

  /** The same among the lanes that `accepts` names; nothing is noted of it. */
  nextWhere(accepts: (lane: Lane) => boolean): Sequence | null {
    return [...this.owed, ...this.queues].find(({ head }) => head !== null && accepts(head.lane))?.head ?? null;
  }

  /** Whether something waits in a higher lane. */
  hasMoreUrgent(lane: Lane): boolean {
    return (lane > 0 && this.blocking.head !== null) || (lane > 1 && this.visible.head !== null);
  }

  /** Whether a lane has waited for too long. */
  isOwed(lane: Lane): boolean {
    return this.owed.includes(this.queues[lane]);
  }

  /** A lane has got a task: its period begins anew. */
  serve(lane: Lane): void {
    const queue = this.queues[lane];
    const place = this.owed.indexOf(queue);
    if (place >= 0) this.owed.splice(place, 1);
    queue.fresh = true;
  }

  /** Adds a sequence that got no task at the head of its lane, whose period goes on. */
  putBack(sequence: Sequence): void {
    const { fresh } = this.queues[sequence.effectiveLane()];
    this.unshift(sequence);
    this.queues[sequence.lane].fresh = fresh;
  }

  /** A sequence has had its turn: it goes to the end of its lane. */
  rotate(sequence: Sequence): void {
    // Alone in its lane it is there already.
    if (sequence.next === null && sequence.effectiveLane() === sequence.lane) return;
    this.remove(sequence);
    this.push(sequence);
  }

  /** Moves a sequence whose effective priority may have changed to the lane where it belongs, at its end. */
  reconsider(sequence: Sequence): void {
    if (sequence.effectiveLane() === sequence.lane) return;
    this.remove(sequence);
    this.push(sequence);
    if (sequence.waited) sequence.renounce();
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
      } else if (now - queue.since >= settings.maxWait[lane] && !this.owed.includes(queue)) {
        this.owed.push(queue);
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
}
