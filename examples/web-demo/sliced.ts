import { Observable, type SchedulerLike } from 'rxjs';

/** How long one action works before it lets others go first. */
const SLICE_MS = 4;

/**
 * Work in pieces, on any scheduler: an action that does some of it, and arms itself again. Emits the result.
 *
 * On a runner the search could be a task of `steps`. This is what all schedulers of RxJS can do.
 */
export function inSlices<T>(pieces: () => Generator<void, T, void>, scheduler: SchedulerLike): Observable<T> {
  return new Observable((subscriber) => {
    const work = pieces();
    return scheduler.schedule(function () {
      const end = performance.now() + SLICE_MS;
      do {
        const { done, value } = work.next();
        if (done === true) {
          subscriber.next(value);
          subscriber.complete();
          return;
        }
      } while (performance.now() < end);
      this.schedule();
    });
  });
}
