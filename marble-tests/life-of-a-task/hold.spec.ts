import { observeOn, type Observable, type Subscription, timer } from 'rxjs';
import { hold, type HoldOptions, keyed, type TaskRunner, ThreadPool } from 'rxjs-task-runner';
import { marbles } from 'rxjs-task-runner/testing';
import { inEnvironment, sleep } from '../support/in-environment.js';
import { lasting } from '../support/tasks.js';

const post = (runner: TaskRunner, name: string, frames: number, delay = 0) =>
  runner.postTask(lasting(frames), { name, delay });

/** A hold begins at each `h`, and the oldest one is released at each `r`. */
function holdAt(moments: Observable<string>, target: Parameters<typeof hold>[0], options?: HoldOptions): void {
  const holds: Subscription[] = [];
  moments.subscribe((moment) => {
    if (moment === 'h') holds.push(hold(target, options));
    else holds.shift()!.unsubscribe();
  });
}

describe('While a runner is held nothing of it starts', () => {
  it('what runs goes on, and what waits starts in order when the hold is released', () => {
    marbles(({ runner, hot, expectTasks }) => {
      const io = runner({ name: 'io' });
      const holds = '-h----r  ';
      const tasks = 'a==---b=c';
      holdAt(hot(holds), io);
      post(io, 'a', 3);
      post(io, 'b', 2);
      post(io, 'c', 1);
      expectTasks().toBe({ io: tasks });
    });
  });

  it('when it is held twice, both holds have to be released', () => {
    marbles(({ runner, hot, expectTasks }) => {
      const io = runner({ name: 'io' });
      const holds = '-hh--r-r ';
      const tasks = 'a==----b=';
      holdAt(hot(holds), io);
      post(io, 'a', 3);
      post(io, 'b', 2);
      expectTasks().toBe({ io: tasks });
    });
  });

  it('delays fall due meanwhile, and their tasks queue up by their deadlines', () => {
    marbles(({ runner, hot, expectTasks }) => {
      const io = runner({ name: 'io' });
      const holds = '-h-----r   ';
      const tasks = '-------ab=c';
      holdAt(hot(holds), io);
      post(io, 'b', 2, 5);
      post(io, 'a', 1, 3);
      post(io, 'c', 1, 9);
      expectTasks().toBe({ io: tasks });
    });
  });

  it('values of its streams wait, and come together in the frame of the release', () => {
    marbles(({ runner, hot, expectObservable }) => {
      const ui = runner({ name: 'ui' });
      const source = '  -a-b-c-----d-|';
      const holds = '   --h----r      ';
      const expected = '-a-----(bc)d-|';
      holdAt(hot(holds), ui);
      expectObservable(hot(source).pipe(observeOn(ui))).toBe(expected);
    });
  });

  it('a task that sleeps wakes and goes on, since it has begun', () =>
    inEnvironment(({ env, expectTasks }) => {
      const io = new ThreadPool().createSequencedTaskRunner({ name: 'io' });
      let held: Subscription;
      io.postTask((context) => context.sleep(4), { name: 'a' });
      io.postTask(() => sleep(2), { name: 'b' });
      env.at('-h-----r', { h: () => (held = hold(io)), r: () => held.unsubscribe() });
      expectTasks(io).toBe({ io: 'a===---b=' });
    }));
});

describe('While a pool is held', () => {
  it('nothing of its runners starts, and other pools go on', () => {
    marbles(({ pool, runner, hot, expectTasks }) => {
      const [io, page] = [runner({ name: 'io' }), runner({ name: 'page' })];
      const other = new ThreadPool().createSequencedTaskRunner({ name: 'other' });
      const holds = '   -h--r ';
      const held = '    ----a=';
      const heldToo = ' ----b-';
      const free = '    --x==y';
      holdAt(hot(holds), pool);
      post(io, 'a', 2, 2);
      post(page, 'b', 1, 2);
      post(other, 'x', 3, 2);
      post(other, 'y', 1, 2);
      expectTasks().toBe({ io: held, page: heldToo, other: free });
    });
  });

  it('with a priority, what is more urgent passes the fence', () => {
    marbles(({ pool, runner, hot, expectTasks }) => {
      const lazy = runner({ name: 'lazy', priority: 'best-effort' });
      const ui = runner({ name: 'ui', priority: 'user-blocking' });
      const holds = ' -h----r   ';
      const held = '  ------a==b';
      const urgent = '--u=v=----';
      holdAt(hot(holds), pool, { priority: 'best-effort' });
      post(lazy, 'a', 3, 2);
      post(lazy, 'b', 1, 2);
      post(ui, 'u', 2, 2);
      post(ui, 'v', 2, 3);
      expectTasks(pool).toBe({ lazy: held, ui: urgent });
    });
  });

  it('an urgent task lifts what waits before it over the fence, and not what waits behind it', () => {
    marbles(({ pool, runner, hot, expectTasks }) => {
      const lazy = runner({ name: 'lazy', priority: 'best-effort' });
      const holds = '-h-------r ';
      const tasks = '---a=u=--bc';
      holdAt(hot(holds), pool, { priority: 'best-effort' });
      post(lazy, 'a', 2, 2);
      timer(3).subscribe(() => {
        lazy.postTask(lasting(2), { name: 'u', priority: 'user-blocking' });
        post(lazy, 'b', 1);
        post(lazy, 'c', 1);
      });
      expectTasks(pool).toBe({ lazy: tasks });
    });
  });

  it('a shutdown does not wait for the release', () => {
    marbles(({ pool, runner, hot, expectTasks }) => {
      const io = runner({ name: 'io' });
      const holds = '-h-------';
      const tasks = '----a==--';
      holdAt(hot(holds), pool);
      io.postTask(lasting(3), { name: 'a', delay: 2, shutdownBehavior: 'block-shutdown' });
      post(io, 'dropped', 1, 2).then(undefined, () => undefined);
      timer(4).subscribe(() => void pool.shutdown());
      expectTasks(pool).toBe({ io: tasks });
    });
  });
});

describe('While a keyed runner is held', () => {
  it('no key starts anything, nor do those that come into use meanwhile', () => {
    marbles(({ pool, hot, expectTasks }) => {
      const rooms = keyed(pool, { name: 'rooms' });
      const holds = '-h---r  ';
      const first = 'a==--b= ';
      const later = '-----x==';
      holdAt(hot(holds), rooms);
      post(rooms.runner('a'), 'a', 3);
      post(rooms.runner('a'), 'b', 2);
      timer(2).subscribe(() => void post(rooms.runner('x'), 'x', 3));
      expectTasks(pool).toBe({ rooms: [first, later] });
    });
  });

  it('one key that is held does not hold up the others', () => {
    marbles(({ pool, hot, expectTasks }) => {
      const rooms = keyed(pool, { name: 'rooms' });
      const holds = '-h---r  ';
      const held = ' -----a= ';
      const free = ' --x==y=';
      holdAt(hot(holds), rooms.runner('a'));
      post(rooms.runner('a'), 'a', 2, 2);
      post(rooms.runner('x'), 'x', 3, 2);
      post(rooms.runner('x'), 'y', 2, 2);
      expectTasks(pool).toBe({ rooms: [held, free] });
    });
  });
});
