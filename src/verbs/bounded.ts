import { demandNumber, demandOneOf, demandOptions, isCount } from '../base/demand.js';
import { Gate } from '../kernel/gate.js';
import { PerClock } from '../kernel/per-clock.js';
import type { TaskScheduler } from '../kernel/scheduler.js';
import type { Task } from '../kernel/task.js';
import type { Bound } from '../runners/limits.js';

/**
 * What happens to a task when there is no room:
 *
 * - `'reject'` (the default): it is rejected. Its handle rejects, and if nobody awaits that, `onTaskError` gets the error;
 * - `'drop-oldest'`: the oldest waiting task within the bound is dropped to make room;
 * - `'drop-newest'`: the new task is dropped;
 * - `'wait'`: it is accepted. Callers should await `whenRoom()` before they post.
 *
 * The handle of a rejected or dropped task rejects with a `TaskRejectedError` whose `reason` is `'full'`. `stats` counts
 * these tasks.
 */
export type WhenFull = 'reject' | 'drop-oldest' | 'drop-newest' | 'wait';

/** Options of `bounded`. */
export interface BoundOptions {
  /**
   * Which tasks count: `'waiting'` (the default) counts tasks that wait to begin, and `'unfinished'` all tasks that have
   * not ended. With `'unfinished'` a task keeps its place while it runs, sleeps, or waits for its next attempt.
   */
  readonly counts?: 'waiting' | 'unfinished' | undefined;
}

/** A set is only rebuilt after at least this many tasks have left it. */
const FEWEST_GONE = 32;

const POLICIES: readonly WhenFull[] = ['reject', 'drop-oldest', 'drop-newest', 'wait'];

/**
 * Limits how many posted tasks wait. Pass it as the option `queue` of runners, keyed runners and pools.
 *
 * - Everything that gets the same bound shares it: several runners, all keys of a keyed runner, a pool with all its
 *   runners. To give each key its own bound, pass a function: `keyed(pool, { queue: () => bounded(5) })`.
 * - Actions of streams do not count and are never dropped, because a stream that loses its `complete` hangs.
 * - By default tasks that have begun do not count, even if they sleep or wait for a retry. With keys there may be one for
 *   each key. With `counts: 'unfinished'` tasks count until they have ended.
 * - A delayed task takes its place when it falls due.
 * - Each clock has its own count, and so have the loops of frame runners and idle runners.
 *
 * O(1) for each task.
 *
 * ```ts
 * const log = pool.createSequencedTaskRunner({ queue: bounded(100, 'drop-oldest') });
 * ```
 *
 * @param capacity how many tasks may wait: a positive integer, or `Infinity`
 * @param whenFull what happens to a task when there is no room; defaults to `'reject'`
 * @param options which tasks count
 * @returns the bound, for the option `queue` and for `whenRoom`
 * @throws RangeError or TypeError when an argument is invalid
 */
export function bounded(capacity: number, whenFull: WhenFull = 'reject', options: BoundOptions = {}): Bound {
  demandNumber(isCount(capacity), 'The capacity of a queue must be a positive integer or Infinity', capacity);
  demandOneOf(whenFull, POLICIES, 'The argument whenFull');
  demandOptions(options, ['counts']);
  const { counts = 'waiting' } = options;
  demandOneOf(counts, ['waiting', 'unfinished'], 'The option counts');
  const countsBegun = counts === 'unfinished';
  const make = (scheduler: TaskScheduler): Gate =>
    whenFull === 'drop-oldest'
      ? new DroppingGate(scheduler, capacity, countsBegun)
      : new BoundGate(scheduler, capacity, countsBegun, whenFull);
  const gates = new PerClock(make);
  return { capacity, gateOn: (scheduler) => gates.on(scheduler) };
}

/** It is always open, but it keeps tasks out of the queue. */
class BoundGate extends Gate {
  override readonly what = 'room in a queue';
  /** How many posted tasks count: those that wait and, with `'unfinished'`, those that have begun and not ended. */
  protected size = 0;
  /** The tasks that have begun, if they count. */
  private readonly begun = new Set<Task>();
  /** How many places are reserved for callers who waited for room. */
  private granted = 0;
  /** The callers who wait for room, in order, and for how many tasks each. */
  private readonly lookers = new Map<() => void, number>();
  /** Whether the first of them has its turn now, before the others. */
  private isCalling = false;

  constructor(
    scheduler: TaskScheduler,
    override readonly capacity: number,
    private readonly countsBegun: boolean,
    private readonly whenFull: WhenFull,
  ) {
    super(scheduler);
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
    if (by === -1) this.callLookers();
  }

  override enter(task: Task): void {
    // It leaves the queue next, so no caller sees room in between. Counted once: a start that failed in the host is
    // repeated.
    if (!this.countsBegun || !task.needsWorker || this.begun.has(task)) return;
    this.begun.add(task);
    this.size++;
  }

  override exit(task: Task): void {
    if (!this.begun.delete(task)) return;
    this.size--;
    this.callLookers();
  }

  override hasRoom(places: number): boolean {
    return (this.lookers.size === 0 || this.isCalling) && this.fits(places);
  }

  override reserve(places: number): void {
    if (this.granted === 0) this.scheduler.clock.later(this.forget);
    this.granted += places;
  }

  override whenRoom(places: number, look: () => void): () => void {
    this.lookers.set(look, places);
    return () => {
      // Callers behind it may wait for fewer places.
      if (this.lookers.delete(look)) this.callLookers();
    };
  }

  private fits(places: number): boolean {
    return this.size + this.granted + places <= this.capacity;
  }

  /** Calls the waiting callers in order, as long as there is room. Each takes its places, or waits elsewhere. */
  private callLookers(): void {
    for (const [look, places] of this.lookers) {
      if (!this.fits(places)) return;
      this.lookers.delete(look);
      this.isCalling = true;
      try {
        look();
      } finally {
        this.isCalling = false;
      }
    }
  }

  /** A reserved place lasts for one macrotask. Then the next caller gets it. */
  private readonly forget = (): void => {
    this.granted = 0;
    this.callLookers();
  };
}

/** It keeps the tasks by age, because the oldest makes room, whatever its queue. */
class DroppingGate extends BoundGate {
  /** Oldest first. */
  private tasks = new Set<Task>();
  /** How many tasks have left since the set was built: a set keeps their slots. */
  private gone = 0;

  constructor(scheduler: TaskScheduler, capacity: number, countsBegun: boolean) {
    super(scheduler, capacity, countsBegun, 'drop-oldest');
  }

  override queued(task: Task, by: 1 | -1): void {
    if (by === 1) this.tasks.add(task);
    else this.remove(task);
    super.queued(task, by);
  }

  override trim(): void {
    // Tasks posted by listeners of the oldest task are handled in the same way.
    while (this.size > this.capacity && this.tasks.size > 0) this.dropOldest();
  }

  private dropOldest(): void {
    const [oldest] = this.tasks;
    this.scheduler.cancel(oldest!);
    oldest!.drop(false);
  }

  private remove(task: Task): void {
    this.tasks.delete(task);
    // Finding the oldest skips the slots of removed tasks. Rebuilding keeps that O(1) on average.
    if (++this.gone <= this.tasks.size + FEWEST_GONE) return;
    this.tasks = new Set(this.tasks);
    this.gone = 0;
  }
}
