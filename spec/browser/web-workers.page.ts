import { expect } from 'chai';
import { ThreadPool } from '../../src/index.js';
import {
  ThreadCrashedError,
  Threads,
  ThreadsEndedError,
  type ThreadsOptions,
  transfer,
} from '../../src/threads/index.js';
import { serveTasks } from '../../src/worker/index.js';
import { conformance } from '../remote/conformance.js';
import { Line } from '../remote/support/line.js';
import type { ServedInPage } from '../remote/support/served.web.js';
import { rejectionOf } from '../support/support.js';

const SERVED = '/spec/remote/support/served.web.ts';

const worker = (name: string, script = SERVED): Worker => new Worker(script, { type: 'module', name });
/** The address of a script that is this code. */
const scriptOf = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;

conformance({
  name: 'web workers',
  threads: (options) => new Threads<ServedInPage>(({ name }) => worker(name), options),
  stack: /support\/served\.ts/,
});

describe('A web worker that', () => {
  const pool = new ThreadPool({ workers: 8 });
  let all: Threads<ServedInPage>[] = [];
  /** The names of the workers that were made. */
  let names: string[] = [];

  /** Threads, each made of the next of `scripts`, and when there are no more of the served tasks. */
  const rig = (options: ThreadsOptions = {}, scripts: string[] = []) => {
    const rest = [...scripts];
    const make = ({ name }: { name: string }): Worker => {
      names.push(name);
      return worker(name, rest.shift());
    };
    const threads = new Threads<ServedInPage>(make, { size: 1, ...options });
    all.push(threads);
    return { threads, tasks: threads.tasks };
  };

  afterEach(async () => {
    await Promise.all(all.map((threads) => threads.stop()));
    [all, names] = [[], []];
  });

  it('goes by an uncaught error fails what runs on it with that, and is replaced; what has not begun goes on there', async () => {
    const { tasks } = rig();
    const crash = rejectionOf(pool.postTask(tasks.uncaught('nobody catches this')));
    const waiting = [1, 2, 3].map((n) => pool.postTask(tasks.later(n)));
    const error = await crash;
    expect(error).to.be.an.instanceof(ThreadCrashedError);
    expect(error.message).to.match(/^The thread 'thread-1' has gone: .*nobody catches this$/);
    expect(await Promise.all(waiting)).to.deep.equal([1, 2, 3]);
    expect(names).to.deep.equal(['thread-1', 'thread-2']);
  });

  it('goes more often than maxRestarts ends all threads: what waits, and all that comes', async () => {
    const { tasks } = rig({ maxRestarts: 1 });
    const outcomes = ['1', '2', '3'].map((message) => rejectionOf(pool.postTask(tasks.uncaught(message))));
    const errors = await Promise.all(outcomes);
    expect(errors.map(({ name }) => name)).to.deep.equal([
      'ThreadCrashedError',
      'ThreadCrashedError',
      'ThreadsEndedError',
    ]);
    expect(await rejectionOf(pool.postTask(tasks.add(1, 1)))).to.equal(errors[2]);
  });

  for (const [what, script, reason] of [
    ['never loads', scriptOf('for (;;);'), /it has not served its tasks within 50 ms/],
    ['has a module that never serves', scriptOf('setInterval(() => undefined, 1_000)'), /within 50 ms/],
    ['has a module that fails', scriptOf('throw new Error("broken module")'), /broken module/],
    ['has a module that is not there', '/nowhere.js', /its module could not be loaded/],
  ] as const) {
    it(`${what} ends all threads if it is so again and again, with that as the cause`, async () => {
      const startTimeout = reason.source.includes('within') ? 50 : 20_000;
      const { tasks } = rig({ startTimeout, maxRestarts: 1 }, [script, script]);
      const error = await rejectionOf(pool.postTask(tasks.add(1, 2)));
      expect(error).to.be.an.instanceof(ThreadsEndedError);
      expect((error.cause as Error).message).to.match(reason);
      expect(names).to.have.lengthOf(2);
    });
  }

  it('answers to nothing is ended with terminate, and replaced', async () => {
    const { threads, tasks } = rig();
    const line = new Line();
    const spin = pool.postTask(threads.call('spin', [line.port], { transfer: [line.port], terminate: true, grace: 5 }));
    await line.hears('began');
    spin.cancel();
    expect((await rejectionOf(spin)).name).to.equal('AbortError');
    expect(await pool.postTask(tasks.add(1, 1))).to.equal(2);
    expect(names).to.have.lengthOf(2);
    line.close();
  });

  it('answers to nothing is ended by stop', async () => {
    const { threads, tasks } = rig();
    const line = new Line();
    const spin = rejectionOf(pool.postTask(tasks.spin(transfer(line.port, [line.port]))));
    await line.hears('began');
    await threads.stop();
    expect(await spin).to.be.an.instanceof(ThreadsEndedError);
    line.close();
  });

  it('sends messages of its own may do so: what is not of the library is left alone', async () => {
    const { tasks } = rig();
    for (const message of ['text', null, 7, [], ['other/1', 6, 1], { kind: 6 }]) {
      await pool.postTask(tasks.send(message));
    }
    expect(await pool.postTask(tasks.add(1, 1))).to.equal(2);
    expect(names).to.have.lengthOf(1);
  });

  it('serves does so once', async () => {
    const { tasks } = rig();
    const error = await rejectionOf(pool.postTask(tasks.serveAgain()));
    expect(error.message).to.equal('serveTasks is called once in a worker, with all of its tasks.');
  });

  it('serves does so in a worker only, and not in the page', () => {
    expect(() => serveTasks({})).to.throw(Error, 'serveTasks must be called in a worker');
  });
});
