import { interval, map, observeOn, of, tap, timer } from 'rxjs';
import { ThreadPool } from 'rxjs-task-runner';
import { marbles } from '../support/marbles.js';
import { RunOrder } from '../support/run-order.js';

const pool = new ThreadPool({ onTaskError: () => undefined });

/** A runner of its own for each test, since what holds it may never end. */
const newRunner = () => pool.createSequencedTaskRunner();

/** A task that says `begin`, lasts so many frames by the pool's timer, and says `end`. */
const lasting = (order: RunOrder, begin: string, frames: number, end: string) => () => {
  order.note(begin);
  return timer(frames, pool).pipe(tap(order.mark(end)));
};

describe('A task that returns an observable holds its sequence until that ends', () => {
  it('actions of the sequence wait behind it', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const runner = newRunner();
      runner.postTask(() => timer(5, pool));
      runner.schedule(order.mark('a'));
      const expected = '-----a';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('tasks of the sequence never overlap', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const runner = newRunner();
      runner.postTask(lasting(order, 'a', 6, 'A'));
      runner.postTask(lasting(order, 'b', 4, 'B'));
      const expected = 'a-----(Ab)B';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('other sequences do not wait', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const held = newRunner();
      const free = newRunner();
      held.postTask(() => timer(5, pool));
      held.schedule(order.mark('a'), 1);
      free.schedule(order.mark('x'), 1);
      free.schedule(order.mark('y'), 3);
      const expected = '-x-y-a';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('the pool has no order to keep: its tasks run side by side', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      pool.postTask(lasting(order, 'a', 7, 'A'));
      pool.postTask(lasting(order, 'b', 5, 'B'));
      const expected = '(ab)-B-A';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('what falls due meanwhile comes when it ends, in order', () => {
    marbles(({ hot, expectObservable }) => {
      const runner = newRunner();
      runner.postTask(() => timer(5, pool));
      const source = hot('-a-b-----c| ');
      const expected = '  -----(ab)c| ';
      expectObservable(source.pipe(observeOn(runner))).toBe(expected);
    });
  });

  it('an interval misses the ticks, and does not make up for them', () => {
    marbles(({ expectObservable }) => {
      const runner = newRunner();
      runner.postTask(() => timer(5, pool));
      const unsubscribed = '^----------!';
      const expected = '    -----a-b-c-';
      expectObservable(interval(2, runner), unsubscribed).toBe(expected, { a: 0, b: 1, c: 2 });
    });
  });

  it('the last value of the observable is the result; one that ends at once holds nothing', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const runner = newRunner();
      const handle = runner.postTask(() => of(1, 2, 3));
      runner.schedule(() => order.note(handle.state === 'done' ? 'd' : 'p'));
      const expected = 'd';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('an observable that fails lets the sequence go on', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const runner = newRunner();
      const fail = map(() => {
        throw new Error('boom');
      });
      runner.postTask(() => timer(3, pool).pipe(fail));
      runner.schedule(order.mark('a'));
      const expected = '---a';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('cancelling it unsubscribes its observable, and lets the sequence go on', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const order = new RunOrder();
      const runner = newRunner();
      const source = cold('  -----------|');
      const subscribed = '   ^--!        ';
      const expected = '     ---a        ';
      const handle = runner.postTask(() => source);
      runner.schedule(order.mark('a'));
      pool.schedule(() => handle.cancel(), 3);
      expectObservable(order.ran).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subscribed);
    });
  });

  it('a task that waits is taken out of the queue when it is cancelled', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const runner = newRunner();
      runner.postTask(() => timer(5, pool));
      const handle = runner.postTask(lasting(order, 'a', 3, 'A'));
      runner.schedule(order.mark('b'));
      pool.schedule(() => handle.cancel(), 2);
      const expected = '-----b';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('a timer on its own runner is a trap: it waits behind the task that waits for it', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const trapped = newRunner();
      trapped.postTask(() => timer(2, trapped));
      trapped.schedule(order.mark('a'));
      const expected = '----------';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('urgent work that waits in a held sequence lifts it once it may go on', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const indexing = pool.createSequencedTaskRunner({ priority: 'best-effort' });
      const page = newRunner();
      indexing.postTask(() => timer(4, pool));
      indexing.schedule(order.mark('a'));
      indexing.withPriority('user-blocking').schedule(order.mark('b'));
      indexing.schedule(order.mark('c'));
      // Posted later than the timer, so that its frame begins with the end of what holds the sequence.
      pool.schedule(() => {
        for (const name of 'xyz') page.schedule(order.mark(name), 3);
      }, 1);
      const expected = '----(abxyzc)';
      expectObservable(order.ran).toBe(expected);
    });
  });
});
