import { interval, map, merge, observeOn } from 'rxjs';
import { ThreadPool } from 'rxjs-task-runner';
import { marbles, virtualCost } from 'rxjs-task-runner/testing';
import { RunOrder } from '../support/run-order.js';
import { brief } from '../support/tasks.js';

const pool = new ThreadPool();
const page = pool.createSequencedTaskRunner({ priority: 'user-visible' });

/** A runner of its own for each test, since some change its priority. */
const bestEffort = () => pool.createSequencedTaskRunner({ priority: 'best-effort' });

/** Within one frame. What it means for work that takes time is in inversion.spec.ts. */
describe('Urgent work behind slow work in the same sequence lifts the sequence', () => {
  it('without it the sequence goes last', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const indexing = bestEffort();
      for (const name of 'abc') indexing.schedule(order.mark(name));
      for (const name of 'xyz') page.schedule(order.mark(name));
      const expected = '(xyzabc)';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('with it the sequence goes first, until the urgent task has run, and nothing in it is overtaken', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const indexing = bestEffort();
      indexing.schedule(order.mark('a'));
      indexing.withPriority('user-blocking').schedule(order.mark('b'));
      indexing.schedule(order.mark('c'));
      for (const name of 'xyz') page.schedule(order.mark(name));
      const expected = '(abxyzc)';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('cancelling it lets the sequence down again', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const indexing = bestEffort();
      const ui = pool.createSequencedTaskRunner({ priority: 'user-blocking' });
      indexing.schedule(order.mark('a'), 1);
      const urgent = indexing.withPriority('user-visible').schedule(order.mark('b'), 1);
      page.schedule(order.mark('x'), 1);
      ui.schedule(() => {
        order.note('u');
        urgent.unsubscribe();
      }, 1);
      const expected = '-(uxa)';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('a less urgent view does not push the sequence down', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const ui = pool.createSequencedTaskRunner({ priority: 'user-blocking' });
      ui.withPriority('best-effort').schedule(order.mark('a'));
      ui.schedule(order.mark('b'));
      ui.withPriority('best-effort').schedule(order.mark('c'));
      page.schedule(order.mark('x'));
      const expected = '(abxc)';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('a stream through a view keeps its order with a stream through the runner', () => {
    marbles(({ hot, expectObservable }) => {
      const indexing = bestEffort();
      const source = hot('-x---(x|)');
      const expected = '  -(rv)(rv|)';
      const streams = merge(
        source.pipe(
          observeOn(indexing),
          map(() => 'r'),
        ),
        source.pipe(
          observeOn(indexing.withPriority('user-blocking')),
          map(() => 'v'),
        ),
      );
      expectObservable(streams).toBe(expected);
    });
  });
});

describe('runner.setPriority applies to what is queued and delayed', () => {
  it('in the middle of a frame', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const indexing = bestEffort();
      for (const name of 'abc') indexing.schedule(order.mark(name));
      page.schedule(() => {
        order.note('x');
        indexing.setPriority('user-blocking');
      });
      for (const name of 'yz') page.schedule(order.mark(name));
      const expected = '(xabcyz)';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('in the middle of a stream: from then on its ticks come first, or last again', () => {
    marbles(({ expectObservable }) => {
      const unsubscribed = '^-----------------!  ';
      const expected = '    ----(xi)(ix)(ix)(xi)';
      const indexing = bestEffort();
      page.schedule(() => indexing.setPriority('user-blocking'), 6);
      page.schedule(() => indexing.setPriority('best-effort'), 14);
      const ticks = merge(interval(4, indexing).pipe(map(() => 'i')), interval(4, page).pipe(map(() => 'x')));
      expectObservable(ticks, unsubscribed).toBe(expected);
    });
  });

  it('what has a priority of its own keeps it', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const following = bestEffort();
      const stubborn = bestEffort();
      following.postDelayedTask(order.mark('f'), 1);
      stubborn.postDelayedTask(order.mark('s'), 1, { priority: 'best-effort' });
      page.schedule(order.mark('x'), 1);
      following.setPriority('user-blocking');
      stubborn.setPriority('user-blocking');
      const expected = '-(fxs)';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('the traits of a task may lift it above its runner', () => {
    marbles(({ expectObservable }) => {
      const order = new RunOrder();
      const indexing = bestEffort();
      indexing.postDelayedTask(order.mark('a'), 1, { priority: 'user-blocking', name: 'answer' });
      indexing.postDelayedTask(order.mark('b'), 1);
      page.schedule(order.mark('x'), 1);
      const expected = '-(axb)';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('over time: what is queued moves to another lane at once, and so does what is delayed', () => {
    marbles({ workers: 1 }, ({ runner, expectTasks }) => {
      const ui = runner({ name: 'ui', priority: 'user-blocking' });
      const work = runner({ name: 'work', priority: 'best-effort' });
      virtualCost({ page: { cost: 2 }, work: { cost: 2 } });
      const other = runner({ name: 'page' });
      for (const name of 'abc') work.postTask(brief, { name });
      work.postDelayedTask(brief, 9, { name: 'd' });
      for (const name of 'vwxy') other.postTask(brief, { name });
      ui.schedule(() => work.setPriority('user-blocking'), 3);
      ui.schedule(() => work.setPriority('best-effort'), 7);
      expectTasks().toBe({
        'user-blocking': '----a=b=        ',
        'user-visible': ' v=w=----x=y=    ',
        'best-effort': '  ------------c=d=',
      });
    });
  });

  it('over time: lowered in the middle of a stream, it makes room for the others', () => {
    marbles({ workers: 1 }, ({ hot, runner, expectTasks }) => {
      const tab = runner({ name: 'tab', priority: 'user-blocking' });
      const page = runner({ name: 'page' });
      virtualCost({ tab: { cost: 1 }, page: { cost: 2 } });
      const shown = hot(' t-t-t-t-t-t-t|  ');
      const others = hot('-p--p--p--p--|  ');
      const hidden = hot('-----x-------|  ');
      const urgent = '    t--tt           ';
      const visible = '   -p=--p=p=-p=    ';
      const lowered = '   ---------t--ttt ';
      shown.subscribe((name) => void tab.postTask(brief, { name }));
      others.subscribe((name) => void page.postTask(brief, { name }));
      hidden.subscribe(() => tab.setPriority('best-effort'));
      expectTasks().toBe({ 'user-blocking': urgent, 'user-visible': visible, 'best-effort': lowered });
    });
  });
});
