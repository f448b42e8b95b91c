import { demand, TaskTimeoutError, toDuration } from '../base/errors.js';
import type { TaskFunction } from '../types.js';

/**
 * A task that fails when it has run for `ms` milliseconds: its handle rejects with a `TaskTimeoutError`, and the signal of
 * its context aborts. Its sequence is free when its code has ended; synchronous code is not interrupted.
 *
 * ```ts
 * await io.postTask(timeLimit(500, ({ signal }) => load(signal)));
 * ```
 *
 * @param ms milliseconds; `Infinity` is no limit
 * @throws RangeError or TypeError when an argument is not what it must be
 */
export function timeLimit<T>(ms: number, task: TaskFunction<T>): TaskFunction<T> {
  toDuration('A time limit', ms);
  demand(typeof task === 'function', 'A task must be a function', task);
  return (context) => {
    const { name } = context.runner;
    const on = name === '' ? '' : ` of '${name}'`;
    context.alarm(ms, () => {
      context.abort(
        new TaskTimeoutError(`Timed out, since it has run for longer than its limit of ${ms} ms: a task${on}.`),
      );
    });
    return task(context);
  };
}
