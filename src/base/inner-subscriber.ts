import { Observable, type Observer, Subscriber } from 'rxjs';

/**
 * A subscriber that is there before it subscribes. So it can leave a source that emits synchronously in the middle of
 * that, and without an end perhaps, when nobody wants its values any more.
 */
export function innerSubscriber<T>(observer: Observer<T>): Subscriber<T> {
  // Deprecated to call; but it is the only public way to such a subscriber.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  return new Subscriber<T>(observer);
}

/** Subscribes to an observable of any make: one of another than RxJS's may return anything, or nothing, from `subscribe`. */
export function subscribeTo<T>(source: Observable<T>, inner: Subscriber<T>): void {
  const isOurs = source instanceof Observable;
  const observable = isOurs ? source : new Observable<T>((out) => (source as Observable<T>).subscribe(out));
  observable.subscribe(inner);
}
