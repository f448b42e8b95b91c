import { demand, TaskRejectedError } from '../base/errors.js';
import { PerClock } from './per-clock.js';
import type { TaskRunner } from './task-runner.js';
import type { TaskPriority, TaskTraits } from './traits.js';
import { Workers } from './workers.js';

/** What a pool's error handler is told beside the error. */
export interface TaskErrorInfo {
  /** The task's name, or else its runner's. */
  readonly name: string;
  readonly traits: TaskTraits;
  /** The runner, or the pool, that ran the task. */
  readonly runner: TaskRunner;
  /** Its priority when it failed. */
  readonly priority: TaskPriority;
  /**
   * How long it waited for its turn, and how long it ran, in milliseconds. `undefined` for actions of streams, which
   * are too small to carry the time: `observeTasks` tells that too.
   */
  readonly waitTime: number | undefined;
  readonly runTime: number | undefined;
  /** `file:line` where it was posted, in debug mode. */
  readonly postedFrom: string | undefined;
}

export type TaskErrorHandler = (error: unknown, info: TaskErrorInfo) => void;

/** What all sequences of one pool share, on every clock: who may come in, and who hears of errors. */
export class Admission {
  /** Whether a shutdown has begun. */
  isClosed = false;
  /** How many posts were refused, and how many tasks dropped from full queues. */
  rejected = 0;
  dropped = 0;
  readonly workers = new PerClock((scheduler) => {
    const workers = new Workers(this, scheduler);
    scheduler.join(workers);
    return workers;
  });

  constructor(
    readonly poolName: string,
    readonly limit: number,
    readonly onTaskError: TaskErrorHandler | null,
  ) {}

  /** @throws TypeError when the handler is not a function */
  static of(name: string, limit: number, onTaskError?: TaskErrorHandler): Admission {
    const isHandler = onTaskError === undefined || typeof onTaskError === 'function';
    demand(isHandler, 'onTaskError must be a function', onTaskError);
    return new Admission(name, limit, onTaskError ?? null);
  }

  /** What the pool is called in errors. */
  get description(): string {
    return this.poolName === '' ? 'the pool' : `the pool '${this.poolName}'`;
  }
}

/** The error of something that comes after the shutdown of `closed`, or is dropped by it. */
export function tooLate(closed: string, what: string): TaskRejectedError {
  return new TaskRejectedError('shutdown', `Rejected, since ${closed} is shut down: ${what}.`);
}
