import { demand, demandNumber, isCount } from '../base/errors.js';
import type { PostedTask } from './posted-task.js';
import type { Sequence } from './sequence.js';

/**
 * What becomes of a task that finds its queue full:
 *
 * - `'reject'` (the default): it is refused; its handle rejects, and if nobody looks at that, `onTaskError` hears of it;
 * - `'drop-oldest'`: the oldest task of the queue makes room for it;
 * - `'drop-newest'`: it is dropped itself;
 * - `'wait'`: it is taken all the same. Whoever posts is expected to wait for room first, with `whenRoom()`.
 *
 * Whatever is dropped is counted, and its handle rejects with a `TaskRejectedError` whose `reason` is `'full'`.
 */
export type WhenFull = 'reject' | 'drop-oldest' | 'drop-newest' | 'wait';

/** The bounds of a runner's queue. */
export interface QueueOptions {
  /** How many posted tasks may wait for their turn: a positive integer, or `Infinity`, the default. */
  readonly capacity?: number | undefined;
  readonly whenFull?: WhenFull | undefined;
}

/** The same, checked and complete. */
export interface QueueBounds {
  readonly capacity: number;
  readonly whenFull: WhenFull;
}

const POLICIES: readonly WhenFull[] = ['reject', 'drop-oldest', 'drop-newest', 'wait'];

/** Checks the bounds that a caller gives; null where there are none. */
export function toQueueOptions(queue: QueueOptions | undefined): QueueBounds | null {
  if (queue === undefined) return null;
  demand(typeof queue === 'object' && (queue as unknown) !== null, 'The option queue must be an object', queue);
  const { capacity = Infinity, whenFull = 'reject' } = queue;
  demandNumber(isCount(capacity), 'The capacity of a queue must be a positive integer or Infinity', capacity);
  const list = POLICIES.map((policy) => `'${policy}'`).join(', ');
  demand(POLICIES.includes(whenFull), `The option whenFull must be one of ${list}`, whenFull);
  return capacity === Infinity ? null : { capacity, whenFull };
}

/**
 * The bound of one sequence: how many posted tasks may wait in it, and what happens to those too many.
 *
 * Actions of streams are not counted and never dropped, since a stream that loses its `complete` hangs; nor are barriers,
 * or tasks that have begun and yielded. A delayed task takes its place in the queue when it falls due. Every verb is
 * O(1), but that `'drop-oldest'` passes over the actions before the oldest task.
 */
export class QueueBound {
  /** How many posted tasks wait. */
  private size = 0;
  /** How many places were promised to those who waited for room, and were not taken yet. */
  private granted = 0;
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly sequence: Sequence,
    private readonly options: QueueBounds,
  ) {}

  /** Whether a place was promised, and not taken yet. While anybody waits for one and the queue is empty, there is. */
  get isPromised(): boolean {
    return this.granted > 0;
  }

  /** Whether `task` may join the queue; if not, it has been dropped. */
  admit(task: PostedTask<unknown>): boolean {
    const { capacity, whenFull } = this.options;
    if (this.granted > 0) this.granted--;
    if (this.size < capacity || whenFull === 'wait' || whenFull === 'drop-oldest') return true;
    task.drop(whenFull === 'reject');
    return false;
  }

  /** A task has joined: with `'drop-oldest'`, those too many go. What is posted as they are told goes the same way. */
  trim(): void {
    const { capacity, whenFull } = this.options;
    while (whenFull === 'drop-oldest' && this.size > capacity) {
      let oldest = this.sequence.head!;
      while (!oldest.needsWorker) oldest = oldest.next!;
      this.sequence.scheduler.withdraw(oldest);
      (oldest as unknown as PostedTask<unknown>).drop(false);
    }
  }

  count(by: 1 | -1): void {
    this.size += by;
    if (by === -1 && this.waiting.size > 0) this.grant();
  }

  /** Calls `resolve` when there is room for one more, in the order of asking; the result takes the wish back. */
  whenRoom(resolve: () => void): () => void {
    this.waiting.add(resolve);
    this.grant();
    return () => this.waiting.delete(resolve);
  }

  private grant(): void {
    for (const resolve of this.waiting) {
      if (this.size + this.granted >= this.options.capacity) return;
      this.waiting.delete(resolve);
      if (this.granted++ === 0) this.sequence.scheduler.clock.later(this.forget);
      resolve();
    }
  }

  /** Who was promised a place had time to take it; it may go to another. */
  private readonly forget = (): void => {
    this.granted = 0;
    this.grant();
    const { sequence } = this;
    if (!this.isPromised) for (const watcher of sequence.watchers ?? []) watcher.unpromised?.(sequence);
  };
}
