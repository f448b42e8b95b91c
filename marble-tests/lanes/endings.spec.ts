import { expect } from 'chai';
import { defer, finalize, NEVER, retry, timer } from 'rxjs';
import { TaskCancelledError, ThreadPool } from 'rxjs-task-runner';
import { marbles } from 'rxjs-task-runner/testing';
import { brief, lasting } from '../support/tasks.js';

const boom = (): never => {
  throw new Error('boom');
};

/** `#` has failed and `!` was cancelled in that frame, as with streams and subscriptions; `>` has not ended. */
describe('Every task ends in one way, and its row shows which', () => {
  it('a task that throws fails in the frame in which it begins', () => {
    marbles({ onTaskError: brief }, ({ runner, expectTasks }) => {
      const page = runner({ name: 'page' });
      page.postDelayedTask(boom, 2, { name: 'a' });
      page.postDelayedTask(brief, 6, { name: 'b' });
      expectTasks().toBe({ page: '--(a#)b' });
    });
  });

  it('a task whose observable fails does so in the frame of the error, and gives its worker free', () => {
    marbles({ workers: 1, onTaskError: brief }, ({ pool, cold, expectTasks }) => {
      const source = cold('-x-#   ');
      const failed = '     a==#   ';
      const next = '       ---b== ';
      pool.postTask(() => source, { name: 'a' });
      pool.postTask(lasting(3), { name: 'b' });
      expectTasks(pool).toBe({ 'user-visible': [failed, next] });
    });
  });

  it('a task that runs may be cancelled, by its handle or by a signal, and ends at once', () => {
    marbles(({ runner, cold, expectTasks, expectSubscriptions }) => {
      const page = runner({ name: 'page' });
      const ui = runner({ name: 'ui' });
      const controller = new AbortController();
      const source = cold('---------|');
      const byHandle = '   a=!       ';
      const bySignal = '   -b==!     ';
      const handle = page.postTask(() => source, { name: 'a' });
      ui.postDelayedTask(() => source, 1, { name: 'b', signal: controller.signal });
      timer(2).subscribe(() => handle.cancel());
      timer(4).subscribe(() => controller.abort());
      expectTasks().toBe({ page: byHandle, ui: bySignal });
      expectSubscriptions(source.subscriptions).toBe(['^-!', '-^--!']);
    });
  });

  it('unsubscribing from a handle is cancelling it, for a handle is a subscription', () => {
    marbles(({ runner, expectTasks }) => {
      const page = runner({ name: 'page' });
      const handle = page.postTask(lasting(9), { name: 'a' });
      timer(3).subscribe(() => handle.unsubscribe());
      expectTasks().toBe({ page: 'a==!' });
    });
  });

  it('a task may cancel another, of another lane', () => {
    marbles(({ runner, expectTasks }) => {
      const ui = runner({ name: 'ui', priority: 'user-blocking' });
      const indexing = runner({ name: 'indexing', priority: 'best-effort' });
      const handle = indexing.postTask(lasting(9), { name: 'index' });
      indexing.postTask(lasting(2), { name: 'next' });
      ui.postDelayedTask(() => handle.cancel(), 3, { name: 'key' });
      expectTasks().toBe({
        'user-blocking': '---k  ',
        'best-effort': [
          'i==!', //
          '---n=',
        ],
      });
    });
  });

  it('what has not begun and is cancelled never ran: it is in no row', () => {
    marbles(({ runner, expectTasks }) => {
      const page = runner({ name: 'page' });
      page.postTask(lasting(4), { name: 'a' });
      const queued = page.postTask(brief, { name: 'b' });
      const delayed = page.postDelayedTask(brief, 3, { name: 'c' });
      page.postTask(brief, { name: 'd' });
      timer(1).subscribe(() => queued.cancel());
      timer(2).subscribe(() => delayed.cancel());
      expectTasks().toBe({ page: 'a===d' });
    });
  });

  it('an aborted signal given at post cancels at once', () => {
    marbles(({ runner, expectTasks }) => {
      const page = runner({ name: 'page' });
      const handle = page.postTask(brief, { name: 'a', signal: AbortSignal.abort() });
      page.postTask(brief, { name: 'b' });
      expect(handle.state).to.equal('cancelled');
      expectTasks().toBe({ page: 'b' });
    });
  });

  it('the teardown of an observable comes in the frame of the cancelling', () => {
    marbles(({ runner, expectTasks }) => {
      const page = runner({ name: 'page' });
      const cleanUp = finalize<never>(() => void page.postTask(brief, { name: 'z' }));
      const handle = page.postTask(() => NEVER.pipe(cleanUp), { name: 'a' });
      timer(3).subscribe(() => handle.cancel());
      expectTasks().toBe({
        page: [
          'a==!', //
          '---z',
        ],
      });
    });
  });

  it('what has not ended when time has run out is shown by >, and is cancelled then', async () => {
    const pool = new ThreadPool();
    const handle = marbles({ allowPending: true }, ({ expectTasks }) => {
      const endless = pool.postDelayedTask(() => NEVER, 2, { name: 'a' });
      expectTasks(pool).toBe({ 'user-visible': '--a>' });
      return endless;
    });
    const error = await handle.then(undefined, (reason: unknown) => reason);
    expect(error).to.be.instanceOf(TaskCancelledError);
  });

  it('a stream that is subscribed to again within a task is one task all the while', () => {
    marbles(({ pool, runner, cold, expectTasks }) => {
      const page = runner({ name: 'page' });
      let attempts = 0;
      const failing = cold(' --#        ');
      const succeeding = cold(' --(x|)  ');
      const tasks = '        a====b     ';
      const once = defer(() => (++attempts === 1 ? failing : succeeding));
      page.postTask(() => once.pipe(retry({ delay: () => timer(1, pool) })), { name: 'a' });
      page.postTask(brief, { name: 'b' });
      expectTasks(page).toBe({ page: tasks });
    });
  });
});
