import { demand, demandOptions, toDuration } from '../base/demand.js';
import { TaskTimeoutError } from '../base/errors.js';
import { taskCalled } from '../base/names.js';
import type { TaskFunction } from '../types.js';

/** Options of {@link timeLimit}. */
export interface TimeLimitOptions {
  /**
   * How many milliseconds the task's code may go on after it was told to stop, by the limit or by cancelling. After that
   * its sequence and its worker are free, and its result is ignored. Defaults to `Infinity`.
   */
  readonly letGoAfter?: number | undefined;
}

/**
 * Makes a task that fails when it has run for `ms` milliseconds: its handle rejects with a `TaskTimeoutError`, and the
 * signal of its context aborts. Its sequence is free once its code has ended or is let go. Synchronous code is not
 * interrupted.
 *
 * A task that is let go may still run while the next task of its sequence runs. In that case the pool's `onTaskError`, if
 * there is one, is called. O(log n) per run, like a delay.
 *
 * ```ts
 * await io.postTask(timeLimit(500, ({ signal }) => load(signal), { letGoAfter: 1_000 }));
 * ```
 *
 * @param ms how many milliseconds the task may run; `Infinity` is no limit
 * @returns the task, to be posted
 * @throws RangeError or TypeError when an argument is invalid
 */
export function timeLimit<T>(ms: number, task: TaskFunction<T>, options: TimeLimitOptions = {}): TaskFunction<T> {
  toDuration('A time limit', ms);
  demand(typeof task === 'function', 'A task must be a function', task);
  demandOptions(options, ['letGoAfter']);
  const letGoAfter = toDuration('The option letGoAfter', options.letGoAfter ?? Infinity);
  return (context) => {
    const what = taskCalled(context.name, context.runner.name);
    if (letGoAfter < Infinity) context.letGoAfter(letGoAfter);
    context.alarm(ms, () => {
      context.abort(
        new TaskTimeoutError(`Timed out, since it has run for longer than its limit of ${ms} ms: ${what}.`),
      );
    });
    return task(context);
  };
}
