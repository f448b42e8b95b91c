import { isObservable, Observable, tap } from 'rxjs';
import { whenSettled } from '../base/deferred-handle.js';
import { demand } from '../base/demand.js';
import { isRunner } from '../runners/is-runner.js';
import type { PostOptions, TaskFunction, TaskRunner } from '../types.js';

/**
 * Makes a cold observable that posts `task` on subscription, and cancels it on unsubscription. It emits the result and
 * completes. If the task returns an observable, it emits all values as they come.
 *
 * Errors of the task become errors of the observable. This includes tasks that are cancelled by their signal, dropped or
 * rejected.
 *
 * ```ts
 * query$.pipe(switchMap((query) => fromTask(io, ({ signal }) => search(query, signal)))).subscribe(show);
 * ```
 *
 * @throws TypeError when `runner` is not a runner, `task` not a function, or the delay not a number
 */
export function fromTask<T>(runner: TaskRunner, task: TaskFunction<T>, options?: PostOptions): Observable<T> {
  demand(isRunner(runner), 'fromTask needs a runner', runner);
  demand(typeof task === 'function', 'A task must be a function', task);
  const delay = options?.delay;
  demand(delay === undefined || typeof delay === 'number', 'The option delay must be a number of milliseconds', delay);
  return new Observable<T>((subscriber) => {
    let isStream = false;
    const handle = runner.postTask<T>((context) => {
      const result = task(context);
      isStream = isObservable(result);
      if (!isObservable(result)) return result;
      return result.pipe(tap((value) => subscriber.next(value)));
    }, options);
    whenSettled(handle, (state, result) => {
      if (state !== 'done') {
        subscriber.error(result);
        return;
      }
      if (!isStream) subscriber.next(result as T);
      subscriber.complete();
    });
    subscriber.add(handle);
  });
}
