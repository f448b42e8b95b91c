import { interval, map, merge, observeOn } from 'rxjs';
import { ThreadPool } from 'rxjs-task-runner';
import { marbles } from 'rxjs-task-runner/testing';
import { RunOrder } from '../support/run-order.js';

const pool = new ThreadPool({ name: 'pool' });
const ui = pool.createSequencedTaskRunner({ priority: 'user-blocking', name: 'ui' });
const page = pool.createSequencedTaskRunner({ priority: 'user-visible', name: 'page' });
const indexing = pool.createSequencedTaskRunner({ priority: 'best-effort', name: 'indexing' });

/** u is user-blocking, v user-visible, b best-effort. Letters of a group are in the order in which they ran. */
describe('Among what is ready in a frame, the higher lane goes first', () => {
  it('whatever the order of posting', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      indexing.schedule(order.mark('b'));
      page.schedule(order.mark('v'));
      ui.schedule(order.mark('u'));
      const expected = '(uvb)';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('for delayed work too, once it is due; no priority makes it due earlier', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      indexing.schedule(order.mark('b'), 2);
      ui.schedule(order.mark('v'), 3);
      indexing.schedule(order.mark('b'), 5);
      ui.schedule(order.mark('u'), 5);
      const expected = '--bv-(ub)';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('for tasks as for actions', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      indexing.postDelayedTask(order.mark('b'), 2);
      page.schedule(order.mark('v'), 2);
      ui.postDelayedTask(order.mark('u'), 2);
      const expected = '--(uvb)';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('for streams: each value of a source reaches the urgent subscriber first', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot('     -x----x----(x|) ');
      const expected = '       -(uvb)(uvb)(uvb|)';
      const subscribers = merge(
        source.pipe(
          observeOn(indexing),
          map(() => 'b'),
        ),
        source.pipe(
          observeOn(page),
          map(() => 'v'),
        ),
        source.pipe(
          observeOn(ui),
          map(() => 'u'),
        ),
      );
      expectObservable(subscribers).toBe(expected);
    });
  });

  it('for intervals: at each tick', () => {
    marbles(({ expectObservable }) => {
      const unsubscribed = '^-----------!    ';
      const expected = '    -----(uvb)(uvb)';
      const ticks = merge(
        interval(5, indexing).pipe(map(() => 'b')),
        interval(5, page).pipe(map(() => 'v')),
        interval(5, ui).pipe(map(() => 'u')),
      );
      expectObservable(ticks, unsubscribed).toBe(expected);
    });
  });

  it('for what tasks post in that frame too', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      page.schedule(() => {
        order.note('v');
        indexing.schedule(order.mark('c'));
        ui.schedule(order.mark('u'));
      });
      indexing.schedule(order.mark('b'));
      const expected = '(vubc)';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('for the pool as a scheduler, whose priorities are views of it', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      pool.withPriority('best-effort').schedule(order.mark('b'), 1);
      pool.schedule(order.mark('v'), 1);
      pool.withPriority('user-blocking').schedule(order.mark('u'), 1);
      const expected = '-(uvb)';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it("'background' is the web's word for best-effort", () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const background = pool.createSequencedTaskRunner({ priority: 'background' });
      background.schedule(order.mark('b'), 1);
      indexing.schedule(order.mark('c'), 1);
      page.schedule(order.mark('v'), 1);
      const expected = '-(vbc)';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('across pools: there is one order for all pools of the program', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const other = new ThreadPool({ workers: 1, name: 'other' });
      const otherUi = other.createSequencedTaskRunner({ priority: 'user-blocking' });
      indexing.schedule(order.mark('b'), 1);
      other.withPriority('best-effort').schedule(order.mark('c'), 1);
      other.schedule(order.mark('v'), 1);
      pool.schedule(order.mark('w'), 1);
      otherUi.schedule(order.mark('t'), 1);
      ui.schedule(order.mark('u'), 1);
      const expected = '-(tuvwbc)';
      expectObservable(order.ran).toBe(expected);
    });
  });
});

describe('Within a lane sequences take turns, one task at a time', () => {
  it('the oldest first, and then to the end of the lane', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const letters = pool.createSequencedTaskRunner();
      const digits = pool.createSequencedTaskRunner();
      for (const name of 'abc') letters.schedule(order.mark(name));
      for (const name of '123') digits.schedule(order.mark(name));
      const expected = '(a1b2c3)';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('a burst on one runner does not hold up a single task on another', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const busy = pool.createSequencedTaskRunner();
      const modest = pool.createSequencedTaskRunner();
      for (const name of 'abcdef') busy.schedule(order.mark(name), 1);
      modest.schedule(order.mark('x'), 1);
      const expected = '-(axbcdef)';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('between pools too', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const other = new ThreadPool();
      for (const name of 'abc') pool.schedule(order.mark(name), 2);
      for (const name of '123') other.schedule(order.mark(name), 2);
      const expected = '--(a1b2c3)';
      expectObservable(order.ran).toBe(expected);
    });
  });
});
