import type { TaskScheduler } from './scheduler.js';

/** Fewer references than this are not cleaned up. */
const FEW = 16;

/**
 * An object per clock of one owner: created when the clock is first used, and dropped with the clock.
 *
 * Tests create many clocks, so all references are weak except for that to the one used last. O(1); amortized for additions.
 */
export class PerClock<T extends object> {
  private readonly byScheduler = new WeakMap<TaskScheduler, T>();
  private references: WeakRef<T>[] = [];
  /** At this number of references the dead ones are removed. A WeakRef keeps its target until the current job is over. */
  private pruneAt = FEW;
  private latestScheduler: TaskScheduler | null = null;
  private latest: T | null = null;

  constructor(private readonly make: (scheduler: TaskScheduler) => T) {}

  on(scheduler: TaskScheduler): T {
    if (scheduler === this.latestScheduler) return this.latest!;
    const value = this.byScheduler.get(scheduler) ?? this.add(scheduler);
    this.latestScheduler = scheduler;
    this.latest = value;
    return value;
  }

  /** The object of a clock, if it was created. */
  get(scheduler: TaskScheduler): T | undefined {
    return this.byScheduler.get(scheduler);
  }

  /** The objects of all clocks that still exist. */
  values(): T[] {
    return this.references.flatMap((reference) => reference.deref() ?? []);
  }

  private add(scheduler: TaskScheduler): T {
    const value = this.make(scheduler);
    // User code called by `make` may have created it already.
    const other = this.byScheduler.get(scheduler);
    if (other !== undefined) return other;
    this.byScheduler.set(scheduler, value);
    if (this.references.length >= this.pruneAt) {
      this.references = this.references.filter((reference) => reference.deref() !== undefined);
      this.pruneAt = Math.max(FEW, this.references.length * 2);
    }
    this.references.push(new WeakRef(value));
    return value;
  }
}
