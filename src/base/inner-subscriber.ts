import { Observable, type Observer, Subscriber } from 'rxjs';

/**
 * A subscriber that exists before it subscribes. So it can unsubscribe from a source in the middle of its synchronous
 * values, even if the source is endless.
 */
export function innerSubscriber<T>(observer: Observer<T>): Subscriber<T> {
  // The constructor is deprecated, but it is the only public way to such a subscriber.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  return new Subscriber<T>(observer);
}

/** Subscribes to an observable of any library. `subscribe` of other libraries may return anything, or nothing. */
export function subscribeTo<T>(source: Observable<T>, inner: Subscriber<T>): void {
  const isOurs = source instanceof Observable;
  const observable = isOurs ? source : new Observable<T>((out) => (source as Observable<T>).subscribe(out));
  observable.subscribe(inner);
}
