import { observeOn, timer } from 'rxjs';
import { flush, type TaskHandle, type TaskRunner, ThreadPool } from 'rxjs-task-runner';
import { marbles } from 'rxjs-task-runner/testing';
import { inEnvironment, sleep } from '../support/in-environment.js';
import { brief, lasting } from '../support/tasks.js';

const post = (runner: TaskRunner, name: string, frames: number): TaskHandle<unknown> =>
  runner.postTask(lasting(frames), { name });

/** A row is one of the places that the limit allows; it does not matter which of them is written first. */
describe('A parallel runner starts tasks in posting order, and never runs more than its limit', () => {
  it('with a limit of two, the third begins when one of the first two has ended', () => {
    marbles(({ pool, expectTasks }) => {
      const io = pool.createParallelTaskRunner({ maxConcurrency: 2, name: 'io' });
      post(io, 'a', 5);
      post(io, 'b', 3);
      post(io, 'c', 4);
      post(io, 'd', 1);
      expectTasks(pool).toBe({
        io: [
          'a====d ', //
          'b==c===',
        ],
      });
    });
  });

  it('with a limit of one it is a sequence', () => {
    marbles(({ pool, expectTasks }) => {
      const io = pool.createParallelTaskRunner({ maxConcurrency: 1, name: 'io' });
      for (const name of 'abc') post(io, name, 2);
      expectTasks(pool).toBe({ io: 'a=b=c=' });
    });
  });

  it('nor does it run more than its pool has workers', () => {
    marbles({ workers: 2 }, ({ pool, expectTasks }) => {
      const io = pool.createParallelTaskRunner({ maxConcurrency: 3, name: 'io' });
      for (const name of 'abcd') post(io, name, 3);
      expectTasks(pool).toBe({
        io: [
          'a==c==', //
          'b==d==',
        ],
      });
    });
  });

  it('its limit is its own: another runner of the pool takes the workers that it leaves', () => {
    marbles({ workers: 3 }, ({ pool, runner, expectTasks }) => {
      const io = pool.createParallelTaskRunner({ maxConcurrency: 2, name: 'io' });
      const page = runner({ name: 'page' });
      for (const name of 'abc') post(io, name, 4);
      for (const name of 'xy') post(page, name, 3);
      expectTasks(pool).toBe({
        io: [
          'a===c===', //
          'b===----',
        ],
        page: 'x==y==--',
      });
    });
  });

  it('a delayed task joins the end of the queue when it is due', () => {
    marbles(({ pool, expectTasks }) => {
      const io = pool.createParallelTaskRunner({ maxConcurrency: 2, name: 'io' });
      for (const name of 'abc') post(io, name, 4);
      io.postDelayedTask(lasting(2), 1, { name: 'd' });
      timer(2).subscribe(() => void post(io, 'e', 1));
      expectTasks(pool).toBe({
        io: [
          'a===c===', //
          'b===d=e ',
        ],
      });
    });
  });

  it('one that fails, or is cancelled, gives its place to the next in that frame', () => {
    marbles({ onTaskError: brief }, ({ pool, cold, expectTasks }) => {
      const io = pool.createParallelTaskRunner({ maxConcurrency: 2, name: 'io' });
      const source = cold('   --#       ');
      const failed = '        a=#       ';
      const cancelled = '     b==!      ';
      const afterFailed = '   --c===    ';
      const afterCancelled = '---d===   ';
      io.postTask(() => source, { name: 'a' });
      const handle = post(io, 'b', 9);
      post(io, 'c', 4);
      post(io, 'd', 4);
      timer(3).subscribe(() => handle.cancel());
      expectTasks(pool).toBe({ io: [failed, cancelled, afterFailed, afterCancelled] });
    });
  });

  it('actions of its streams go beside its tasks, and wait when all places are taken', () => {
    marbles(({ pool, hot, expectTasks, expectObservable }) => {
      const io = pool.createParallelTaskRunner({ maxConcurrency: 2, name: 'io' });
      const source = hot(' -x---y---|  ');
      const long = '       a======    ';
      const short = '      ----b=     ';
      const expected = '   -x----y--|  ';
      post(io, 'a', 7);
      timer(4).subscribe(() => void post(io, 'b', 2));
      expectObservable(source.pipe(observeOn(io))).toBe(expected);
      expectTasks(pool).toBe({ io: [long, short] });
    });
  });
});

describe("A parallel runner's flush is a barrier", () => {
  const pool = new ThreadPool();
  const io = pool.createParallelTaskRunner({ maxConcurrency: 2, name: 'io' });
  const slow = (name: string, ms: number) => void io.postTask(() => sleep(ms), { name });

  it('it is over when all before it has ended, and what is posted after it starts then, even with a place free', () =>
    inEnvironment(({ expectTasks, hear }) => {
      slow('a', 5);
      slow('b', 2);
      hear(flush(io), 'flushed');
      slow('c', 2);
      slow('d', 1);
      expectTasks().toBe({
        io: [
          'a====c=', //
          'b=---d ',
        ],
        heard: '-----f ',
      });
    }));

  it('whoever does not wait for it any more holds nothing up', () =>
    inEnvironment(({ env, expectTasks, hear }) => {
      const controller = new AbortController();
      slow('a', 5);
      slow('b', 2);
      hear(flush(io, { signal: controller.signal }), 'flushed', 'given up');
      slow('c', 1);
      env.at('---x', { x: () => controller.abort() });
      expectTasks().toBe({
        io: [
          'a====', //
          'b=-c ',
        ],
        heard: '---g ',
      });
    }));
});
