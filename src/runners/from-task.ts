import { isObservable, Observable, tap } from 'rxjs';
import { demand } from '../base/errors.js';
import type { PostOptions } from '../engine/task-options.js';
import type { TaskFunction, TaskRunner } from '../engine/task-runner.js';
import { toDelay } from '../engine/delay.js';
import { BaseTaskRunner } from './base-task-runner.js';

/** Options of {@link fromTask}. */
export interface FromTaskOptions extends PostOptions {
  /** Delays the task by so many milliseconds after each subscription. */
  readonly delay?: number | undefined;
}

/**
 * A cold observable that posts `task` when it is subscribed to, and cancels it when it is unsubscribed from. It emits the
 * result and completes; of a task that returns an observable it emits all values, as they come.
 *
 * Errors, those too of a task that is cancelled by its signal, dropped or refused, are those of the observable.
 *
 * ```ts
 * query$.pipe(switchMap((query) => fromTask(io, ({ signal }) => search(query, signal)))).subscribe(show);
 * ```
 *
 * @throws TypeError when `runner` is none, `task` not a function, or the delay not a number
 */
export function fromTask<T>(runner: TaskRunner, task: TaskFunction<T>, options?: FromTaskOptions): Observable<T> {
  demand(runner instanceof BaseTaskRunner, 'fromTask needs a runner', runner);
  demand(typeof task === 'function', 'A task must be a function', task);
  const delay = toDelay(options?.delay);
  return new Observable<T>((subscriber) => {
    let isStream = false;
    const posted = runner.make<T>((context) => {
      const result = task(context);
      isStream = isObservable(result);
      if (!isObservable(result)) return result;
      return result.pipe(
        tap((value) => {
          subscriber.next(value);
        }),
      );
    }, options);
    posted.whenSettled(() => {
      if (posted.state !== 'done') {
        subscriber.error(posted.result);
        return;
      }
      if (!isStream) subscriber.next(posted.result as T);
      subscriber.complete();
    });
    subscriber.add(posted);
    runner.take(posted, delay, options);
  });
}
