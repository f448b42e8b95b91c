import { filter, interval, map, merge, timer } from 'rxjs';
import { marbles } from 'rxjs-task-runner/testing';
import { RunOrder } from '../support/run-order.js';
import { brief, lasting } from '../support/tasks.js';

describe('Delayed tasks join the tail of their sequence when they are due, by deadline, then order', () => {
  it('by deadline first', () => {
    marbles(({ runner, expectTasks }) => {
      const page = runner({ name: 'page' });
      page.postDelayedTask(brief, 6, { name: 'c' });
      page.postDelayedTask(brief, 2, { name: 'a' });
      page.postDelayedTask(brief, 4, { name: 'b' });
      expectTasks().toBe({ page: '--a-b-c' });
    });
  });

  it('by the order of posting among equal deadlines, tasks and actions alike', () => {
    marbles(({ runner, expectObservable }) => {
      const order = new RunOrder();
      const page = runner();
      page.postDelayedTask(order.mark('a'), 4);
      page.schedule(order.mark('b'), 4);
      page.postDelayedTask(order.mark('c'), 4);
      page.schedule(() => page.schedule(order.mark('d'), 2), 2);
      const expected = '----(abcd)';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('the earlier deadline first, even when the sequence was held until both were due', () => {
    marbles(({ runner, expectTasks }) => {
      const page = runner({ name: 'page' });
      page.postTask(lasting(6), { name: 'h' });
      page.postDelayedTask(brief, 5, { name: 'c' });
      page.postDelayedTask(brief, 3, { name: 'b' });
      page.postTask(brief, { name: 'a' });
      expectTasks().toBe({ page: 'h=====(abc)' });
    });
  });

  it('what was queued already goes first', () => {
    marbles(({ pool, runner, expectTasks }) => {
      const page = runner({ name: 'page' });
      page.postTask(() => timer(3, pool), { name: 'h' });
      // Queued in frame 2, held until frame 3; d is due in frame 3, armed long before.
      page.postDelayedTask(brief, 3, { name: 'd' });
      pool.schedule(() => void page.postTask(brief, { name: 'q' }), 2);
      expectTasks(page).toBe({ page: 'h==(qd)' });
    });
  });

  it('a task that is armed again with the same delay keeps its place', () => {
    marbles(({ runner, expectObservable }) => {
      const page = runner();
      const unsubscribed = '^-----!';
      const expected = '    --i-(it)';
      const ticks = interval(2, page).pipe(map(() => 'i'));
      const once = timer(4, page).pipe(map(() => 't'));
      expectObservable(merge(ticks, once), unsubscribed).toBe(expected);
    });
  });

  it('a task keeps its place whatever other runners do in the frames between', () => {
    marbles(({ runner, expectObservable }) => {
      const page = runner();
      const unsubscribed = '^-----!';
      const expected = '    --i-(it)';
      const ticks = interval(2, page).pipe(map(() => 'i'));
      const once = timer(4, page).pipe(map(() => 't'));
      const ui = runner({ priority: 'user-blocking' });
      // Silent, but its tick of frame 2 runs before that of the page.
      const urgent = interval(2, ui).pipe(filter(() => false));
      expectObservable(merge(ticks, urgent, once), unsubscribed).toBe(expected);
    });
  });

  it('postDelayedTask of Infinity never runs, of NaN or a negative delay runs at once', () => {
    marbles({ allowPending: true }, ({ runner, expectTasks }) => {
      const page = runner({ name: 'page' });
      page.postDelayedTask(brief, Infinity, { name: 'i' });
      page.postDelayedTask(brief, NaN, { name: 'a' });
      page.postDelayedTask(brief, -3, { name: 'b' });
      expectTasks().toBe({ page: '(ab)' });
    });
  });

  it('a delay of weeks is as exact as one of a frame', () => {
    marbles(({ runner, expectTasks }) => {
      const page = runner({ name: 'page' });
      // More than 2^31-1 milliseconds, which is what setTimeout can do.
      page.postDelayedTask(brief, 30 * 24 * 3_600_000, { name: 'a' });
      expectTasks().toBe({ page: '2592000s a' });
    });
  });

  it('cancelling a delayed task takes it out, and leaves the others where they are', () => {
    marbles(({ pool, runner, expectTasks }) => {
      const page = runner({ name: 'page' });
      const controller = new AbortController();
      page.postDelayedTask(brief, 4, { name: 'a' });
      const handle = page.postDelayedTask(brief, 4, { name: 'b' });
      page.postDelayedTask(brief, 4, { name: 'c', signal: controller.signal });
      page.postDelayedTask(brief, 4, { name: 'd' });
      pool.schedule(() => handle.cancel(), 2);
      pool.schedule(() => controller.abort(), 3);
      expectTasks(page).toBe({ page: '----(ad)' });
    });
  });
});
