import { IntrusiveList } from '../base/intrusive-list.js';
import type { Sequence, Spot } from './sequence.js';
import { NOWHERE } from './sequence.js';
import { settings } from './settings.js';
import { type Lane, LANES } from './traits.js';

/** The sequences of one priority, oldest first. */
class LaneQueue extends IntrusiveList<Sequence> {
  /** When it was last seen empty or served. Waiting sequences have waited at most since then. */
  since = 0;
  /** Whether it was served, or began to wait, since the last check. */
  fresh = true;
  /** The last of the sequences at the head that go before the others. These keep their own order. */
  lastFirst: Sequence | null = null;
}

/**
 * Sequences by priority: the highest lane first, and within a lane the oldest sequence.
 *
 * Strict, with an age limit: a lane that had sequences and ran no task for `maxWait` is owed exactly one task, of its head.
 * Then its period starts again. Every method is O(1).
 */
export class Lanes {
  private readonly blocking = new LaneQueue();
  private readonly visible = new LaneQueue();
  private readonly bestEffort = new LaneQueue();
  private readonly queues = [this.blocking, this.visible, this.bestEffort] as const;
  /** The lanes that have waited for too long. */
  private readonly owed: LaneQueue[] = [];

  /** @param spot the spot of a sequence in these lanes */
  constructor(private readonly spot: Spot) {}

  get isEmpty(): boolean {
    return this.blocking.head === null && this.visible.head === null && this.bestEffort.head === null;
  }

  /** Whether any of the sequences keeps the process alive. */
  get keepAlive(): boolean {
    for (const sequence of this) if (sequence.keepAlive) return true;
    return false;
  }

  /** Adds a sequence at the end of a lane. */
  push(sequence: Sequence, lane: Lane): void {
    const queue = this.enter(sequence, lane);
    queue.push(sequence);
    sequence.spot = this.spot;
  }

  /** Adds a sequence before the others of its lane, but behind those that also go first. */
  pushFirst(sequence: Sequence, lane: Lane): void {
    const queue = this.enter(sequence, lane);
    queue.insert(sequence, queue.lastFirst === null ? queue.head : queue.lastFirst.next);
    queue.lastFirst = sequence;
    sequence.spot = this.spot;
  }

  /** Adds a sequence at the head of a lane, behind those that go first unless it does. */
  unshift(sequence: Sequence, lane: Lane): void {
    const queue = this.enter(sequence, lane);
    const { lastFirst } = queue;
    queue.insert(sequence, sequence.goesFirst || lastFirst === null ? queue.head : lastFirst.next);
    if (sequence.goesFirst) queue.lastFirst ??= sequence;
    sequence.spot = this.spot;
  }

  remove(sequence: Sequence): void {
    const queue = this.queues[sequence.lane];
    // All before it go first as well.
    if (queue.lastFirst === sequence) queue.lastFirst = sequence.prev;
    queue.remove(sequence);
    sequence.spot = NOWHERE;
  }

  /** Takes the next turn, and returns its sequence, which stays where it is, or null. The turn counts as used. */
  next(): Sequence | null {
    const queue = this.first();
    if (this.owed.length > 0) this.owed.pop();
    queue.fresh = true;
    return queue.head;
  }

  /** The same without using the turn. */
  peek(): Sequence | null {
    return this.first().head;
  }

  /** The same among the lanes whose first sequence is accepted. Changes nothing. */
  nextWhere(accepts: (sequence: Sequence) => boolean): Sequence | null {
    // The last lane that is owed a task goes first, as in `next`.
    const lanes = [...[...this.owed].reverse(), ...this.queues];
    return lanes.find(({ head }) => head !== null && accepts(head))?.head ?? null;
  }

  /** Whether a sequence waits in a higher lane. */
  hasMoreUrgent(lane: Lane): boolean {
    return (lane > 0 && this.blocking.head !== null) || (lane > 1 && this.visible.head !== null);
  }

  /** Whether a lane has waited for too long. */
  isOwed(lane: Lane): boolean {
    return this.owed.includes(this.queues[lane]);
  }

  /** A lane has run a task: its period starts again. */
  serve(lane: Lane): void {
    const queue = this.queues[lane];
    const place = this.owed.indexOf(queue);
    if (place >= 0) this.owed.splice(place, 1);
    queue.fresh = true;
  }

  /** Adds a sequence that ran no task at the head of its lane, whose period goes on. */
  putBack(sequence: Sequence, lane: Lane): void {
    const { fresh } = this.queues[lane];
    this.unshift(sequence, lane);
    this.queues[lane].fresh = fresh;
  }

  /** A sequence has had its turn: it goes to the end of its lane, or of the sequences that go first there. */
  rotate(sequence: Sequence): void {
    const lane = sequence.effectiveLane();
    if (sequence.goesFirst) {
      this.remove(sequence);
      this.pushFirst(sequence, lane);
      return;
    }
    // If it is alone in its lane, it is already there.
    if (sequence.next === null && lane === sequence.lane) return;
    this.remove(sequence);
    this.push(sequence, lane);
  }

  /** Checks the time once per turn, to find the lanes that have waited for too long. */
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

  private first(): LaneQueue {
    const { owed, blocking, visible } = this;
    const late = owed.length > 0 ? owed[owed.length - 1]! : null;
    if (late !== null && late.head !== null) return late;
    return blocking.head !== null ? blocking : visible.head !== null ? visible : this.bestEffort;
  }

  private enter(sequence: Sequence, lane: Lane): LaneQueue {
    const queue = this.queues[lane];
    if (queue.head === null) queue.fresh = true;
    sequence.lane = lane;
    return queue;
  }
}
