import { execFile } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { promisify } from 'node:util';
import type { WorkerOptions } from 'node:worker_threads';
import { expect } from 'chai';
import { stats, ThreadPool } from '../../src/index.js';
import {
  ThreadCrashedError,
  Threads,
  ThreadsEndedError,
  type ThreadsOptions,
  transfer,
} from '../../src/threads/index.js';
import { serveTasks } from '../../src/worker/index.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { gate, macrotask, rejectionOf } from '../support/support.js';
import { Line } from './support/line.js';
import type { ServedInNode } from './support/served.worker.js';
import { bundled, worker, workerFile } from './support/worker-file.js';

const NEVER_LOADS = 'for (;;);';
const NEVER_SERVES = 'setInterval(() => undefined, 1_000)';

describe('A thread that', () => {
  let all: Threads<ServedInNode>[] = [];
  let lines: Line[] = [];
  /** The names of the workers that were made. */
  let names: string[] = [];

  const line = (): Line => {
    const one = new Line();
    lines.push(one);
    return one;
  };
  /** Threads, each made by the next of `codes`, and when there are no more of the served tasks. */
  const rig = (options: ThreadsOptions = {}, codes: string[] = [], workerOptions: WorkerOptions = {}) => {
    const rest = [...codes];
    const threads = new Threads<ServedInNode>(
      ({ name }) => {
        names.push(name);
        return worker(name, workerOptions, rest.shift());
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
    it('by exit fails what runs on it with the code, and is replaced', async () => {
      const { tasks, pool } = rig();
      const error = await rejectionOf(pool.postTask(tasks.exit(3)));
      expect(error).to.be.an.instanceof(ThreadCrashedError);
      expect(error.message).to.equal("The thread 'thread-1' has gone: it has exited with code 3");
      expect(await pool.postTask(tasks.count())).to.equal(1);
      expect(names).to.deep.equal(['thread-1', 'thread-2']);
    });

    it('by an uncaught error fails what runs on it with that as the cause', async () => {
      const { tasks, pool } = rig();
      const error = await rejectionOf(pool.postTask(tasks.uncaught()));
      expect(error).to.be.an.instanceof(ThreadCrashedError);
      expect(error.message).to.equal("The thread 'thread-1' has gone: nobody catches this");
      expect((error.cause as Error).message).to.equal('nobody catches this');
    });

    it('by running out of memory fails what runs on it, and the program goes on', async () => {
      const { tasks, pool } = rig({}, [], { resourceLimits: { maxOldGenerationSizeMb: 24 } });
      const error = await rejectionOf(pool.postTask(tasks.fill()));
      expect(error).to.be.an.instanceof(ThreadCrashedError);
      expect(error.cause).to.have.property('code', 'ERR_WORKER_OUT_OF_MEMORY');
      expect(await pool.postTask(tasks.add(1, 1))).to.equal(2);
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
      const error = await rejectionOf(pool.postTask(tasks.exit(0)));
      expect(error).to.be.an.instanceof(ThreadCrashedError);
      for (const one of [a, b, c]) one.say('end');
      const results = await Promise.all(outcomes);
      expect(results.filter((one) => one === 'ThreadCrashedError')).to.have.lengthOf(1);
      expect(results.filter((one) => one.length === 1)).to.have.lengthOf(2);
    });

    it('leaves what has not begun to the others, in its order', async () => {
      const { tasks, pool } = rig();
      const order: unknown[] = [];
      const crash = rejectionOf(pool.postTask(tasks.exit(0)));
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
      await rejectionOf(pool.postTask(tasks.exit(0)));
      expect(await next).to.equal(3);
    });

    it('while another starts: what waits goes to that', async () => {
      const { tasks, pool } = rig({ size: 2 });
      const a = line();
      const first = pool.postTask(tasks.held(transfer(a.port, [a.port]), 'a'));
      await a.hears('began');
      // A second thread starts for these, and goes with the first of them.
      const crash = rejectionOf(pool.postTask(tasks.exit(0)));
      const waiting = pool.postTask(tasks.add(1, 2));
      expect(await crash).to.be.an.instanceof(ThreadCrashedError);
      expect(await waiting).to.equal(3);
      a.say('end');
      expect(await first).to.equal('a');
    });

    it('in a shutdown does not hold it up', async () => {
      const { threads, tasks, pool } = rig();
      const crash = rejectionOf(pool.postTask(tasks.exit(0)));
      const waiting = pool.postTask(tasks.add(1, 2));
      await pool.postTask(() => 'both have begun');
      const done = threads.shutdown();
      expect(await crash).to.be.an.instanceof(ThreadCrashedError);
      expect(await waiting).to.equal(3);
      await done;
    });

    it('more often than maxRestarts within restartPeriod ends all, loudly: what waits, and all that comes', async () => {
      const { tasks, pool } = rig({ maxRestarts: 1 });
      const outcomes = [1, 2, 3].map((code) => rejectionOf(pool.postTask(tasks.exit(code))));
      const [first, second, third] = (await Promise.all(outcomes)) as [Error, Error, Error];
      expect([first, second]).to.satisfy((errors: Error[]) => errors.every((one) => one instanceof ThreadCrashedError));
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
        expect(await rejectionOf(pool.postTask(tasks.exit(i)))).to.be.an.instanceof(ThreadCrashedError);
        // The clock has moved on.
        const before = pool.now();
        while (pool.now() === before) await macrotask();
      }
      expect(await pool.postTask(tasks.add(1, 1))).to.equal(2);
    });
  });

  describe('does not start', () => {
    for (const [what, code, reason] of [
      ['since it never loads', NEVER_LOADS, 'it has not served its tasks within 30 ms'],
      ['since its module never serves', NEVER_SERVES, 'it has not served its tasks within 30 ms'],
      ['since its module fails', 'throw new Error("broken module")', 'broken module'],
      ['since it exits', 'process.exit(9)', 'it has exited with code 9'],
      ['since its module is not there', 'import("/nowhere.mjs")', "Cannot find module '/nowhere.mjs' imported from"],
    ] as const) {
      it(`${what} is replaced, and what waits for it runs on the next`, async () => {
        // Its time-out is virtual, and so takes no time, and the next thread has all that it needs.
        using env = new TaskEnvironment({ allowPending: true });
        const { tasks, pool } = rig({}, [code]);
        const handle = pool.postTask(tasks.add(1, 2));
        env.advanceBy(reason.startsWith('it has not') ? 30_000 : 0);
        expect(await handle).to.equal(3);
        expect(names).to.deep.equal(['thread-1', 'thread-2']);
      });

      it(`${what} again and again ends all, with that as the cause, however long each took`, async () => {
        const startTimeout = reason.startsWith('it has not') ? 30 : 20_000;
        const { tasks, pool } = rig({ startTimeout, maxRestarts: 2, restartPeriod: 0 }, [code, code, code]);
        const error = await rejectionOf(pool.postTask(tasks.add(1, 2)));
        expect(error).to.be.an.instanceof(ThreadsEndedError);
        expect(error.message).to.match(/^The threads 'thread' are given up, since 3 in a row have not started/);
        const cause = error.cause as ThreadCrashedError;
        expect(cause).to.be.an.instanceof(ThreadCrashedError);
        expect(error.message).to.contain(cause.message);
        expect(cause.message).to.contain(`The thread 'thread-3' has gone before it served its tasks: ${reason}`);
      });
    }

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
        const message = /What makes a thread must return a worker/;
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
      expect(error.message).to.equal('serveTasks is called once in a worker, with all of its tasks.');
      expect(await pool.postTask(tasks.add(1, 1))).to.equal(2);
    });

    it('does so in a worker only', () => {
      expect(() => serveTasks({})).to.throw(Error, 'serveTasks must be called in a worker');
    });
  });
});

/** A worker of the web, as far as it is listened to. */
class FakeWebWorker {
  readonly sent: unknown[] = [];
  isTerminated = false;
  private readonly target = new EventEmitter();

  addEventListener(type: string, listener: (event: unknown) => void): void {
    this.target.on(type, listener);
  }

  postMessage(message: unknown): void {
    this.sent.push(message);
  }

  terminate(): void {
    this.isTerminated = true;
  }

  fire(type: string, event: object): void {
    this.target.emit(type, event);
  }
}

describe('A worker of the web', () => {
  const serving = async () => {
    const web = new FakeWebWorker();
    const threads = new Threads(() => web, { size: 1, maxRestarts: 0 });
    const handle = new ThreadPool().postTask(threads.call('any', []));
    const outcome = rejectionOf(handle);
    await macrotask();
    web.fire('message', { data: ['rxjs-task-runner/1', 3, ['any']] });
    expect(web.sent).to.have.lengthOf(1);
    return { web, outcome };
  };

  it('that fails is ended, and its error is told to whoever waits, and not to the page', async () => {
    const { web, outcome } = await serving();
    const prevented = gate();
    web.fire('error', { message: 'broken', error: undefined, preventDefault: () => prevented.open() });
    await prevented.promise;
    expect((await outcome).message).to.equal("The thread 'thread-1' has gone: broken");
    expect(web.isTerminated).to.be.true;
  });

  it('whose message cannot be read is ended, since nobody knows whose that was', async () => {
    const { web, outcome } = await serving();
    web.fire('messageerror', {});
    expect((await outcome).message).to.equal("The thread 'thread-1' has gone: a message of it could not be read");
    expect(web.isTerminated).to.be.true;
  });
});

describe('A process', () => {
  const run = async (scenario: string): Promise<string[]> => {
    const { stdout } = await promisify(execFile)(process.execPath, [bundled('program'), scenario, workerFile()]);
    return stdout.trim().split('\n');
  };

  for (const [what, scenario, said] of [
    ['whose threads are idle ends by itself', 'idle', ['3']],
    ['whose threads start at once, and have nothing to do, ends by itself', 'idle from the start', ['started']],
    ['one of whose threads is busy goes on until that has ended', 'busy', ['slow']],
    ['whose only task was cancelled before its thread has started ends by itself', 'cancelled', ['AbortError']],
    ['whose only task is cancelled ends when that has ended', 'cancelled while busy', ['AbortError']],
    ['can await the shutdown of idle threads as the last thing that it does', 'shutdown', ['3', 'shut down']],
  ] as const) {
    it(what, async () => {
      expect(await run(scenario)).to.deep.equal(said);
    });
  }
});
