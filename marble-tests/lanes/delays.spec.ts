import { filter, interval, map, merge, timer } from 'rxjs';
import { ThreadPool } from 'rxjs-task-runner';
import { marbles } from '../support/marbles.js';
import { RunOrder } from '../support/run-order.js';

const pool = new ThreadPool();
const runner = pool.createSequencedTaskRunner();

describe('Delayed tasks join the tail of their sequence when they are due, by deadline, then order', () => {
  it('by deadline first', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      runner.schedule(order.mark('c'), 6);
      runner.schedule(order.mark('a'), 2);
      runner.schedule(order.mark('b'), 4);
      const expected = '--a-b-c';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('by the order of posting among equal deadlines, tasks and actions alike', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      runner.postDelayedTask(order.mark('a'), 4);
      runner.schedule(order.mark('b'), 4);
      runner.postDelayedTask(order.mark('c'), 4);
      runner.schedule(() => runner.schedule(order.mark('d'), 2), 2);
      const expected = '----(abcd)';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('the earlier deadline first, even when the sequence was held until both were due', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      runner.postTask(() => timer(6, pool));
      runner.schedule(order.mark('c'), 5);
      runner.schedule(order.mark('b'), 3);
      runner.schedule(order.mark('a'));
      const expected = '------(abc)';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('what was queued already goes first', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      runner.postTask(() => timer(3, pool));
      // Queued in frame 2, held until frame 3; d is due in frame 3, armed long before.
      runner.schedule(order.mark('d'), 3);
      pool.schedule(() => runner.schedule(order.mark('q')), 2);
      const expected = '---(qd)';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('a task that is armed again with the same delay keeps its place', () => {
    marbles(({ expectObservable }) => {
      const unsubscribed = '^-----!';
      const expected = '    --i-(it)';
      const ticks = interval(2, runner).pipe(map(() => 'i'));
      const once = timer(4, runner).pipe(map(() => 't'));
      expectObservable(merge(ticks, once), unsubscribed).toBe(expected);
    });
  });

  it('a task keeps its place whatever other runners do in the frames between', () => {
    marbles(({ expectObservable }) => {
      const unsubscribed = '^-----!';
      const expected = '    --i-(it)';
      const ticks = interval(2, runner).pipe(map(() => 'i'));
      const once = timer(4, runner).pipe(map(() => 't'));
      const ui = pool.createSequencedTaskRunner({ priority: 'user-blocking' });
      // Silent, but its tick of frame 2 runs before that of the runner.
      const urgent = interval(2, ui).pipe(filter(() => false));
      expectObservable(merge(ticks, urgent, once), unsubscribed).toBe(expected);
    });
  });

  it('postDelayedTask of Infinity never runs, of NaN or a negative delay runs at once', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      runner.postDelayedTask(order.mark('i'), Infinity);
      runner.postDelayedTask(order.mark('a'), NaN);
      runner.postDelayedTask(order.mark('b'), -3);
      const expected = '(ab)';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('cancelling a delayed task takes it out, and leaves the others where they are', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const controller = new AbortController();
      runner.postDelayedTask(order.mark('a'), 4);
      const handle = runner.postDelayedTask(order.mark('b'), 4);
      runner.postDelayedTask(order.mark('c'), 4, { signal: controller.signal });
      runner.postDelayedTask(order.mark('d'), 4);
      pool.schedule(() => handle.cancel(), 2);
      pool.schedule(() => controller.abort(), 3);
      const expected = '----(ad)';
      expectObservable(order.ran).toBe(expected);
    });
  });
});
