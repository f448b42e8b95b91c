import { type TaskRunner, ThreadPool } from 'rxjs-task-runner';
import { inEnvironment, sleep } from '../support/in-environment.js';
import { brief } from '../support/tasks.js';

/** A pool of one worker, so that who holds it is seen, and two sequences of it. */
function oneWorker(): { pool: ThreadPool; page: TaskRunner; news: TaskRunner } {
  const pool = new ThreadPool({ workers: 1, onTaskError: () => undefined });
  const [page, news] = ['page', 'news'].map((name) => pool.createSequencedTaskRunner({ name }));
  return { pool, page: page!, news: news! };
}

describe('A task that awaits a promise holds its sequence, and its worker', () => {
  it('so that others of the pool wait too', () =>
    inEnvironment(({ expectTasks }) => {
      const { page, news } = oneWorker();
      page.postTask(() => sleep(4), { name: 'a' });
      page.postTask(brief, { name: 'b' });
      news.postTask(() => sleep(2), { name: 'x' });
      expectTasks().toBe({
        page: 'a===--b',
        news: '----x=-',
      });
    }));
});

describe('A task that sleeps, or waits by its context, holds its sequence only', () => {
  it('context.waitFor() gives the worker to others meanwhile', () =>
    inEnvironment(({ expectTasks }) => {
      const { page, news } = oneWorker();
      page.postTask((context) => context.waitFor(sleep(4)), { name: 'a' });
      page.postTask(brief, { name: 'b' });
      news.postTask(() => sleep(2), { name: 'x' });
      expectTasks().toBe({
        page: 'a===b',
        news: 'x=---',
      });
    }));

  it('context.sleep() does the same', () =>
    inEnvironment(({ expectTasks }) => {
      const { page, news } = oneWorker();
      page.postTask((context) => context.sleep(4), { name: 'a' });
      page.postTask(brief, { name: 'b' });
      news.postTask(() => sleep(2), { name: 'x' });
      expectTasks().toBe({
        page: 'a===b',
        news: 'x=---',
      });
    }));

  it('on waking it has the worker before tasks that have not begun', () =>
    inEnvironment(({ expectTasks }) => {
      const { page, news } = oneWorker();
      const post = (name: string) => news.postTask(() => sleep(3), { name });
      page.postTask((context) => context.waitFor(sleep(2)).then(() => sleep(2)), { name: 'a' });
      post('x');
      post('y');
      // It wakes at 2, and has the worker at 3.
      expectTasks().toBe({
        page: 'a====---',
        news: 'x==--y==',
      });
    }));

  it('tasks that wait for each other across runners need no more than one worker', () =>
    inEnvironment(({ expectTasks, hear }) => {
      const { page, news } = oneWorker();
      const load = (ms: number) => news.postTask(() => sleep(ms), { name: 'x' });
      const order = page.postTask(
        async (context) => {
          await context.waitFor(load(2));
          await context.waitFor(load(3));
        },
        { name: 'a' },
      );
      hear(order, 'done');
      expectTasks().toBe({
        page: ' a====-',
        news: ' x=x==-',
        heard: '-----d',
      });
    }));

  it('it is woken when it is cancelled, and so its sequence is free', () =>
    inEnvironment(({ env, expectTasks }) => {
      const { page } = oneWorker();
      const handle = page.postTask((context) => context.waitFor(sleep(9)), { name: 'a' });
      page.postTask(() => sleep(2), { name: 'b' });
      env.at('---x', { x: () => handle.cancel() });
      expectTasks([page]).toBe({ page: ['a==!-', '---b='] });
    }));

  it('it lives on in a shutdown that waits for it', () =>
    inEnvironment(({ env, expectTasks, hear }) => {
      const { pool, page, news } = oneWorker();
      page.postTask((context) => context.waitFor(sleep(5)), { name: 'a' });
      hear(page.postTask(brief, { name: 'b' }), 'ran', 'dropped');
      news.postTask((context) => context.sleep(3), { name: 'x' });
      env.at('-s', { s: () => hear(pool.shutdown(), 'over') });
      expectTasks().toBe({
        page: ' a====-',
        news: ' x==---',
        heard: '-d---o',
      });
    }));
});
