import type { TaskPriority } from '../../src/index.js';
import { PRIORITIES } from './naive-model.js';

const BEST_EFFORT = 2;

export interface TurnsPool {
  workers: number;
}

export interface TurnsSequence {
  readonly pool: TurnsPool;
  readonly limit: number;
  priority: TaskPriority;
  readonly hasRate: boolean;
}

export interface TurnsTask {
  readonly id: number;
  readonly sequence: TurnsSequence;
  readonly due: number;
  /** Its own priority; without one it follows its runner's. */
  own: TaskPriority | undefined;
  place: 'waits' | 'works' | 'sleeps' | 'is over';
  /** The lane in which it took its worker. */
  lane: number;
  wakesAt: number;
  hasYielded: boolean;
}

/** What stands still: a runner, or a pool with all its runners, at this lane or below. */
export interface TurnsHold {
  readonly on: TurnsSequence | TurnsPool;
  readonly lane: number;
}

/**
 * Who may start, and who goes first: what is promised about order, workers, a rate limit, holds, sleeps and yields, asked
 * anew of one list of all tasks each time.
 */
export class TurnsModel {
  readonly tasks: TurnsTask[] = [];
  readonly holds: TurnsHold[] = [];
  /** When tasks of sequences with the rate limit have started. */
  readonly starts: number[] = [];

  constructor(
    readonly sequences: readonly TurnsSequence[],
    readonly rate: { readonly starts: number; readonly per: number },
    private readonly now: () => number,
  ) {}

  /** The sequences whose next task may start. */
  get startable(): TurnsSequence[] {
    return this.sequences.filter((sequence) => {
      const { pool, limit, hasRate } = sequence;
      if (this.queue(sequence).length === 0) return false;
      const begun = this.tasks.filter((task) => task.sequence === sequence && isBegun(task)).length;
      const lane = this.lane(sequence);
      const isHeld = this.holds.some(({ on, lane: fence }) => (on === sequence || on === pool) && lane >= fence);
      return begun < limit && !isHeld && (!hasRate || this.rateIsOpen) && this.hasWorker(pool, lane);
    });
  }

  /** Those who have begun and go before what has not, if that is of `lane`: they have yielded, or slept until before now. */
  goingBefore(pool: TurnsPool, lane: number): TurnsTask[] {
    const woken = this.wakeable.filter(({ wakesAt, sequence }) => sequence.pool === pool && wakesAt < this.now());
    const yielded = this.tasks.filter(({ hasYielded }) => hasYielded);
    return [...woken, ...yielded].filter((task) => this.laneOfRest(task) <= lane);
  }

  /** The tasks that sleep no longer, and would find a worker. */
  get wakeable(): TurnsTask[] {
    return this.tasks.filter((task) => {
      const { place, wakesAt, sequence } = task;
      return place === 'sleeps' && wakesAt <= this.now() && this.hasWorker(sequence.pool, this.laneOfRest(task));
    });
  }

  /** What waits behind a task that has begun lends it its priority. */
  laneOfRest({ own, sequence }: TurnsTask): number {
    return Math.min(laneOf(own, sequence), this.lane(sequence));
  }

  /** What waits and is due, in the order in which it fell due. */
  queue(sequence: TurnsSequence): TurnsTask[] {
    return this.tasks
      .filter((task) => task.sequence === sequence && task.place === 'waits' && task.due <= this.now())
      .sort((a, b) => a.due - b.due || a.id - b.id);
  }

  /** A sequence has the highest priority among its queued tasks. */
  lane(sequence: TurnsSequence): number {
    return Math.min(...this.queue(sequence).map(({ own }) => laneOf(own, sequence)));
  }

  /** The tasks that hold a worker. */
  working(pool: TurnsPool): TurnsTask[] {
    return this.tasks.filter(({ place, sequence }) => place === 'works' && sequence.pool === pool);
  }

  /** Best-effort tasks leave one worker free. */
  private hasWorker(pool: TurnsPool, lane: number): boolean {
    const working = this.working(pool);
    const lazy = working.filter((task) => task.lane === BEST_EFFORT).length;
    return working.length < pool.workers && (lane < BEST_EFFORT || lazy < Math.max(1, pool.workers - 1));
  }

  private get rateIsOpen(): boolean {
    const { starts, per } = this.rate;
    return this.starts.length < starts || this.now() - this.starts.at(-starts)! >= per;
  }
}

export function isBegun({ place }: TurnsTask): boolean {
  return place === 'works' || place === 'sleeps';
}

function laneOf(own: TaskPriority | undefined, { priority }: TurnsSequence): number {
  return PRIORITIES.indexOf(own ?? priority);
}
