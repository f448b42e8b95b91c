import { expect } from 'chai';
import { stats, ThreadPool } from '../../src/index.js';
import {
  ThreadCrashedError,
  Threads,
  ThreadsEndedError,
  type ThreadsOptions,
  transfer,
  type WorkerLike,
} from '../../src/threads/index.js';
import { serveTasks } from '../../src/worker/index.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { macrotask, rejectionOf } from '../support/support.js';
import type { Crashing } from './support/crashing.js';
import { Line } from './support/line.js';

/** Where threads run, and how they go there. */
export interface CrashPlatform {
  /** What a thread is there. */
  readonly name: string;
  /** A worker of a script, or else of the served tasks. */
  worker(name: string, script?: string): WorkerLike;
  /** The script that is this code. */
  scriptOf(code: string): string;
  /** Other scripts that never serve, by why they do not, and what is said of it. */
  readonly failing: readonly (readonly [why: string, script: string, reason: string])[];
}

const NEVER_SERVES = 'setInterval(() => undefined, 1_000)';

/** Declares the specs of threads that go, which hold on every platform. */
export function crashes({ name: what, worker, scriptOf, failing }: CrashPlatform): void {
  describe(`${what} that`, () => {
    let all: Threads<Crashing>[] = [];
    let lines: Line[] = [];
    /** The names of the workers that were made. */
    let names: string[] = [];

    const line = (): Line => {
      const one = new Line();
      lines.push(one);
      return one;
    };
    /** Threads, each made of the next of `scripts`, and when there are no more of the served tasks. */
    const rig = (options: ThreadsOptions = {}, scripts: string[] = []) => {
      const rest = [...scripts];
      const threads = new Threads<Crashing>(
        ({ name }) => {
          names.push(name);
          return worker(name, rest.shift());
        },
        { size: 1, ...options },
      );
      all.push(threads);
      return { threads, tasks: threads.tasks, pool: new ThreadPool({ workers: 8, name: 'pool' }) };
    };

    afterEach(async () => {
      await Promise.all(all.map((threads) => threads.stop()));
      for (const one of lines) one.close();
      [all, lines, names] = [[], [], []];
    });

    describe('goes', () => {
      it('by an uncaught error fails what runs on it with that, and is replaced', async () => {
        const { tasks, pool } = rig();
        const error = await rejectionOf(pool.postTask(tasks.uncaught('nobody catches this')));
        expect(error).to.be.an.instanceof(ThreadCrashedError);
        expect(error.message).to.match(/^The thread 'thread-1' has gone: .*nobody catches this$/);
        expect((error.cause as Error).message).to.match(/nobody catches this$/);
        expect(await pool.postTask(tasks.count())).to.equal(1);
        expect(names).to.deep.equal(['thread-1', 'thread-2']);
      });

      it('fails everything that runs on it at once, and nothing on another', async () => {
        const { tasks, pool } = rig({ size: 2, perThread: 2 });
        const [a, b, c] = [line(), line(), line()];
        const first = pool.postTask(tasks.held(transfer(a.port, [a.port]), 'a'));
        await a.hears('began');
        const second = pool.postTask(tasks.held(transfer(b.port, [b.port]), 'b'));
        await b.hears('began');
        const third = pool.postTask(tasks.held(transfer(c.port, [c.port]), 'c'));
        await c.hears('began');
        // There is one place left, beside the first or the second.
        const outcomes = [first, second, third].map((handle) =>
          handle.then(String, (error: unknown) => (error as Error).name),
        );
        const error = await rejectionOf(pool.postTask(tasks.uncaught('it goes')));
        expect(error).to.be.an.instanceof(ThreadCrashedError);
        for (const one of [a, b, c]) one.say('end');
        const results = await Promise.all(outcomes);
        expect(results.filter((one) => one === 'ThreadCrashedError')).to.have.lengthOf(1);
        expect(results.filter((one) => one.length === 1)).to.have.lengthOf(2);
      });

      it('leaves what has not begun to the others, in its order', async () => {
        const { tasks, pool } = rig();
        const order: unknown[] = [];
        const crash = rejectionOf(pool.postTask(tasks.uncaught('it goes')));
        const waiting = [1, 2, 3].map((n) => pool.postTask(tasks.later(n)).then((value) => order.push(value)));
        expect(await crash).to.be.an.instanceof(ThreadCrashedError);
        await Promise.all(waiting);
        expect(order).to.deep.equal([1, 2, 3]);
      });

      it('while a task is cancelled on it: the sequence of that goes on', async () => {
        const { tasks, pool } = rig({ perThread: 2 });
        const a = line();
        const sequence = pool.createSequencedTaskRunner();
        const deaf = sequence.postTask(tasks.deaf(transfer(a.port, [a.port])));
        await a.hears('began');
        const next = sequence.postTask(tasks.add(1, 2));
        deaf.cancel();
        expect((await rejectionOf(deaf)).name).to.equal('AbortError');
        expect(stats(sequence).queued).to.equal(1);
        await rejectionOf(pool.postTask(tasks.uncaught('it goes')));
        expect(await next).to.equal(3);
      });

      it('while another starts: what waits goes to that', async () => {
        const { tasks, pool } = rig({ size: 2 });
        const a = line();
        const first = pool.postTask(tasks.held(transfer(a.port, [a.port]), 'a'));
        await a.hears('began');
        // A second thread starts for these, and goes with the first of them.
        const crash = rejectionOf(pool.postTask(tasks.uncaught('it goes')));
        const waiting = pool.postTask(tasks.add(1, 2));
        expect(await crash).to.be.an.instanceof(ThreadCrashedError);
        expect(await waiting).to.equal(3);
        a.say('end');
        expect(await first).to.equal('a');
      });

      it('in a shutdown does not hold it up', async () => {
        const { threads, tasks, pool } = rig();
        const crash = rejectionOf(pool.postTask(tasks.uncaught('it goes')));
        const waiting = pool.postTask(tasks.add(1, 2));
        await pool.postTask(() => 'both have begun');
        const done = threads.shutdown();
        expect(await crash).to.be.an.instanceof(ThreadCrashedError);
        expect(await waiting).to.equal(3);
        await done;
      });

      it('more often than maxRestarts within restartPeriod ends all, loudly: what waits, and all that comes', async () => {
        const { tasks, pool } = rig({ maxRestarts: 1 });
        const outcomes = ['1', '2', '3'].map((message) => rejectionOf(pool.postTask(tasks.uncaught(message))));
        const [first, second, third] = (await Promise.all(outcomes)) as [Error, Error, Error];
        expect([first, second]).to.satisfy((errors: Error[]) =>
          errors.every((one) => one instanceof ThreadCrashedError),
        );
        expect(third).to.be.an.instanceof(ThreadsEndedError);
        expect(third.message).to.equal(
          `The threads 'thread' are given up, since 2 have crashed within 60000 ms. The last error: ${second.message}`,
        );
        expect(third.cause).to.equal(second);
        expect(await rejectionOf(pool.postTask(tasks.add(1, 1)))).to.equal(third);
        expect(names).to.have.lengthOf(2);
      });

      it('less often than that is replaced for ever', async () => {
        const { tasks, pool } = rig({ maxRestarts: 1, restartPeriod: 0 });
        for (let i = 0; i < 4; i++) {
          expect(await rejectionOf(pool.postTask(tasks.uncaught(`${i}`)))).to.be.an.instanceof(ThreadCrashedError);
          // The clock has moved on.
          const before = pool.now();
          while (pool.now() === before) await macrotask();
        }
        expect(await pool.postTask(tasks.add(1, 1))).to.equal(2);
      });
    });

    describe('does not start', () => {
      for (const [why, script, reason] of [
        ['since it never loads', scriptOf('for (;;);'), 'it has not served its tasks within 30 ms'],
        ['since its module never serves', scriptOf(NEVER_SERVES), 'it has not served its tasks within 30 ms'],
        ['since its module fails', scriptOf('throw new Error("broken module")'), 'broken module'],
        ...failing,
      ] as const) {
        it(`${why} is replaced, and what waits for it runs on the next`, async () => {
          // Its time-out is virtual, and so takes no time, and the next thread has all that it needs.
          using env = new TaskEnvironment({ allowPending: true });
          const { tasks, pool } = rig({}, [script]);
          const handle = pool.postTask(tasks.add(1, 2));
          env.advanceBy(reason.startsWith('it has not') ? 30_000 : 0);
          expect(await handle).to.equal(3);
          expect(names).to.deep.equal(['thread-1', 'thread-2']);
        });

        it(`${why} again and again ends all, with that as the cause, however long each took`, async () => {
          const startTimeout = reason.startsWith('it has not') ? 30 : 20_000;
          const { tasks, pool } = rig({ startTimeout, maxRestarts: 2, restartPeriod: 0 }, [script, script, script]);
          const error = await rejectionOf(pool.postTask(tasks.add(1, 2)));
          expect(error).to.be.an.instanceof(ThreadsEndedError);
          expect(error.message).to.match(/^The threads 'thread' are given up, since 3 in a row have not started/);
          const cause = error.cause as ThreadCrashedError;
          expect(cause).to.be.an.instanceof(ThreadCrashedError);
          expect(error.message).to.contain(cause.message);
          expect(cause.message).to.contain("The thread 'thread-3' has gone before it served its tasks: ");
          expect(cause.message).to.contain(reason);
        });
      }

      it('in time is not given up while the loop stood still, as that of a frozen page does', async () => {
        using env = new TaskEnvironment({ allowPending: true });
        const { tasks, pool } = rig();
        const handle = pool.postTask(tasks.add(1, 2));
        env.runUntilIdle();
        env.advanceClock(60_000);
        env.runUntilIdle();
        expect(await handle).to.equal(3);
        expect(names).to.deep.equal(['thread-1']);
      });

      it('in time is given up after a standstill, when it had as much time again', async () => {
        using env = new TaskEnvironment({ allowPending: true });
        const { tasks, pool } = rig({}, [scriptOf(NEVER_SERVES)]);
        const handle = pool.postTask(tasks.add(1, 2));
        env.runUntilIdle();
        env.advanceClock(60_000);
        env.advanceBy(29_999);
        expect(names).to.deep.equal(['thread-1']);
        env.advanceBy(1);
        expect(await handle).to.equal(3);
        expect(names).to.deep.equal(['thread-1', 'thread-2']);
      });

      it('since none can be made ends all, with the reason', async () => {
        const pool = new ThreadPool();
        const none = new Threads(() => {
          throw new Error('no workers here');
        });
        const error = await rejectionOf(pool.postTask(none.call('any', [])));
        expect(error).to.be.an.instanceof(ThreadsEndedError);
        expect(error.message).to.match(/given up, since one could not be made. The last error: no workers here/);
        for (const worker of [undefined, 7, {}, Promise.resolve()]) {
          const wrong = new Threads(() => worker as never);
          const message = /The function that makes a thread must return a worker/;
          expect((await rejectionOf(pool.postTask(wrong.call('any', [])))).message).to.match(message);
        }
      });

      it('for a task that is cancelled meanwhile: that is done with at once, and the next task finds the thread', async () => {
        const { tasks, pool } = rig();
        const sequence = pool.createSequencedTaskRunner();
        const waiting = sequence.postTask(tasks.iterate(1));
        const next = sequence.postTask(() => names.length);
        await pool.postTask(() => waiting.cancel());
        expect((await rejectionOf(waiting)).name).to.equal('AbortError');
        expect(await next).to.equal(1);
        expect(await pool.postTask(tasks.read())).to.deep.equal([]);
        expect(names).to.have.lengthOf(1);
      });
    });

    describe('answers to nothing', () => {
      it('is ended with terminate, and with it no other task', async () => {
        const { threads, tasks, pool } = rig({ size: 2 });
        const [a, b] = [line(), line()];
        const other = pool.postTask(tasks.held(transfer(a.port, [a.port]), 'a'));
        await a.hears('began');
        const spin = pool.postTask(threads.call('spin', [b.port], { transfer: [b.port], terminate: true, grace: 5 }));
        await b.hears('began');
        spin.cancel();
        expect((await rejectionOf(spin)).name).to.equal('AbortError');
        expect(await pool.postTask(tasks.add(1, 1))).to.equal(2);
        a.say('end');
        expect(await other).to.equal('a');
        expect(names).to.have.lengthOf.within(2, 3);
      });

      it('is ended by stop', async () => {
        const { threads, tasks, pool } = rig();
        const a = line();
        const spin = rejectionOf(pool.postTask(tasks.spin(transfer(a.port, [a.port]))));
        await a.hears('began');
        await threads.stop();
        expect(await spin).to.be.an.instanceof(ThreadsEndedError);
      });
    });

    describe('has messages of its own', () => {
      it('may send them: what is not of the library is left alone', async () => {
        const { tasks, pool } = rig();
        for (const message of ['text', null, 7, [], ['other/1', 6, 1], { kind: 6 }]) {
          await pool.postTask(tasks.send(message));
        }
        expect(await pool.postTask(tasks.add(1, 1))).to.equal(2);
        expect(names).to.have.lengthOf(1);
      });

      it('and sends one of an unknown call: nobody hears of it', async () => {
        const { tasks, pool } = rig();
        for (const kind of [4, 5, 6, 7]) await pool.postTask(tasks.send(['rxjs-task-runner/1', kind, 999, 'x']));
        expect(names).to.have.lengthOf(1);
      });

      for (const message of [
        ['rxjs-task-runner/1'],
        ['rxjs-task-runner/1', 99, 1],
        ['rxjs-task-runner/1', 3, 'no list'],
        ['rxjs-task-runner/1', 3, ['served twice']],
      ]) {
        it(`and sends a malformed one of the library, ${JSON.stringify(message)}: it is given up`, async () => {
          const { tasks, pool } = rig();
          const outcome = pool.postTask(tasks.send(message)).then(String, (error: unknown) => (error as Error).message);
          expect(await outcome).to.match(/^(undefined|The thread 'thread-1' has gone: A malformed message)/);
          expect(await pool.postTask(tasks.add(1, 1))).to.equal(2);
          expect(names).to.have.lengthOf(2);
        });
      }
    });

    describe('serves', () => {
      it('does so once', async () => {
        const { tasks, pool } = rig();
        const error = await rejectionOf(pool.postTask(tasks.serveAgain()));
        expect(error.message).to.equal('serveTasks must be called only once in a worker, with all of its tasks.');
        expect(await pool.postTask(tasks.add(1, 1))).to.equal(2);
      });

      it('does so in a worker only', () => {
        expect(() => serveTasks({})).to.throw(Error, 'serveTasks must be called in a worker');
      });
    });
  });
}
