import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { ThreadPool } from '../../src/index.js';
import { ThreadCrashedError, Threads } from '../../src/threads/index.js';
import { rejectionOf } from '../support/support.js';
import { crashes } from './crashes.js';
import type { ServedInNode } from './support/served.worker.js';
import { bundled, worker, workerFile } from './support/worker-file.js';

crashes({
  name: 'A worker of Node',
  worker: (name, code) => worker(name, {}, code),
  scriptOf: (code) => code,
  failing: [
    ['since it exits', 'process.exit(9)', 'it has exited with code 9'],
    ['since its module is not there', 'import("/nowhere.mjs")', "Cannot find module '/nowhere.mjs' imported from"],
  ],
});

describe('A worker of Node that goes', () => {
  let threads: Threads<ServedInNode>;
  const pool = new ThreadPool();

  afterEach(() => threads.stop());

  it('by exit fails what runs on it with the code, and is replaced', async () => {
    threads = new Threads(({ name }) => worker(name), { size: 1 });
    const error = await rejectionOf(pool.postTask(threads.tasks.exit(3)));
    expect(error).to.be.an.instanceof(ThreadCrashedError);
    expect(error.message).to.equal("The thread 'thread-1' has gone: it has exited with code 3");
    expect(await pool.postTask(threads.tasks.count())).to.equal(1);
  });

  it('by an uncaught error fails what runs on it with that very error as the cause', async () => {
    threads = new Threads(({ name }) => worker(name), { size: 1 });
    const error = await rejectionOf(pool.postTask(threads.tasks.uncaught('nobody catches this')));
    expect(error.message).to.equal("The thread 'thread-1' has gone: nobody catches this");
    expect((error.cause as Error).message).to.equal('nobody catches this');
  });

  it('by running out of memory fails what runs on it, and the program goes on', async () => {
    const resourceLimits = { maxOldGenerationSizeMb: 24 };
    threads = new Threads(({ name }) => worker(name, { resourceLimits }), { size: 1 });
    const error = await rejectionOf(pool.postTask(threads.tasks.fill()));
    expect(error).to.be.an.instanceof(ThreadCrashedError);
    expect(error.cause).to.have.property('code', 'ERR_WORKER_OUT_OF_MEMORY');
    expect(await pool.postTask(threads.tasks.add(1, 1))).to.equal(2);
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
