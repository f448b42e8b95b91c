import { expect } from 'chai';
import { map, Observable, take, timer, toArray } from 'rxjs';
import { fromTask, retrying, stats, type TaskFunction, ThreadPool, timeLimit } from '../../src/index.js';
import { taskMap } from '../../src/operators/index.js';
import { marbles, TaskEnvironment } from '../../src/testing/index.js';
import type { Threads } from '../../src/threads/index.js';
import { inlineThreads, type ThreadContext, ThreadCrashedError, transfer } from '../../src/threads/index.js';
import { errorOf, rejectionOf } from '../support/support.js';

const log: string[] = [];

const served = {
  now: (value: string): string => value,
  after: (frames: number, value: string): Observable<string> =>
    new Observable((subscriber) => {
      log.push(`begin ${value}`);
      subscriber.add(() => log.push(`end ${value}`));
      return timer(frames)
        .pipe(map(() => value))
        .subscribe(subscriber);
    }),
  ticks: (period: number, n: number): Observable<string> =>
    timer(0, period).pipe(
      take(n),
      map((i) => 'abcdef'[i]!),
    ),
  letters: function* (n: number): Generator<string> {
    for (let i = 0; i < n; i++) yield 'abcdef'[i]!;
  },
  deaf: (): Promise<never> => new Promise(() => undefined),
  sleeps: async (label: string, { signal }: ThreadContext): Promise<string> => {
    const handle = clock.postTask(() => label, { delay: 100, signal });
    return handle;
  },
  mutates: (list: number[]): number => list.push(1),
};
const clock = new ThreadPool({ workers: Infinity });

describe('inlineThreads', () => {
  beforeEach(() => log.splice(0));

  it('say so when a served task is posted that was not called', async () => {
    const { now } = inlineThreads(served).tasks;
    const error = await rejectionOf(new ThreadPool().postTask(now as never));
    expect(error.message).to.equal('Post what tasks.now(…) returns, and not tasks.now itself; got an object.');
  });

  describe('in a testScheduler.run()', () => {
    it('give values frame for frame as the same observable without threads', () => {
      marbles(({ runner, expectObservable }) => {
        const { tasks } = inlineThreads(served);
        const io = runner({ name: 'io' });
        const ticks = '        a-b-c-|';
        const expected = '     a-b-(c|)';
        ticks;
        expectObservable(fromTask(io, tasks.ticks(2, 3))).toBe(expected);
      });
    });

    it('give a value, and all values of a generator, in the frame of their task', () => {
      marbles(({ runner, expectObservable }) => {
        const { tasks } = inlineThreads(served, { credit: 1 });
        const [one, two] = [runner({ name: 'one' }), runner({ name: 'two' })];
        expectObservable(fromTask(one, tasks.now('x'), { delay: 2 })).toBe('--(x|)');
        expectObservable(fromTask(two, tasks.letters(3), { delay: 1 })).toBe('-(abc|)');
      });
    });

    it('keep the order of a sequence, and let as many run at once as there are threads', () => {
      marbles(({ runner, cold, expectObservable, expectTasks }) => {
        const { tasks } = inlineThreads(served, { size: 1 });
        const io = runner({ name: 'io' });
        const source = cold('  xy-z|');
        const expected = '     --x-y-(z|)';
        const frames = { x: 2, y: 2, z: 2 };
        expectObservable(
          source.pipe(
            taskMap(io, (value, context) => tasks.after(frames[value as 'x'], value)(context), {
              name: (value) => value,
            }),
          ),
        ).toBe(expected);
        expectTasks().toBe({ io: 'x=y=z=' });
      });
    });

    it('let a call wait for a thread that is busy, and no frame longer', () => {
      marbles(({ runner, expectObservable, expectTasks }) => {
        const { tasks } = inlineThreads(served, { size: 1 });
        const [one, two] = [runner({ name: 'one' }), runner({ name: 'two' })];
        expectObservable(fromTask(one, tasks.after(3, 'x'), { name: 'a' })).toBe('---(x|)');
        expectObservable(fromTask(two, tasks.after(2, 'y'), { name: 'b' })).toBe('-----(y|)');
        expectTasks().toBe({ one: 'a==', two: 'b====' });
      });
    });

    it('cancel in the frame of the unsubscription: the teardown runs, and the next task begins', () => {
      marbles(({ runner, expectObservable, expectTasks }) => {
        const { tasks } = inlineThreads(served);
        const io = runner({ name: 'io' });
        const unsubscribed = ' ^--!    ';
        const cancelled = '    ----    ';
        const first = '        a==!    ';
        const next = '         -----(y|)';
        const second = '       ---b=   ';
        expectObservable(fromTask(io, tasks.after(9, 'x'), { name: 'a' }), unsubscribed).toBe(cancelled);
        expectObservable(fromTask(io, tasks.after(2, 'y'), { name: 'b' })).toBe(next);
        expectTasks().toBe({ io: [first, second] });
      });
      expect(log).to.deep.equal(['begin x', 'end x', 'begin y', 'end y']);
    });

    it('with terminate free the sequence of a deaf task exactly at the end of its grace', () => {
      marbles(({ runner, expectObservable }) => {
        const threads = inlineThreads(served);
        const io = runner({ name: 'io' });
        const deaf = threads.call('deaf', [], { terminate: true, grace: 3 });
        const unsubscribed = ' ^-!    ';
        const cancelled = '    ---    ';
        const next = '         -----(y|)';
        expectObservable(fromTask(io, deaf), unsubscribed).toBe(cancelled);
        expectObservable(fromTask(io, threads.tasks.now('y'))).toBe(next);
      });
    });

    it('free it so for the next attempt of retrying, too', () => {
      marbles(({ runner, expectObservable }) => {
        const threads = inlineThreads(served);
        const io = runner({ name: 'io' });
        let attempts = 0;
        const deaf = threads.call('deaf', [], { terminate: true, grace: 3 });
        const task: TaskFunction<string> = (context) =>
          ++attempts === 1 ? timeLimit(2, deaf)(context) : threads.tasks.now('y')(context);
        expectObservable(fromTask(io, retrying(task, { count: 1 }))).toBe('-----(y|)');
      });
    });
  });

  describe('in a TaskEnvironment', () => {
    it('work in virtual time, promises too', async () => {
      using env = new TaskEnvironment();
      const { tasks } = inlineThreads(served);
      const results: unknown[] = [];
      const pool = new ThreadPool();
      void pool.postTask(tasks.sleeps('a')).then((value) => results.push(`${value} at ${env.now()}`));
      await env.advanceByAsync(99);
      expect(results).to.deep.equal([]);
      await env.advanceByAsync(1);
      expect(results).to.deep.equal(['a at 100']);
    });

    it('are cancelled: the signal aborts, and the sequence is free when the code has ended', async () => {
      using env = new TaskEnvironment();
      const { tasks } = inlineThreads(served);
      const sequence = new ThreadPool().createSequencedTaskRunner();
      const running = sequence.postTask(tasks.sleeps('a'));
      const failed = rejectionOf(running);
      const next = sequence.postTask(() => env.now());
      await env.advanceByAsync(10);
      running.cancel();
      await env.advanceByAsync(0);
      expect((await failed).name).to.equal('AbortError');
      expect(await next).to.equal(10);
    });

    it('free the sequence of a deaf task after the grace of terminate', async () => {
      using env = new TaskEnvironment();
      const threads = inlineThreads(served, { size: 1 });
      const sequence = new ThreadPool().createSequencedTaskRunner();
      const deaf = sequence.postTask(threads.call('deaf', [], { terminate: true, grace: 50 }));
      const failed = rejectionOf(deaf);
      const next = sequence.postTask(threads.tasks.now('next'));
      await env.advanceByAsync(1);
      deaf.cancel();
      await env.advanceByAsync(49);
      expect(stats(sequence).queued).to.equal(1);
      await env.advanceByAsync(1);
      expect(await next).to.equal('next');
      expect((await failed).name).to.equal('AbortError');
    });

    it('leave nothing behind', () => {
      const env = new TaskEnvironment();
      const { tasks } = inlineThreads(served);
      const handle = new ThreadPool().postTask(tasks.now('x'));
      env.advanceBy(0);
      expect(handle.result).to.equal('x');
      env.dispose();
    });
  });

  it('clone arguments and results, and move what is transferred, as across threads', async () => {
    const { tasks } = inlineThreads(served);
    const pool = new ThreadPool();
    const list = [0];
    expect(await pool.postTask(tasks.mutates(list))).to.equal(2);
    expect(list).to.deep.equal([0]);
    const bytes = new Uint8Array(4) as unknown as number[];
    await rejectionOf(pool.postTask(tasks.mutates(transfer(bytes, [(bytes as unknown as Uint8Array).buffer]))));
    expect((bytes as unknown as Uint8Array).byteLength).to.equal(0);
  });

  it('call each task once, whatever it does while it is called', async () => {
    const calls: number[] = [];
    const threads: Threads<{ nest: (n: number) => number }> = inlineThreads(
      {
        nest: (n: number): number => {
          calls.push(n);
          if (n < 3) void pool.postTask(threads.tasks.nest(n + 1));
          return n;
        },
      },
      { size: 2, perThread: 2 },
    );
    const pool = new ThreadPool();
    expect(await pool.postTask(threads.tasks.nest(0))).to.equal(0);
    while (stats(pool).running + stats(pool).queued > 0) await pool.postTask(() => undefined);
    expect(calls).to.deep.equal([0, 1, 2, 3]);
  });

  it('that are stopped cancel what runs on them', async () => {
    const threads = inlineThreads(served);
    const pool = new ThreadPool();
    const failed = rejectionOf(pool.postTask(threads.tasks.after(1_000, 'x')));
    await pool.postTask(() => undefined);
    expect(log).to.deep.equal(['begin x']);
    await threads.stop();
    expect((await failed).name).to.equal('ThreadsEndedError');
    expect(log).to.deep.equal(['begin x', 'end x']);
  });

  it('check the tasks that they are given', () => {
    const checks: [unknown, string][] = [
      [null, 'Served tasks must be an object of functions'],
      [{ a: 1 }, "The served task 'a' must be a function; got 1"],
      [{ then: () => 1 }, "No served task may be named 'then', by which promises are recognised"],
    ];
    for (const [tasks, message] of checks) {
      const error = errorOf(() => inlineThreads(tasks as never));
      expect(error).to.be.an.instanceof(TypeError);
      expect(error.message).to.contain(message);
    }
    expect(new ThreadCrashedError('x').name).to.equal('ThreadCrashedError');
  });

  it('give all values of a long generator without growing the stack', async () => {
    const { tasks } = inlineThreads({
      numbers: function* (n: number): Generator<number> {
        for (let i = 0; i < n; i++) yield i;
      },
    });
    const values = fromTask(new ThreadPool(), tasks.numbers(50_000)).pipe(toArray());
    expect(await new Promise<number[]>((resolve) => values.subscribe(resolve))).to.have.lengthOf(50_000);
  });
});
