import { TaskRejectedError } from '../base/errors.js';
import { PerClock } from './per-clock.js';
import type { Task } from './task.js';
import type { TaskRunner } from './task-runner.js';
import type { TaskTraits } from './traits.js';
import { Workers } from './workers.js';

/** What a pool's error handler is told beside the error. */
export interface TaskErrorInfo {
  /** The task's name, or else its runner's. */
  readonly name: string;
  readonly traits: TaskTraits;
  /** The runner, or the pool, that ran the task. */
  readonly runner: TaskRunner;
}

export type TaskErrorHandler = (error: unknown, info: TaskErrorInfo) => void;

/** Whoever conducts the shutdown of a pool. */
export interface ShutdownWatch {
  ended(task: Task): void;
}

/** What all sequences of one pool share, on every clock: who may come in, and who hears of errors. */
export class Admission {
  /** Hears of the tasks that end from the shutdown on; null until then. */
  shutdown: ShutdownWatch | null = null;
  /** How many posts were refused. */
  rejected = 0;
  readonly workers = new PerClock((scheduler) => new Workers(this, scheduler));

  constructor(
    readonly poolName: string,
    readonly limit: number,
    readonly onTaskError: TaskErrorHandler | null,
  ) {}

  /** The error of something that comes, or is, too late. */
  rejection(what: string): TaskRejectedError {
    const pool = this.poolName === '' ? 'the pool' : `the pool '${this.poolName}'`;
    return new TaskRejectedError('shutdown', `Rejected, since ${pool} is shut down: ${what}.`);
  }

  get isClosed(): boolean {
    return this.shutdown !== null;
  }
}
