import type { TaskScheduler } from './scheduler.js';

/** Fewer references than this are not looked through. */
const FEW = 16;

/**
 * What an owner has one of per clock: made when the clock is first used, gone when the clock is.
 *
 * Clocks come and go in tests, so everything is held weakly but the one used last. O(1), adding on average.
 */
export class PerClock<T extends object> {
  private readonly byScheduler = new WeakMap<TaskScheduler, T>();
  private references: WeakRef<T>[] = [];
  /** With as many references those that are gone are left out: a WeakRef keeps its target until the job is over. */
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

  /** The one of a clock, unless none was made yet. */
  get(scheduler: TaskScheduler): T | undefined {
    return this.byScheduler.get(scheduler);
  }

  /** Those of all clocks that still exist. */
  values(): T[] {
    return this.references.flatMap((reference) => reference.deref() ?? []);
  }

  private add(scheduler: TaskScheduler): T {
    const value = this.make(scheduler);
    // Code of the user that was called by that may have asked for it, too.
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
