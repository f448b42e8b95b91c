import type { TaskContext, TaskResult } from './task-runner.js';
import type { TaskTraitsInput } from './traits.js';

/** The traits of one task, and what may cancel it. What is left out is as with its runner. */
export interface PostOptions extends TaskTraitsInput {
  /** Cancels the task when it aborts. If it has aborted already, the handle rejects at once. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Drops the task when it has not begun so many milliseconds after it was due: the handle rejects with a
   * `TaskRejectedError` whose `reason` is `'timeout'`.
   */
  readonly queueTimeout?: number | undefined;
  /**
   * Fails the task when it has run for so many milliseconds: the handle rejects with a `TaskTimeoutError`, and the
   * signal of its context aborts. Its slot is free when it ends. Synchronous code is not interrupted.
   */
  readonly runTimeout?: number | undefined;
}

/** Options of `postTaskAndReply`: those of the task, and beside them those of the reply. */
export interface ReplyOptions extends PostOptions {
  /** Delays the task, not the reply, by so many milliseconds. */
  readonly delay?: number | undefined;
  /** Traits and time-outs of the reply; what is left out is as with the runner it goes to. */
  readonly reply?: Omit<PostOptions, 'signal'> | undefined;
}

/** What is called with the outcome of a task: a function with its result, or one for each way it may end. */
export type Reply<T, R, E = R> =
  | ReplyFunctions<T, R, E>['next']
  | (Pick<ReplyFunctions<T, R, E>, 'next'> & { readonly error?: ReplyFunctions<T, R, E>['error'] | undefined })
  | (Pick<ReplyFunctions<T, R, E>, 'error'> & { readonly next?: undefined });

export interface ReplyFunctions<T, R, E = R> {
  readonly next: (result: T, context: TaskContext) => TaskResult<R>;
  /** Gets the error of the task, which then is not reported anywhere else. */
  readonly error: (error: unknown, context: TaskContext) => TaskResult<E>;
}

/** When a repeating task runs. */
export interface RepeatOptions {
  /** Milliseconds from run to run, more than 0. */
  readonly interval: number;
  /** Milliseconds until the first run; the interval, unless said otherwise. */
  readonly initialDelay?: number | undefined;
  /**
   * `'fixed-delay'` (the default): the interval lies between the end of one run and the start of the next.
   * `'fixed-rate'`: runs are due at whole intervals from the first one on, however long they take; there is no drift.
   */
  readonly mode?: 'fixed-delay' | 'fixed-rate' | undefined;
  /**
   * What `'fixed-rate'` does with runs that were due while it could not run: `'skip'` (the default) waits for the next one
   * that is due; `'run-once'` runs once for all of them, at once. There is never a burst.
   */
  readonly ifLate?: 'skip' | 'run-once' | undefined;
}

/** What somebody waits for, as long as he does. */
export interface WaitOptions {
  /** Takes the wish back: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Counters of one runner: of its queue on the clock in force, and of what it has refused on all clocks. */
export interface RunnerStats {
  readonly name: string;
  /** Tasks and actions that wait for their turn. */
  readonly queued: number;
  /** Those that run, or have begun and are pending. */
  readonly running: number;
  /** Tasks and actions that are not yet due. */
  readonly delayed: number;
  /** Posts that were refused: after a shutdown, or since the queue was full. */
  readonly rejected: number;
  /** Tasks that were dropped from a full queue. */
  readonly dropped: number;
  readonly isShutdown: boolean;
}
