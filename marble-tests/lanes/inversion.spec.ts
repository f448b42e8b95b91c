import { observeOn, timer } from 'rxjs';
import { marbles, virtualCost } from 'rxjs-task-runner/testing';
import { brief, lasting } from '../support/tasks.js';

/**
 * The inversion of priorities: urgent work waits for slow work in front of it, and that waits for everybody else. Here
 * it cannot happen, since the urgent work lifts all that is in front of it. The row of a task is the lane it began in.
 */
describe('Urgent work behind slow work in the same sequence lifts the sequence', () => {
  it('without it the sequence goes last', () => {
    marbles({ workers: 1 }, ({ runner, expectTasks }) => {
      virtualCost({ indexing: { cost: 2 }, page: { cost: 2 } });
      const page = runner({ name: 'page' });
      const indexing = runner({ name: 'indexing', priority: 'best-effort' });
      for (const name of 'abc') indexing.postTask(brief, { name });
      for (const name of 'xyz') page.postTask(brief, { name });
      expectTasks().toBe({
        'user-visible': 'x=y=z=      ',
        'best-effort': ' ------a=b=c=',
      });
    });
  });

  it('with it the sequence goes first, until the urgent task has run, and nothing in it is overtaken', () => {
    marbles({ workers: 1 }, ({ runner, expectTasks }) => {
      virtualCost({ indexing: { cost: 2 }, page: { cost: 2 } });
      const page = runner({ name: 'page' });
      const indexing = runner({ name: 'indexing', priority: 'best-effort' });
      indexing.postTask(brief, { name: 'a' });
      indexing.postTask(brief, { name: 'b', priority: 'user-blocking' });
      indexing.postTask(brief, { name: 'c' });
      for (const name of 'xyz') page.postTask(brief, { name });
      // a was posted as best-effort, and begins as urgent as b. c is as it was.
      expectTasks().toBe({
        'user-blocking': 'a=b=        ',
        'user-visible': ' ----x=y=z=  ',
        'best-effort': '  ----------c=',
      });
    });
  });

  it('what runs already is not interrupted: the urgent task waits for it, but for nobody else', () => {
    marbles({ workers: 1 }, ({ runner, expectTasks }) => {
      const page = runner({ name: 'page' });
      const indexing = runner({ name: 'indexing', priority: 'best-effort' });
      indexing.postTask(lasting(5), { name: 'a' });
      timer(1).subscribe(() => {
        for (const name of 'xy') page.postTask(lasting(2), { name });
        indexing.postTask(lasting(2), { name: 'u', priority: 'user-blocking' });
      });
      expectTasks().toBe({
        'user-blocking': '-----u=    ',
        'user-visible': ' -------x=y=',
        'best-effort': '  a====------',
      });
    });
  });

  it('a stream through an urgent view lifts what waits in front of its values', () => {
    marbles({ workers: 1 }, ({ runner, hot, expectTasks, expectObservable }) => {
      const page = runner({ name: 'page' });
      const indexing = runner({ name: 'indexing', priority: 'best-effort' });
      page.postTask(lasting(3), { name: 'p' });
      page.postTask(lasting(3), { name: 'q' });
      indexing.postTask(lasting(2), { name: 'i' });
      // Its value waits for i, and lifts it: i has the worker before q.
      const source = hot('           -k------|');
      const expected = '             -----k--|';
      const visible = '              p==--q==  ';
      const lifted = '               ---i=     ';
      expectObservable(source.pipe(observeOn(indexing.withPriority('user-blocking')))).toBe(expected);
      expectTasks().toBe({ 'user-visible': visible, 'user-blocking': lifted });
    });
  });
});
