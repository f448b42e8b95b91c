import { interval, observeOn, tap, timer } from 'rxjs';
import { type TaskPriorityInput, ThreadPool } from 'rxjs-task-runner';
import { marbles } from '../support/marbles.js';
import { RunOrder } from '../support/run-order.js';

/** Tasks that last by the timer of another pool, whose workers do not matter: actions need none. */
const clock = new ThreadPool();

/** Posts a task, on a runner of its own, that says its name when it begins and lasts so many frames. */
function post(pool: ThreadPool, order: RunOrder, name: string, frames: number, priority?: TaskPriorityInput) {
  return pool.createSequencedTaskRunner({ priority }).postTask(() => {
    order.note(name);
    return timer(frames, clock);
  });
}

describe('A posted task holds a worker of its pool while its observable is pending', () => {
  it('one worker: one task at a time', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const pool = new ThreadPool({ workers: 1 });
      post(pool, order, 'a', 3);
      post(pool, order, 'b', 2);
      post(pool, order, 'c', 1);
      const expected = 'a--b-c';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('two workers: the third task begins when one of the first two has ended', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const pool = new ThreadPool({ workers: 2 });
      post(pool, order, 'a', 7);
      post(pool, order, 'b', 5);
      post(pool, order, 'c', 4);
      post(pool, order, 'd', 1);
      const expected = '(ab)-c-d';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('as many as one likes: all begin at once', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const pool = new ThreadPool({ workers: Infinity });
      for (const name of 'abcdefghij') post(pool, order, name, 3);
      const expected = '(abcdefghij)';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('four, unless said otherwise', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const pool = new ThreadPool();
      for (const name of 'abcdef') post(pool, order, name, 8);
      const expected = '(abcd)--(ef)';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('tasks posted to the pool itself wait likewise, in posting order', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const pool = new ThreadPool({ workers: 1 });
      for (const name of 'abc') {
        pool.postTask(() => {
          order.note(name);
          return timer(2, clock);
        });
      }
      const expected = 'a-b-c';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('actions never wait for one: a pool full of slow tasks does not stall a stream', () => {
    marbles(({ hot, expectObservable }) => {
      const pool = new ThreadPool({ workers: 1 });
      const stream = pool.createSequencedTaskRunner();
      post(pool, new RunOrder(), 'a', 100);
      const source = hot('   -a-b-c-d-|');
      const observed = '     -a-b-c-d-|';
      const unsubscribed = ' ^--------!';
      const ticks = '        ---x--y---';
      expectObservable(source.pipe(observeOn(stream))).toBe(observed);
      expectObservable(interval(3, stream), unsubscribed).toBe(ticks, { x: 0, y: 1 });
    });
  });

  it('nor do the actions of the pool itself wait behind its tasks', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const pool = new ThreadPool({ workers: 1 });
      for (const name of 'ab') {
        pool.postTask(() => {
          order.note(name);
          return timer(4, pool);
        });
      }
      pool.schedule(order.mark('c'), 2);
      const expected = 'a-c-b';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('pools do not wait for the workers of one another', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const first = new ThreadPool({ workers: 1 });
      const second = new ThreadPool({ workers: 1 });
      post(first, order, 'a', 5);
      post(first, order, 'b', 1);
      post(second, order, 'c', 6);
      post(second, order, 'd', 1);
      const expected = '(ac)-bd';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('a worker that becomes free goes to the most urgent task that waits, not to the oldest', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const pool = new ThreadPool({ workers: 1 });
      post(pool, order, 'a', 3);
      clock.schedule(() => {
        post(pool, order, 'b', 2, 'best-effort');
        post(pool, order, 'v', 2, 'user-visible');
        post(pool, order, 'u', 2, 'user-blocking');
      }, 1);
      const expected = 'a--u-v-b';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('cancelling a pending task frees its worker at once', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const pool = new ThreadPool({ workers: 1 });
      const handle = post(pool, order, 'a', 100);
      post(pool, order, 'b', 1);
      clock.schedule(() => handle.cancel(), 4);
      const expected = 'a---b';
      expectObservable(order.ran).toBe(expected);
    });
  });
});

describe('Best-effort work holds at most max(1, workers - 1) workers', () => {
  it('of two workers one is left for what is urgent', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const pool = new ThreadPool({ workers: 2 });
      for (const name of 'abc') post(pool, order, name, 3, 'best-effort');
      clock.schedule(() => void post(pool, order, 'v', 3), 1);
      const expected = 'av-b--c';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('of three, two go to best-effort work at most', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const pool = new ThreadPool({ workers: 3 });
      for (const name of 'abc') post(pool, order, name, 6, 'best-effort');
      const expected = '(ab)--c';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('the only worker may be had by best-effort work, too', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const pool = new ThreadPool({ workers: 1 });
      post(pool, order, 'b', 4, 'best-effort');
      clock.schedule(() => void post(pool, order, 'v', 1), 1);
      const expected = 'b---v';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('what waits for a worker gets one that is left over when it is made urgent', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const pool = new ThreadPool({ workers: 2 });
      const indexing = pool.createSequencedTaskRunner({ priority: 'best-effort' });
      post(pool, order, 'a', 9, 'best-effort');
      indexing.postTask(() => timer(2, clock).pipe(tap(order.mark('b'))));
      clock.schedule(() => indexing.setPriority('user-visible'), 3);
      const expected = 'a----b';
      expectObservable(order.ran).toBe(expected);
    });
  });
});
