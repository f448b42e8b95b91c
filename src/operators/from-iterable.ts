import { Observable } from 'rxjs';
import { demand, demandNumber, demandObject, isCount } from '../base/demand.js';
import type { KeyedTaskRunner } from '../runners/keyed.js';
import type { TaskRunner } from '../types.js';
import { Puller } from './puller.js';
import { type Project, toPlan, type ValueTaskOptions } from './task-plan.js';

/** Options of {@link fromIterable}. */
export interface FromIterableOptions<T, K = never> extends ValueTaskOptions<T, K> {
  /** How many values may have been pulled whose tasks have not ended: a positive integer. Defaults to 1. */
  readonly maxPending?: number | undefined;
}

/**
 * Pulls values out of an iterable, as fast as a runner takes them and no faster, makes a task of each and emits what the
 * tasks give: `taskMap` for sources that can wait, and so need no buffer and drop nothing.
 *
 * - The next value is asked for only while fewer than `maxPending` tasks wait or run: that is the back-pressure. With 1
 *   the source is at rest while a task runs; a parallel runner wants as many as it runs at once, or a few more.
 * - An async iterable is asked for one value at a time, never for two. A plain iterable is asked without promises, so
 *   that it is exact in virtual time; its first values at the subscription, the others from within the task that ended.
 * - Order, errors, cancelling and completion are those of `taskMap`; so are a keyed runner, with the option `key`, and
 *   `priority` and `name`, which may be functions of the value.
 * - When it ends before the source does, by an error or on unsubscribing, the iterator's `return()` is called, once, so
 *   that files and cursors are closed.
 * - Each subscription iterates anew. O(1) per value.
 *
 * ```ts
 * fromIterable(parser, createReadStream('log.txt'), (chunk) => parse(chunk), { maxPending: 2 }).subscribe(show);
 * ```
 *
 * @throws TypeError or RangeError when an argument is not what it must be, or an option has a value that it cannot have
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
