// Retry with back-off: wait 100 ms, 200 ms, 400 ms, then give up.
import { defer, type Observable, retry, timer } from 'rxjs';
import { ThreadPool } from 'rxjs-task-runner';
import { marbles } from 'rxjs-task-runner/testing';

const io = new ThreadPool({ name: 'app' }).createSequencedTaskRunner({ name: 'io' });

export function withRetries<T>(request: Observable<T>): Observable<T> {
  return request.pipe(retry({ count: 3, delay: (_error, nth) => timer(100 * 2 ** (nth - 1), io) }));
}

// Two requests fail after a millisecond each, and the third one answers.
marbles(({ cold, expectObservable, expectSubscriptions }) => {
  const first = cold('  -#');
  const second = cold(' -#');
  const third = cold('  -a|');
  const attempts = [first, second, third];

  const expected = '    303ms a|';
  const subscribed1 = '       ^!';
  const subscribed2 = ' 101ms ^!';
  const subscribed3 = ' 302ms ^-!';

  expectObservable(withRetries(defer(() => attempts.shift()!))).toBe(expected);
  expectSubscriptions(first.subscriptions).toBe(subscribed1);
  expectSubscriptions(second.subscriptions).toBe(subscribed2);
  expectSubscriptions(third.subscriptions).toBe(subscribed3);
});

// The fourth failure reaches the subscriber, after 4 requests of 1 ms and 700 ms of waiting.
marbles(({ cold, expectObservable }) => {
  expectObservable(withRetries(cold('-#'))).toBe('704ms #');
});

console.log('retry: passed');
