import { interval, observeOn, timer } from 'rxjs';
import { type TaskHandle, type TaskPriorityInput, ThreadPool } from 'rxjs-task-runner';
import { marbles } from 'rxjs-task-runner/testing';
import { brief, lasting } from '../support/tasks.js';

/** Posts a task of so many frames, on a runner of its own: nothing but a worker is what it can wait for. */
function post(pool: ThreadPool, name: string, frames: number, priority?: TaskPriorityInput): TaskHandle<number> {
  return pool.createSequencedTaskRunner({ priority }).postTask(lasting(frames), { name });
}

/** A row is what one worker does; it does not matter which of them is written first. */
describe('A posted task holds a worker of its pool while its observable is pending', () => {
  it('one worker: one task at a time', () => {
    marbles({ workers: 1 }, ({ pool, expectTasks }) => {
      post(pool, 'a', 3);
      post(pool, 'b', 2);
      post(pool, 'c', 1);
      expectTasks(pool).toBe({ 'user-visible': 'a==b=c' });
    });
  });

  it('two workers: the third task begins when one of the first two has ended', () => {
    marbles({ workers: 2 }, ({ pool, expectTasks }) => {
      post(pool, 'a', 7);
      post(pool, 'b', 5);
      post(pool, 'c', 4);
      post(pool, 'd', 1);
      expectTasks(pool).toBe({
        'user-visible': [
          'a======d ', //
          'b====c===',
        ],
      });
    });
  });

  it('as many as one likes: all begin at once', () => {
    marbles({ workers: Infinity }, ({ pool, expectTasks }) => {
      for (const name of 'abcdefghij') post(pool, name, 3);
      expectTasks(pool).toBe({
        'user-visible': Array.from('abcdefghij', (name) => `${name}==`),
      });
    });
  });

  it('four, unless said otherwise', () => {
    marbles(({ pool, expectTasks }) => {
      for (const name of 'abcdef') post(pool, name, 4);
      expectTasks(pool).toBe({
        'user-visible': [
          'a===e===', //
          'b===f===',
          'c===----',
          'd===----',
        ],
      });
    });
  });

  it('tasks posted to the pool itself wait likewise, in posting order', () => {
    marbles({ workers: 1 }, ({ pool, expectTasks }) => {
      for (const name of 'abc') pool.postTask(lasting(2), { name });
      expectTasks(pool).toBe({ 'user-visible': 'a=b=c=' });
    });
  });

  it('actions never wait for one: a pool full of slow tasks does not stall a stream', () => {
    marbles({ workers: 1 }, ({ pool, hot, expectTasks, expectObservable }) => {
      const stream = pool.createSequencedTaskRunner();
      post(pool, 't', 12);
      const tasks = '        t===========';
      const source = hot('   -a-b-c-d-|  ');
      const observed = '     -a-b-c-d-|  ';
      const unsubscribed = ' ^--------!  ';
      const ticks = '        ---x--y---  ';
      expectTasks(pool).toBe({ 'user-visible': tasks });
      expectObservable(source.pipe(observeOn(stream))).toBe(observed);
      expectObservable(interval(3, stream), unsubscribed).toBe(ticks, { x: 0, y: 1 });
    });
  });

  it('nor do the actions of the pool itself wait behind its tasks', () => {
    marbles({ workers: 1 }, ({ pool, expectTasks }) => {
      for (const name of 'ab') pool.postTask(() => timer(4, pool), { name });
      pool.schedule(brief, 2);
      // The actions are `*`: one in frame 2, and at the end of each task its timer.
      expectTasks(pool).toBe({ 'user-visible': ['a===b===', '--*-*---*'] }, { unnamed: '*' });
    });
  });

  it('pools do not wait for the workers of one another', () => {
    marbles(({ expectTasks }) => {
      const first = new ThreadPool({ workers: 1 });
      const second = new ThreadPool({ workers: 1 });
      post(first, 'a', 5);
      post(first, 'b', 1);
      post(second, 'c', 6);
      post(second, 'd', 1);
      expectTasks(first).toBe({ 'user-visible': 'a====b ' });
      expectTasks(second).toBe({ 'user-visible': 'c=====d' });
    });
  });

  it('a worker that becomes free goes to the most urgent task that waits, not to the oldest', () => {
    marbles({ workers: 1 }, ({ pool, expectTasks }) => {
      post(pool, 'a', 3);
      timer(1).subscribe(() => {
        post(pool, 'b', 2, 'best-effort');
        post(pool, 'v', 2, 'user-visible');
        post(pool, 'u', 2, 'user-blocking');
      });
      expectTasks(pool).toBe({
        'user-blocking': '---u=    ',
        'user-visible': ' a==--v=  ',
        'best-effort': '  -------b=',
      });
    });
  });

  it('cancelling a pending task frees its worker at once', () => {
    marbles({ workers: 1 }, ({ pool, expectTasks }) => {
      const handle = post(pool, 'a', 100);
      post(pool, 'b', 1);
      timer(4).subscribe(() => handle.cancel());
      expectTasks(pool).toBe({ 'user-visible': ['a===!', '----b'] });
    });
  });
});

describe('Best-effort work holds at most max(1, workers - 1) workers', () => {
  it('of two workers one is left for what is urgent', () => {
    marbles({ workers: 2 }, ({ pool, expectTasks }) => {
      for (const name of 'abc') post(pool, name, 3, 'best-effort');
      timer(1).subscribe(() => void post(pool, 'v', 3));
      expectTasks(pool).toBe({
        'user-visible': '-v==     ',
        'best-effort': ' a==b==c==',
      });
    });
  });

  it('of three, two go to best-effort work at most', () => {
    marbles({ workers: 3 }, ({ pool, expectTasks }) => {
      for (const name of 'abc') post(pool, name, 3, 'best-effort');
      expectTasks(pool).toBe({
        'best-effort': [
          'a==c==', //
          'b==---',
        ],
      });
    });
  });

  it('the only worker may be had by best-effort work, too', () => {
    marbles({ workers: 1 }, ({ pool, expectTasks }) => {
      post(pool, 'b', 4, 'best-effort');
      timer(1).subscribe(() => void post(pool, 'v', 1));
      expectTasks(pool).toBe({
        'user-visible': '----v',
        'best-effort': ' b===-',
      });
    });
  });

  it('urgent work may have all workers, and then best-effort work has none', () => {
    marbles({ workers: 2 }, ({ pool, expectTasks }) => {
      post(pool, 'b', 2, 'best-effort');
      for (const name of 'uvw') post(pool, name, 3, 'user-blocking');
      expectTasks(pool).toBe({
        'user-blocking': [
          'u==w==', //
          'v==---',
        ],
        'best-effort': '---b= ',
      });
    });
  });

  it('what waits for a worker gets one that is left over when it is made urgent', () => {
    marbles({ workers: 2 }, ({ pool, expectTasks }) => {
      const indexing = pool.createSequencedTaskRunner({ priority: 'best-effort' });
      post(pool, 'a', 9, 'best-effort');
      indexing.postTask(lasting(2), { name: 'b' });
      timer(3).subscribe(() => indexing.setPriority('user-visible'));
      expectTasks(pool).toBe({
        'user-visible': '---b=    ',
        'best-effort': ' a========',
      });
    });
  });
});
