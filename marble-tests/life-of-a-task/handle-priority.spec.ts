import { timer } from 'rxjs';
import type { TaskHandle, TaskPriorityInput, TaskRunner, ThreadPool } from 'rxjs-task-runner';
import { marbles } from 'rxjs-task-runner/testing';
import { brief, lasting } from '../support/tasks.js';

const post = (target: ThreadPool | TaskRunner, name: string, priority?: TaskPriorityInput): TaskHandle<unknown> =>
  target.postTask(lasting(2), { name, priority });

/** One worker, so that only one task at a time has a turn. */
describe('handle.setPriority changes the priority of one task', () => {
  it('in a pool, which has a queue for each priority, it joins the end of the new one', () => {
    marbles({ workers: 1 }, ({ pool, expectTasks }) => {
      post(pool, 'a');
      const last = post(pool, 'b', 'best-effort');
      post(pool, 'c', 'user-blocking');
      post(pool, 'v');
      timer(1).subscribe(() => last.setPriority('user-blocking'));
      expectTasks().toBe({
        'user-blocking': 'c=b=----',
        'user-visible': ' ----a=v=',
      });
    });
  });

  it('in a runner it keeps its place, and lifts what is in front of it', () => {
    marbles({ workers: 1 }, ({ runner, expectTasks }) => {
      const [store, page] = [runner({ name: 'store', priority: 'best-effort' }), runner({ name: 'page' })];
      for (const name of 'vw') post(page, name);
      post(store, 'a');
      const lifted = post(store, 'b');
      post(store, 'c');
      timer(1).subscribe(() => lifted.setPriority('user-blocking'));
      expectTasks().toBe({
        'user-blocking': '--a=b=----',
        'user-visible': ' v=----w=--',
        'best-effort': '  --------c=',
      });
    });
  });

  it('a lower one puts it behind what was less urgent', () => {
    marbles({ workers: 1 }, ({ runner, expectTasks }) => {
      const [ui, page] = [runner({ name: 'ui', priority: 'user-blocking' }), runner({ name: 'page' })];
      post(ui, 'a');
      const lowered = post(ui, 'b');
      post(page, 'v');
      post(page, 'w');
      timer(1).subscribe(() => lowered.setPriority('best-effort'));
      expectTasks().toBe({
        'user-blocking': 'a=------',
        'user-visible': ' --v=w=--',
        'best-effort': '  ------b=',
      });
    });
  });

  it('a delayed task has the new one when it is due', () => {
    marbles({ workers: 1 }, ({ pool, expectTasks }) => {
      pool.postTask(lasting(5), { name: 'a' });
      post(pool, 'v');
      const delayed = pool.postDelayedTask(lasting(2), 3, { name: 'b', priority: 'best-effort' });
      timer(1).subscribe(() => delayed.setPriority('user-blocking'));
      expectTasks().toBe({
        'user-blocking': '-----b=--',
        'user-visible': ' a====--v=',
      });
    });
  });

  it('one that waits for a worker gets the next that is free', () => {
    marbles({ workers: 2 }, ({ pool, runner, expectTasks }) => {
      pool.postTask(lasting(9), { name: 'a', priority: 'best-effort' });
      // Best-effort work may have one worker of two: this one waits, until it is none.
      const waiting = post(runner({ name: 'indexing' }), 'b', 'best-effort');
      timer(4).subscribe(() => waiting.setPriority('user-visible'));
      expectTasks().toBe({
        'user-visible': '----b=---',
        'best-effort': ' a========',
      });
    });
  });

  it('it changes nothing of the runner: what comes after has the priority of that', () => {
    marbles({ workers: 1 }, ({ runner, expectTasks }) => {
      const page = runner({ name: 'page' });
      const first = post(page, 'a');
      first.setPriority('user-blocking');
      post(page, 'b');
      expectTasks().toBe({
        'user-blocking': 'a=  ',
        'user-visible': ' --b=',
      });
    });
  });

  it('what runs, or has ended, goes on as it is', () => {
    marbles(({ runner, expectTasks }) => {
      const page = runner({ name: 'page' });
      const [first, second] = [page.postTask(brief, { name: 'a' }), post(page, 'b')];
      timer(1).subscribe(() => {
        first.setPriority('best-effort');
        second.setPriority('best-effort');
      });
      expectTasks().toBe({ 'user-visible': '(ab=)' });
    });
  });
});
