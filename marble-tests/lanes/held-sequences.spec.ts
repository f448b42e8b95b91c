import { interval, observeOn, of, timer } from 'rxjs';
import { marbles } from 'rxjs-task-runner/testing';
import { RunOrder } from '../support/run-order.js';
import { brief, lasting } from '../support/tasks.js';

/**
 * A row is a runner, a letter a task, and each `=` behind it one more frame in which it holds its sequence: `a==` is a
 * task of three frames. What has no name, as actions never have, is written `*`.
 */
describe('A task that returns an observable holds its sequence until that ends', () => {
  it('actions of the sequence wait behind it', () => {
    marbles(({ runner, expectTasks }) => {
      const page = runner({ name: 'page' });
      page.postTask(lasting(5), { name: 'a' });
      page.schedule(brief);
      page.schedule(brief, 3);
      expectTasks().toBe({ page: 'a====(**)' }, { unnamed: '*' });
    });
  });

  it('tasks of the sequence never overlap', () => {
    marbles(({ runner, expectTasks }) => {
      const page = runner({ name: 'page' });
      page.postTask(lasting(6), { name: 'a' });
      page.postTask(lasting(4), { name: 'b' });
      page.postTask(brief, { name: 'c' });
      expectTasks().toBe({ page: 'a=====b===c' });
    });
  });

  it('other sequences do not wait', () => {
    marbles(({ runner, expectTasks }) => {
      const held = runner({ name: 'held' });
      const free = runner({ name: 'free' });
      held.postTask(lasting(5), { name: 'a' });
      held.postDelayedTask(brief, 1, { name: 'b' });
      free.postDelayedTask(brief, 1, { name: 'x' });
      free.postDelayedTask(brief, 3, { name: 'y' });
      expectTasks().toBe({
        held: 'a====b',
        free: '-x-y  ',
      });
    });
  });

  it('the pool has no order to keep: its tasks run side by side', () => {
    marbles(({ pool, expectTasks }) => {
      pool.postTask(lasting(7), { name: 'a' });
      pool.postTask(lasting(5), { name: 'b' });
      // Several rows, where tasks overlap.
      expectTasks(pool).toBe({
        'user-visible': [
          'a======', //
          'b====  ',
        ],
      });
    });
  });

  it('its length is that of its observable, whatever it emits', () => {
    marbles(({ runner, cold, expectTasks, expectSubscriptions }) => {
      const page = runner({ name: 'page' });
      const source = cold('  x-y|   ');
      const subscribed = '   ^--!   ';
      const tasks = '        a==b   ';
      page.postTask(() => source, { name: 'a' });
      page.postTask(brief, { name: 'b' });
      expectTasks(page).toBe({ page: tasks });
      expectSubscriptions(source.subscriptions).toBe(subscribed);
    });
  });

  it('what falls due meanwhile comes when it ends, in order', () => {
    marbles(({ runner, hot, expectTasks, expectObservable }) => {
      const page = runner({ name: 'page' });
      page.postTask(lasting(5), { name: 't' });
      const tasks = '     t====        ';
      const source = hot('-a-b-----c|  ');
      const expected = '  -----(ab)c| ';
      expectTasks(page).toBe({ page: tasks });
      expectObservable(source.pipe(observeOn(page))).toBe(expected);
    });
  });

  it('an interval misses the ticks, and does not make up for them', () => {
    marbles(({ runner, expectTasks, expectObservable }) => {
      const page = runner({ name: 'page' });
      page.postTask(lasting(5), { name: 't' });
      const tasks = '       t====       ';
      const unsubscribed = '^----------!';
      const expected = '    -----a-b-c-';
      expectTasks(page).toBe({ page: tasks });
      expectObservable(interval(2, page), unsubscribed).toBe(expected, { a: 0, b: 1, c: 2 });
    });
  });

  it('the last value of the observable is the result; one that ends at once holds nothing', () => {
    marbles(({ runner, expectObservable }) => {
      const order = new RunOrder();
      const page = runner();
      const handle = page.postTask(() => of(1, 2, 3));
      page.schedule(() => order.note(handle.state === 'done' ? 'd' : 'p'));
      const expected = 'd';
      expectObservable(order.ran).toBe(expected);
      return handle;
    });
  });

  it('an observable that fails lets the sequence go on', () => {
    marbles({ onTaskError: brief }, ({ runner, cold, expectTasks }) => {
      const page = runner({ name: 'page' });
      const source = cold('---#');
      const tasks = '      a==#';
      const then = '       ---b';
      page.postTask(() => source, { name: 'a' });
      page.postTask(brief, { name: 'b' });
      expectTasks(page).toBe({ page: [tasks, then] });
    });
  });

  it('cancelling it unsubscribes its observable, and lets the sequence go on', () => {
    marbles(({ pool, runner, cold, expectTasks, expectSubscriptions }) => {
      const page = runner({ name: 'page' });
      const source = cold('-----------|');
      const subscribed = ' ^--!        ';
      const cancelled = '  a==!        ';
      const next = '       ---b        ';
      const handle = page.postTask(() => source, { name: 'a' });
      page.postTask(brief, { name: 'b' });
      pool.schedule(() => handle.cancel(), 3);
      expectTasks(page).toBe({ page: [cancelled, next] });
      expectSubscriptions(source.subscriptions).toBe(subscribed);
    });
  });

  it('a task that waits is taken out of the queue when it is cancelled', () => {
    marbles(({ pool, runner, expectTasks }) => {
      const page = runner({ name: 'page' });
      page.postTask(lasting(5), { name: 'a' });
      const handle = page.postTask(lasting(3), { name: 'b' });
      page.postTask(brief, { name: 'c' });
      pool.schedule(() => handle.cancel(), 2);
      expectTasks(page).toBe({ page: 'a====c' });
    });
  });

  it('a timer on its own runner is a trap: it waits behind the task that waits for it', () => {
    marbles({ allowPending: true }, ({ runner, expectTasks }) => {
      const trapped = runner({ name: 'trapped' });
      trapped.postTask(() => timer(2, trapped), { name: 'a' });
      trapped.postTask(brief, { name: 'b' });
      // `>` has not ended, and b never begins.
      expectTasks().toBe({ trapped: 'a>' });
    });
  });

  it('the same timer on the pool, whose actions wait for nobody, is none', () => {
    marbles(({ pool, runner, expectTasks }) => {
      const page = runner({ name: 'page' });
      page.postTask(() => timer(2, pool), { name: 'a' });
      page.postTask(brief, { name: 'b' });
      expectTasks().toBe({ page: 'a=b' });
    });
  });

  it('urgent work that waits in a held sequence lifts it once it may go on', () => {
    marbles(({ pool, runner, expectObservable }) => {
      const order = new RunOrder();
      const indexing = runner({ priority: 'best-effort' });
      const page = runner();
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
