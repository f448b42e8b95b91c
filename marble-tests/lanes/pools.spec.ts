import { expect } from 'chai';
import { interval, map, merge, observeOn } from 'rxjs';
import { ThreadPool } from 'rxjs-task-runner';
import { marbles, virtualCost } from 'rxjs-task-runner/testing';
import { onOneThread } from '../support/one-thread.js';
import { brief, lasting } from '../support/tasks.js';

/** A pool is a domain of admission: it has workers, but no loop. Rows are by the names of pools and runners. */
describe('Pools share the lanes, and nothing else', () => {
  it('the workers of one do not matter to the other', () => {
    marbles(({ expectTasks }) => {
      const files = new ThreadPool({ workers: 1, name: 'files' });
      const net = new ThreadPool({ workers: 2, name: 'net' });
      for (const name of 'abc') files.postTask(lasting(3), { name });
      for (const name of 'xyz') net.postTask(lasting(4), { name });
      expectTasks().toBe({
        files: 'a==b==c==',
        net: [
          'x===z===', //
          'y===----',
        ],
      });
    });
  });

  it('best-effort work leaves a worker of its own pool free, not one of another', () => {
    marbles(({ expectTasks }) => {
      const files = new ThreadPool({ workers: 2, name: 'files' });
      const net = new ThreadPool({ workers: 3, name: 'net' });
      for (const name of 'ab') files.postTask(lasting(3), { name, priority: 'best-effort' });
      for (const name of 'xyz') net.postTask(lasting(2), { name, priority: 'best-effort' });
      expectTasks().toBe({
        files: 'a==b==',
        net: [
          'x=z=', //
          'y=--',
        ],
      });
    });
  });

  it('priority means the same in all of them: the lanes are those of the program', () => {
    const COSTS = { first: { blocks: 2 }, second: { blocks: 2 } };
    onOneThread(COSTS, ({ expectTasks }) => {
      const first = new ThreadPool({ name: 'first' });
      const second = new ThreadPool({ name: 'second' });
      first.postTask(brief, { name: 'a', priority: 'best-effort' });
      second.postTask(brief, { name: 'b', priority: 'user-visible' });
      first.postTask(brief, { name: 'c', priority: 'user-visible' });
      second.postTask(brief, { name: 'd', priority: 'user-blocking' });
      expectTasks().toBe({
        first: ' ----c=a=',
        second: 'd=b=----',
      });
    });
  });

  it('in a lane they take turns', () => {
    onOneThread({ first: { blocks: 1 }, second: { blocks: 1 } }, ({ expectTasks }) => {
      const first = new ThreadPool({ name: 'first' });
      const second = new ThreadPool({ name: 'second' });
      for (const name of 'abc') first.postTask(brief, { name });
      for (const name of 'xyz') second.postTask(brief, { name });
      expectTasks().toBe({
        first: ' a-b-c-',
        second: '-x-y-z',
      });
    });
  });

  it('a stream may go through several', () => {
    marbles(({ hot, expectTasks, expectObservable }) => {
      const parsing = new ThreadPool({ name: 'parsing' }).createSequencedTaskRunner({ name: 'parsing' });
      const ui = new ThreadPool({ name: 'ui' }).createSequencedTaskRunner({ name: 'ui', priority: 'user-blocking' });
      virtualCost({ parsing: { cost: 3 }, ui: { cost: 1 } });
      // Each value keeps the parser busy for three frames; the first of a sequence comes at once.
      const source = hot('  ab------c------|');
      const expected = '    a--b----c------|';
      const parse = '       *==*==--*==----*==';
      const render = '      *--*----*------*';
      expectObservable(source.pipe(observeOn(parsing), observeOn(ui))).toBe(expected);
      expectTasks().toBe({ parsing: parse, ui: render }, { unnamed: '*' });
    });
  });

  it('shutting one down leaves the others alone', () => {
    marbles(({ expectTasks, expectObservable }) => {
      const closing = new ThreadPool({ name: 'closing' });
      const staying = new ThreadPool({ name: 'staying' });
      const ticks = merge(interval(2, staying).pipe(map(() => 's')), interval(3, closing).pipe(map(() => 'c')));
      const late = closing.postDelayedTask(brief, 5, { name: 'late' });
      staying.postDelayedTask(brief, 7, { name: 'task' });
      staying.schedule(() => void closing.shutdown(), 4);
      late.then(undefined, () => undefined);
      const unsubscribed = '^--------!';
      const expected = '    --scs-s-s';
      expectObservable(ticks, unsubscribed).toBe(expected);
      expectTasks().toBe({ staying: '-------t' });
      staying.schedule(() => expect(late.state).to.equal('rejected'), 6);
    });
  });
});
