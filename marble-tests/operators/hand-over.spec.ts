import { catchError, of, throwError } from 'rxjs';
import { ThreadPool } from 'rxjs-task-runner';
import { handOver } from 'rxjs-task-runner/operators';
import { marbles } from 'rxjs-task-runner/testing';
import { onOneThread } from '../support/one-thread.js';
import { brief, lasting } from '../support/tasks.js';

/** While the task `t` holds the sequence, values wait: how many, and which, is up to the bounds. */
describe('handOver is observeOn with bounds', () => {
  it('emits on the runner, in the frame of the source when nothing holds it', () => {
    marbles(({ hot, runner, expectObservable, expectSubscriptions }) => {
      const source = hot(' -a-(bc)--d-|');
      const subscribed = ' ^----------!';
      const expected = '   -a-(bc)--d-|';
      expectObservable(source.pipe(handOver(runner(), { capacity: 2 }))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subscribed);
    });
  });

  it('lets values wait, in order, and the end behind them', () => {
    marbles(({ hot, runner, expectObservable, expectSubscriptions, expectTasks }) => {
      const page = runner({ name: 'page' });
      const task = '       t======     ';
      const source = hot(' -a-b-|      ');
      const subscribed = ' ^----!      ';
      const expected = '   -------(ab|)';
      page.postTask(lasting(7), { name: 't' });
      expectObservable(source.pipe(handOver(page, { capacity: 2 }))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subscribed);
      expectTasks(page).toBe({ page: task });
    });
  });

  it('never drops an error, which comes after the values that were kept', () => {
    marbles(({ hot, runner, expectObservable }) => {
      const page = runner();
      const source = hot(' -a-b-c-#   ');
      const expected = '   --------(c#)';
      page.postTask(lasting(8));
      expectObservable(source.pipe(handOver(page, { capacity: 1, whenFull: 'drop-oldest' }))).toBe(expected);
    });
  });

  it("with 'drop-oldest' and a capacity of 1 keeps the latest", () => {
    marbles(({ hot, runner, expectObservable }) => {
      const page = runner();
      const source = hot(' -a-b-c----d-|');
      const expected = '   ------c---d-|';
      page.postTask(lasting(6));
      expectObservable(source.pipe(handOver(page, { capacity: 1, whenFull: 'drop-oldest' }))).toBe(expected);
    });
  });

  it("with 'drop-newest' keeps the first ones", () => {
    marbles(({ hot, runner, expectObservable }) => {
      const page = runner();
      const source = hot(' -a-b-c----d-|');
      const expected = '   ------(ab)d-|';
      page.postTask(lasting(6));
      expectObservable(source.pipe(handOver(page, { capacity: 2, whenFull: 'drop-newest' }))).toBe(expected);
    });
  });

  it("with 'error' leaves the source when one value is too many, and fails after those that waited", () => {
    marbles(({ hot, runner, expectObservable, expectSubscriptions }) => {
      const page = runner({ name: 'page' });
      const source = hot(' -a-b-c----d-|');
      const subscribed = ' ^----!       ';
      const expected = '   ------(ab#)  ';
      const full = 'Rejected, since as many values as the capacity of 2 wait already: a value of a stream for';
      page.postTask(lasting(6));
      expectObservable(
        source.pipe(
          handOver(page, { capacity: 2 }),
          catchError(({ message }: Error) => throwError(() => message)),
        ),
      ).toBe(expected, undefined, `${full} 'page'.`);
      expectSubscriptions(source.subscriptions).toBe(subscribed);
    });
  });

  it('emits nothing more once it is unsubscribed from', () => {
    marbles(({ hot, runner, expectObservable, expectSubscriptions }) => {
      const page = runner();
      const source = hot('     -a-b-c-d-|');
      const unsubscribe = '    ----!     ';
      const subscribed = '     ^---!     ';
      const expected = '       ----------';
      page.postTask(lasting(6));
      expectObservable(source.pipe(handOver(page, { capacity: 9 })), unsubscribe).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subscribed);
    });
  });

  it('keeps the order on a pool', () => {
    marbles(({ cold, pool, expectObservable }) => {
      const source = cold('(abcd|)');
      const expected = '   (abcd|)';
      expectObservable(source.pipe(handOver(pool, { capacity: 4 }))).toBe(expected);
    });
  });

  it('has one place in the queue: what others post goes between its values, when work takes time', () => {
    onOneThread({ page: { blocks: 2 } }, ({ expectTasks }) => {
      const page = new ThreadPool().createSequencedTaskRunner({ name: 'page' });
      // The actions are those of x, y, z and the end.
      const tasks = '*=a=b=*=*=*=';
      of('x', 'y', 'z')
        .pipe(handOver(page, { capacity: 3 }))
        .subscribe();
      page.postTask(brief, { name: 'a' });
      page.postTask(brief, { name: 'b' });
      expectTasks(page).toBe({ page: tasks }, { unnamed: '*' });
    });
  });
});
