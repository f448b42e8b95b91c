// Race a timeout: the cache answers when the network has not answered in 50 ms.
import { type Observable, timeout } from 'rxjs';
import { ThreadPool } from 'rxjs-task-runner';
import { marbles } from 'rxjs-task-runner/testing';

const io = new ThreadPool({ name: 'app' }).createSequencedTaskRunner({ name: 'io' });

export function freshOrCached<T>(network: Observable<T>, cache: Observable<T>): Observable<T> {
  return network.pipe(timeout({ first: 50, with: () => cache, scheduler: io }));
}

marbles(({ cold, expectObservable, expectSubscriptions }) => {
  const network = cold('  49ms n|');
  const cache = cold('    c|');
  const expected = '      49ms n|';
  expectObservable(freshOrCached(network, cache)).toBe(expected);
  expectSubscriptions(cache.subscriptions).toBe([]);
});

marbles(({ cold, expectObservable, expectSubscriptions }) => {
  const network = cold('  80ms n|');
  const subscribed = '    ^ 49ms !'; // unsubscribed at the timeout
  const cache = cold('           c|');
  const expected = '      50ms   c|';
  expectObservable(freshOrCached(network, cache)).toBe(expected);
  expectSubscriptions(network.subscriptions).toBe(subscribed);
});

console.log('timeout: passed');
