import { Observable, type Observer, Subscriber } from 'rxjs';

/**
 * A subscriber that exists before it subscribes. So it can leave a source in the middle of what that emits synchronously,
 * even if the source has no end.
 */
export function innerSubscriber<T>(observer: Observer<T>): Subscriber<T> {
  // Deprecated to call; but it is the only public way to such a subscriber.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  return new Subscriber<T>(observer);
}

/** Subscribes to an observable of any library. What `subscribe` of another one returns may be anything, or nothing. */
export function subscribeTo<T>(source: Observable<T>, inner: Subscriber<T>): void {
  const isOurs = source instanceof Observable;
  const observable = isOurs ? source : new Observable<T>((out) => (source as Observable<T>).subscribe(out));
  observable.subscribe(inner);
}
