import { observeOn } from 'rxjs';
import { createSingleThreadTaskRunner, type TaskRunner } from 'rxjs-task-runner';
import { marbles } from 'rxjs-task-runner/testing';
import { inEnvironment, sleep } from '../support/in-environment.js';
import { lasting } from '../support/tasks.js';

const post = (runner: TaskRunner, name: string, frames: number) => runner.postTask(lasting(frames), { name });

describe('A single-thread runner has a worker of its own, outside of every pool', () => {
  it('so a busy pool does not delay it, as it delays the other runners of that pool', () => {
    marbles({ workers: 1 }, ({ runner, expectTasks }) => {
      const database = createSingleThreadTaskRunner({ name: 'database' });
      const [page, news] = [runner({ name: 'page' }), runner({ name: 'news' })];
      post(page, 'a', 7);
      post(news, 'b', 1);
      post(database, 'x', 3);
      post(database, 'y', 2);
      expectTasks().toBe({
        page: '    a======',
        news: '    -------b',
        database: 'x==y=---',
      });
    });
  });

  it('nor does it take a worker from the pool', () => {
    marbles({ workers: 1 }, ({ runner, expectTasks }) => {
      const database = createSingleThreadTaskRunner({ name: 'database' });
      post(database, 'x', 6);
      post(runner({ name: 'page' }), 'a', 3);
      expectTasks().toBe({
        page: '    a==---',
        database: 'x=====',
      });
    });
  });

  it('two of them do not wait for one another', () => {
    marbles(({ expectTasks }) => {
      const first = createSingleThreadTaskRunner({ name: 'first' });
      const second = createSingleThreadTaskRunner({ name: 'second' });
      for (const name of 'ab') post(first, name, 3);
      for (const name of 'xy') post(second, name, 2);
      expectTasks().toBe({
        first: ' a==b==',
        second: 'x=y=--',
      });
    });
  });

  it('it is strictly first in, first out: an urgent task is not before what was posted earlier', () => {
    marbles(({ expectTasks }) => {
      const database = createSingleThreadTaskRunner({ name: 'database' });
      for (const name of 'ab') post(database, name, 2);
      database.postTask(lasting(2), { name: 'u', priority: 'user-blocking' });
      post(database, 'c', 1);
      expectTasks().toBe({ database: 'a=b=u=c' });
    });
  });

  it('it is a scheduler: a stream on it keeps its order, behind the tasks of the runner', () => {
    marbles(({ hot, expectTasks, expectObservable }) => {
      const database = createSingleThreadTaskRunner({ name: 'database' });
      const source = hot(' -x-y-----z|');
      const tasks = '      a====      ';
      const expected = '   -----(xy)z|';
      post(database, 'a', 5);
      expectTasks().toBe({ database: tasks });
      expectObservable(source.pipe(observeOn(database))).toBe(expected);
    });
  });
});

describe('A single-thread runner ends in two ways', () => {
  const make = () => {
    const database = createSingleThreadTaskRunner({ name: 'database' });
    const handles = Array.from('abc', (name) => database.postTask(({ signal }) => abortable(3, signal), { name }));
    // Their rejections are looked at as the reports of stop and shutdown.
    for (const handle of handles) handle.then(undefined, () => undefined);
    return database;
  };

  /** Ends when it is aborted, as a request does. */
  const abortable = (ms: number, signal: AbortSignal) =>
    Promise.race([sleep(ms), new Promise((_resolve, reject) => signal.addEventListener('abort', reject))]);

  it('shutdown() finishes what is queued', () =>
    inEnvironment(({ env, expectTasks, hear }) => {
      const database = make();
      env.at('----x', { x: () => hear(database.shutdown(), 'shut down') });
      expectTasks().toBe({
        database: 'a==b==c==',
        heard: '   ---------s',
      });
    }));

  it('stop() drops what is queued, and cancels what runs', () =>
    inEnvironment(({ env, expectTasks, hear }) => {
      const database = make();
      env.at('----x', { x: () => hear(database.stop(), 'stopped') });
      expectTasks().toBe({
        database: 'a==b!',
        heard: '   ----s',
      });
    }));

  it('stop() cuts a shutdown short that has begun', () =>
    inEnvironment(({ env, expectTasks, hear }) => {
      const database = make();
      env.at('-x--y', {
        x: () => hear(database.shutdown(), 'shut down'),
        y: () => void database.stop(),
      });
      expectTasks().toBe({
        database: 'a==b!',
        heard: '   ----s',
      });
    }));
});
