import { demand, demandNumber, isCount } from '../base/errors.js';
import { Gate } from '../kernel/gate.js';
import type { Sequence } from '../kernel/sequence.js';
import type { Task } from '../kernel/task.js';
import type { QueueRule } from '../runners/runner.js';

/**
 * What becomes of a task that finds its queue full:
 *
 * - `'reject'` (the default): it is refused; its handle rejects, and if nobody looks at that, `onTaskError` is told;
 * - `'drop-oldest'`: the oldest task of the queue makes room for it;
 * - `'drop-newest'`: it is dropped itself;
 * - `'wait'`: it is taken all the same. Whoever posts is expected to wait for room first, with `whenRoom()`.
 *
 * Whatever is dropped is counted, and its handle rejects with a `TaskRejectedError` whose `reason` is `'full'`.
 */
export type WhenFull = 'reject' | 'drop-oldest' | 'drop-newest' | 'wait';

const POLICIES: readonly WhenFull[] = ['reject', 'drop-oldest', 'drop-newest', 'wait'];

/**
 * Bounds the queue of a runner: at most `capacity` posted tasks wait in it. For the option `queue` of runners and pools.
 *
 * - Actions of streams are not counted and never dropped, since a stream that loses its `complete` hangs. Tasks that have
 *   begun and yielded are not in the queue.
 * - A delayed task takes its place in the queue when it falls due.
 * - Each runner that is made with the result has a queue of its own, each key of a keyed runner too, and a pool one for
 *   each priority.
 * - O(1), but that `'drop-oldest'` passes over the actions before the oldest task.
 *
 * ```ts
 * const log = pool.createSequencedTaskRunner({ queue: bounded(100, 'drop-oldest') });
 * ```
 *
 * @param capacity a positive integer, or `Infinity`
 * @throws RangeError or TypeError when an argument is not what it must be
 */
export function bounded(capacity: number, whenFull: WhenFull = 'reject'): QueueRule {
  demandNumber(isCount(capacity), 'The capacity of a queue must be a positive integer or Infinity', capacity);
  const list = POLICIES.map((policy) => `'${policy}'`).join(', ');
  demand(POLICIES.includes(whenFull), `The argument whenFull must be one of ${list}`, whenFull);
  return { capacity, applyTo: (sequence) => sequence.addGate(new QueueBound(sequence, capacity, whenFull)) };
}

/** The bound of one sequence. It is always open: what it keeps out it keeps out of the queue. */
class QueueBound extends Gate {
  /** How many posted tasks wait. */
  private size = 0;
  /** How many places were promised to those who waited for room, and were not taken yet. */
  private granted = 0;
  private readonly waiters = new Set<() => void>();

  constructor(
    private readonly sequence: Sequence,
    private readonly capacity: number,
    private readonly whenFull: WhenFull,
  ) {
    super(sequence.scheduler);
  }

  override opens(): boolean {
    return true;
  }

  override admit(task: Task): boolean {
    if (this.granted > 0) this.granted--;
    const { whenFull } = this;
    if (this.size < this.capacity || whenFull === 'wait' || whenFull === 'drop-oldest') return true;
    task.drop(whenFull === 'reject');
    return false;
  }

  override queued(_task: Task, by: 1 | -1): void {
    this.size += by;
    if (by === -1 && this.waiters.size > 0) this.grant();
    // What is posted as the oldest is told goes the same way.
    while (by === 1 && this.whenFull === 'drop-oldest' && this.size > this.capacity) this.dropOldest();
  }

  override keeps(): boolean {
    return this.granted > 0;
  }

  /** In the order of asking. */
  override whenRoom(resolve: () => void): () => void {
    this.waiters.add(resolve);
    this.grant();
    return () => this.waiters.delete(resolve);
  }

  private dropOldest(): void {
    let oldest = this.sequence.head!;
    while (!oldest.needsWorker) oldest = oldest.next!;
    this.scheduler.cancel(oldest);
    oldest.drop(false);
  }

  private grant(): void {
    for (const resolve of this.waiters) {
      if (this.size + this.granted >= this.capacity) return;
      this.waiters.delete(resolve);
      if (this.granted++ === 0) this.scheduler.clock.later(this.forget);
      resolve();
    }
  }

  /** A promised place lasts for one macrotask; then the next waiter gets it. */
  private readonly forget = (): void => {
    this.granted = 0;
    this.grant();
    this.scheduler.mayBeIdle(this.sequence);
  };
}
