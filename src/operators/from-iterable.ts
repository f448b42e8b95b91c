import { Observable } from 'rxjs';
import { demand, demandNumber, demandObject, isCount } from '../base/demand.js';
import type { KeyedTaskRunner } from '../runners/keyed.js';
import type { TaskRunner } from '../types.js';
import { Puller } from './puller.js';
import { type Project, toPlan, type ValueTaskOptions } from './task-plan.js';

/** Options of {@link fromIterable}. */
export interface FromIterableOptions<T, K = never> extends ValueTaskOptions<T, K> {
  /** How many values with unfinished tasks there may be at once: a positive integer. Defaults to 1. */
  readonly maxPending?: number | undefined;
}

/**
 * Pulls values out of an iterable only as fast as a runner can process them, runs a task for each, and emits the results.
 * It is a `taskMap` for sources that can wait, so it needs no buffer and drops nothing.
 *
 * - The next value is requested only while fewer than `maxPending` tasks wait or run: that is the back-pressure. With 1 the
 *   source is idle while a task runs. For a parallel runner use its `maxConcurrency`, or a few more.
 * - Values of an async iterable are requested one at a time. A plain iterable is read without promises, so it is exact in
 *   virtual time. Its first values are read at the subscription, the others from within the task that ended.
 * - It does not wait for room in a bound of the runner with `'wait'`, because `maxPending` already limits the tasks.
 * - Order, errors, cancelling and completion are as with `taskMap`. So are keyed runners, with the option `key`, and
 *   `priority` and `name`, which may be functions of the value.
 * - If the stream ends before the source, by an error or by unsubscribing, it calls the iterator's `return()` once, so that
 *   files and cursors are closed.
 * - Each subscription iterates anew. O(1) per value.
 *
 * ```ts
 * fromIterable(parser, createReadStream('log.txt'), (chunk) => parse(chunk), { maxPending: 2 }).subscribe(show);
 * ```
 *
 * @throws TypeError or RangeError when an argument is invalid, or an option is invalid
 */
export function fromIterable<T, R>(
  runner: TaskRunner,
  source: AsyncIterable<T> | Iterable<T>,
  project: Project<T, R>,
  options?: FromIterableOptions<T>,
): Observable<R>;
export function fromIterable<T, R, K>(
  runner: KeyedTaskRunner<K>,
  source: AsyncIterable<T> | Iterable<T>,
  project: Project<T, R>,
  options: FromIterableOptions<T, K> & { readonly key: (value: T) => K },
): Observable<R>;
export function fromIterable<T, R, K>(
  runner: TaskRunner | KeyedTaskRunner<K>,
  source: AsyncIterable<T> | Iterable<T>,
  project: Project<T, R>,
  options: FromIterableOptions<T, K> = {},
): Observable<R> {
  demandObject(options, 'The options of fromIterable must be an object');
  const { maxPending = 1, ...taskOptions } = options;
  const isBounded = isCount(maxPending) && maxPending !== Infinity;
  demandNumber(isBounded, 'The option maxPending must be a positive integer', maxPending);
  const parts = source as Partial<AsyncIterable<T> & Iterable<T>> | null | undefined;
  const begin = (parts?.[Symbol.asyncIterator] ?? parts?.[Symbol.iterator]) as
    (() => AsyncIterator<T> | Iterator<T>) | undefined;
  demand(typeof begin === 'function', 'The source of fromIterable must be an iterable, or an async one', source);
  const plan = toPlan('fromIterable', runner, project, taskOptions);
  return new Observable((out) => {
    new Puller(out, begin.call(source), plan, maxPending).pull();
  });
}
