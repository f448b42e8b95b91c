import { demand } from '../base/demand.js';
import { TaskRejectedError } from '../base/errors.js';
import { called } from '../base/names.js';
import type { TaskErrorHandler } from '../types.js';
import { newCounters } from './counters.js';
import type { GateSource } from './gate.js';
import { PerClock } from './per-clock.js';
import { Workers } from './workers.js';
import type { Task } from './task.js';

/** A shutdown of a runner or a pool that has begun. */
export interface Closing {
  /** Whether it accepts a late task, and waits for it. */
  takes(task: Task, delay: number): boolean;
}

/** What all sequences of one pool share, on every clock: which tasks are admitted, and the error handler. */
export class Admission {
  /** The shutdown of the pool; null while it is open. */
  closing: Closing | null = null;
  readonly counters = newCounters();
  readonly workers = new PerClock((scheduler) => {
    const workers = new Workers(this, scheduler);
    scheduler.join(workers);
    return workers;
  });

  constructor(
    readonly poolName: string,
    public limit: number,
    readonly onTaskError: TaskErrorHandler | null,
    /** The limits of the pool. */
    readonly limits: readonly GateSource[] = [],
  ) {}

  /** @throws TypeError when the handler is not a function */
  static of(
    name: string,
    limit: number,
    onTaskError?: TaskErrorHandler,
    limits: readonly GateSource[] = [],
  ): Admission {
    const isHandler = onTaskError === undefined || typeof onTaskError === 'function';
    demand(isHandler, 'onTaskError must be a function', onTaskError);
    return new Admission(name, limit, onTaskError ?? null, limits);
  }

  /** Changes the number of workers, on every clock. Running tasks go on if it is lowered. */
  setLimit(limit: number): void {
    this.limit = limit;
    for (const workers of this.workers.values()) workers.callNext();
  }

  /** What the pool is called in errors. */
  get description(): string {
    return called('the pool', this.poolName);
  }
}

/** The error of a task that is posted after the shutdown of `closed`, or dropped by it. */
export function tooLate(closed: string, what: string): TaskRejectedError {
  return new TaskRejectedError('shutdown', `Rejected, since ${closed} is shut down: ${what}.`);
}
