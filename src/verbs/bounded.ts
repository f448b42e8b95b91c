import { demandNumber, demandOneOf, demandOptions, isCount } from '../base/demand.js';
import { Gate } from '../kernel/gate.js';
import { PerClock } from '../kernel/per-clock.js';
import type { TaskScheduler } from '../kernel/scheduler.js';
import type { Task } from '../kernel/task.js';
import type { Bound } from '../runners/limits.js';

/**
 * What becomes of a task that finds no room:
 *
 * - `'reject'` (the default): it is refused. Its handle rejects, and if nobody looks at that, `onTaskError` is told;
 * - `'drop-oldest'`: the oldest task that waits within the bound is dropped to make room for it;
 * - `'drop-newest'`: it is dropped itself;
 * - `'wait'`: it is taken all the same. The caller is expected to await `whenRoom()` before it posts.
 *
 * What is refused or dropped is counted, and its handle rejects with a `TaskRejectedError` whose `reason` is `'full'`.
 */
export type WhenFull = 'reject' | 'drop-oldest' | 'drop-newest' | 'wait';

/** Options of `bounded`. */
export interface BoundOptions {
  /**
   * Which tasks count: those that wait to begin, which is the default, or all that have not ended. With `'unfinished'` a task keeps its
   * place while it runs, sleeps, or waits for its next attempt.
   */
  readonly counts?: 'waiting' | 'unfinished' | undefined;
}

/** A set is not made anew for fewer than so many that have left it. */
const FEWEST_GONE = 32;

const POLICIES: readonly WhenFull[] = ['reject', 'drop-oldest', 'drop-newest', 'wait'];

/**
 * Bounds how many posted tasks wait. It is for the option `queue` of runners, keyed runners and pools.
 *
 * - All that are given the same bound share it: several runners, all keys of a keyed runner, a pool with all its runners. To
 *   give each key a bound of its own, give a function: `keyed(pool, { queue: () => bounded(5) })`.
 * - Actions of streams are not counted and never dropped, since a stream that loses its `complete` hangs.
 * - Tasks that have begun are not counted, though they sleep or wait for a retry: with keys there is one for each key. The option
 *   `counts: 'unfinished'` counts them until they have ended, and so bounds all that was accepted.
 * - A delayed task takes its place when it falls due.
 * - It counts anew on each clock.
 *
 * O(1) for each task.
 *
 * ```ts
 * const log = pool.createSequencedTaskRunner({ queue: bounded(100, 'drop-oldest') });
 * ```
 *
 * @param capacity how many tasks may wait: a positive integer, or `Infinity`
 * @param whenFull what becomes of a task that finds no room; defaults to `'reject'`
 * @param options which tasks count
 * @returns the bound, for the option `queue` and for `whenRoom`
 * @throws RangeError or TypeError when an argument has a value that it cannot have
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

/** It is always open: what it keeps out it keeps out of the queue. */
class BoundGate extends Gate {
  override readonly what = 'room in a queue';
  /** How many posted tasks count: those that wait and, if it counts them, those that have begun and not ended. */
  protected size = 0;
  /** Those that have begun, if they count. */
  private readonly begun = new Set<Task>();
  /** How many places were promised to those who waited for room, and were not taken yet. */
  private granted = 0;
  /** Those who wait for room, in the order of asking, and for how many tasks each. */
  private readonly lookers = new Map<() => void, number>();
  /** Whether the first of them has its turn now, which goes before the others. */
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
    // It leaves the queue next, so nobody sees room in between. Once: a start that a host's fault has cut off comes again.
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
      // Others may have waited for fewer places behind it.
      if (this.lookers.delete(look)) this.callLookers();
    };
  }

  private fits(places: number): boolean {
    return this.size + this.granted + places <= this.capacity;
  }

  /** In the order of asking, as long as there is room: each takes its places, or goes to wait elsewhere. */
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

  /** A promised place lasts for one macrotask; then the next in line gets it. */
  private readonly forget = (): void => {
    this.granted = 0;
    this.callLookers();
  };
}

/** It knows the tasks by age, since the oldest makes room, in whichever queue it waits. */
class DroppingGate extends BoundGate {
  /** Oldest first. */
  private tasks = new Set<Task>();
  /** How many have left since the set was made: a set keeps their slots. */
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
    // What is posted as the oldest is told goes the same way.
    while (this.size > this.capacity && this.tasks.size > 0) this.dropOldest();
  }

  private dropOldest(): void {
    const [oldest] = this.tasks;
    this.scheduler.cancel(oldest!);
    oldest!.drop(false);
  }

  private remove(task: Task): void {
    this.tasks.delete(task);
    // To find the oldest passes over the slots of all that have gone: so that takes O(1) on average.
    if (++this.gone <= this.tasks.size + FEWEST_GONE) return;
    this.tasks = new Set(this.tasks);
    this.gone = 0;
  }
}
