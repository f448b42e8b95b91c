import { observeOn, timer } from 'rxjs';
import { keyed, rateLimit, type TaskRunner, ThreadPool } from 'rxjs-task-runner';
import { marbles } from 'rxjs-task-runner/testing';
import { lasting } from '../support/tasks.js';

const post = (runner: TaskRunner, names: string, frames = 1): void => {
  for (const name of names) runner.postTask(lasting(frames), { name });
};

describe('A rate limit is for the starts of tasks', () => {
  it('as many as it says start within any window, and the next when the oldest start has left it', () => {
    marbles(({ pool, expectTasks }) => {
      const io = pool.createSequencedTaskRunner({ name: 'io', rate: rateLimit({ starts: 3, per: 6 }) });
      const tasks = 'ab--c-de--f';
      post(io, 'ab');
      timer(4).subscribe(() => post(io, 'cdef'));
      expectTasks().toBe({ io: tasks });
    });
  });

  it('with spread they start at even distances, not in bursts', () => {
    marbles(({ pool, expectTasks }) => {
      const rate = rateLimit({ starts: 3, per: 6, spread: true });
      const io = pool.createSequencedTaskRunner({ name: 'io', rate });
      const tasks = 'a-b-c----d-e';
      post(io, 'abc');
      timer(9).subscribe(() => post(io, 'de'));
      expectTasks().toBe({ io: tasks });
    });
  });

  it('how long a task runs does not count', () => {
    marbles(({ pool, expectTasks }) => {
      const rate = rateLimit({ starts: 1, per: 3 });
      const io = pool.createParallelTaskRunner({ name: 'io', maxConcurrency: 2, rate });
      const odd = ' a====-c====';
      const even = '---b====-d--';
      post(io, 'abc', 5);
      timer(6).subscribe(() => post(io, 'd', 1));
      expectTasks().toBe({ io: [odd, even] });
    });
  });

  it('a task that is cancelled while it waits was no start', () => {
    marbles(({ pool, expectTasks }) => {
      const io = pool.createSequencedTaskRunner({ name: 'io', rate: rateLimit({ starts: 1, per: 4 }) });
      const tasks = 'a---c';
      post(io, 'a');
      const waits = io.postTask(lasting(1), { name: 'b' });
      waits.then(undefined, () => undefined);
      post(io, 'c');
      timer(2).subscribe(() => waits.cancel());
      expectTasks().toBe({ io: tasks });
    });
  });

  it('values of streams are not counted, and wait only behind a task that waits', () => {
    marbles(({ pool, hot, expectTasks, expectObservable }) => {
      const io = pool.createSequencedTaskRunner({ name: 'io', rate: rateLimit({ starts: 1, per: 6 }) });
      const source = '  uvw---x--yz-|';
      const tasks = '   -a-----b     ';
      const expected = 'u-(vw)--xyz-|';
      timer(1).subscribe(() => post(io, 'a'));
      timer(5).subscribe(() => post(io, 'b'));
      expectObservable(hot(source).pipe(observeOn(io))).toBe(expected);
      expectTasks().toBe({ io: tasks.trimEnd() });
    });
  });
});

describe('All that are given the same rate limit share it', () => {
  it('two runners: of those that wait, the most urgent task starts first', () => {
    marbles(({ pool, expectTasks }) => {
      const rate = rateLimit({ starts: 1, per: 3 });
      const lazy = pool.createSequencedTaskRunner({ name: 'lazy', priority: 'best-effort', rate });
      const ui = pool.createSequencedTaskRunner({ name: 'ui', priority: 'user-blocking', rate });
      post(lazy, 'abc');
      timer(1).subscribe(() => post(ui, 'u'));
      expectTasks().toBe({
        lazy: 'a-----b--c',
        ui: '  ---u------',
      });
    });
  });

  it('all keys of a keyed runner take turns', () => {
    marbles(({ pool, expectTasks }) => {
      const rooms = keyed(pool, { name: 'rooms', rate: rateLimit({ starts: 2, per: 4 }) });
      post(rooms.runner('a'), 'ab');
      post(rooms.runner('x'), 'xy');
      expectTasks().toBe({ rooms: ['a---b', 'x---y'] });
    });
  });

  it('a pool with all its runners, and no other pool', () => {
    marbles(({ expectTasks }) => {
      const limited = new ThreadPool({ rate: rateLimit({ starts: 1, per: 3 }) });
      const one = limited.createSequencedTaskRunner({ name: 'one' });
      const two = limited.createSequencedTaskRunner({ name: 'two' });
      const free = new ThreadPool().createSequencedTaskRunner({ name: 'free' });
      post(one, 'ab');
      post(two, 'x');
      post(free, 'uvw');
      expectTasks().toBe({
        one: ' a-----b',
        two: ' ---x----',
        free: 'uvw-----',
      });
    });
  });
});

describe('Who waits for a rate limit holds no worker', () => {
  it('others of the pool go on', () => {
    marbles({ workers: 1 }, ({ pool, runner, expectTasks }) => {
      const io = pool.createSequencedTaskRunner({ name: 'io', rate: rateLimit({ starts: 1, per: 5 }) });
      const page = runner({ name: 'page' });
      post(io, 'ab');
      timer(1).subscribe(() => post(page, 'xy', 2));
      expectTasks(pool).toBe({
        io: '  a----b',
        page: '-x=y=--',
      });
    });
  });
});
