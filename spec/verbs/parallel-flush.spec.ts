import { expect } from 'chai';
import { flush, type Runner, stats, ThreadPool, whenIdle } from '../../src/index.js';
import { SlowTasks } from '../support/slow-tasks.js';
import { macrotask, rejectionOf, turns } from '../support/support.js';

describe('flush() of a parallel runner', () => {
  let pool: ThreadPool;
  let runner: Runner;
  let slow: SlowTasks;
  let log: string[];

  beforeEach(() => {
    pool = new ThreadPool({ workers: 4 });
    runner = pool.createParallelTaskRunner({ maxConcurrency: 3 });
    slow = new SlowTasks(runner);
    log = slow.begun;
  });

  const flushAs = async (name: string, signal?: AbortSignal): Promise<void> => {
    await flush(runner, { signal });
    log.push(name);
  };

  it('resolves when all that was posted before it has ended, in whatever order', async () => {
    for (const name of ['a', 'b', 'c']) void slow.post(name);
    const flushed = flushAs('flushed');
    await turns();
    await slow.end('c', 'a');
    expect(log).to.deep.equal(['a', 'b', 'c']);
    await slow.end('b');
    await flushed;
    expect(log).to.deep.equal(['a', 'b', 'c', 'flushed']);
  });

  it('is a barrier: what is posted after it starts after the code that awaits it, although there are places free', async () => {
    void slow.post('a');
    const flushed = flushAs('flushed');
    void slow.post('b');
    runner.schedule(() => log.push('action'));
    await turns();
    expect(log).to.deep.equal(['a']);
    void slow.end('a');
    await flushed;
    expect(log).to.deep.equal(['a', 'flushed']);
    await turns();
    expect(log).to.deep.equal(['a', 'flushed', 'b', 'action']);
    await slow.end('b');
  });

  it('keeps what is posted between two flushes between them', async () => {
    void slow.post('a');
    const first = flushAs('first');
    void slow.post('b');
    const second = flushAs('second');
    void slow.post('c');
    await macrotask();
    await slow.end('a');
    await first;
    await turns();
    await slow.end('b');
    await second;
    await turns();
    expect(log).to.deep.equal(['a', 'first', 'b', 'second', 'c']);
    await slow.end('c');
  });

  it('is not held up by a worker: it needs none', async () => {
    pool = new ThreadPool({ workers: 1 });
    runner = pool.createParallelTaskRunner({ maxConcurrency: 3 });
    const holder = new SlowTasks(pool);
    runner.schedule(() => log.push('action'));
    void holder.post('holds the worker');
    await flushAs('flushed');
    expect(log).to.deep.equal(['action', 'flushed']);
    await macrotask();
    await holder.end('holds the worker');
  });

  it('does not wait for what is delayed and not yet due', async () => {
    const delayed = runner.postDelayedTask(() => log.push('delayed'), 60_000);
    await flushAs('flushed');
    expect(log).to.deep.equal(['flushed']);
    delayed.cancel();
    await rejectionOf(delayed);
  });

  it('lets what is behind it go on when nobody waits for it any more', async () => {
    const controller = new AbortController();
    void slow.post('a');
    const flushed = flushAs('flushed', controller.signal);
    void slow.post('b');
    await turns();
    expect(log).to.deep.equal(['a']);
    controller.abort('enough');
    expect(await rejectionOf(flushed)).to.equal('enough');
    await macrotask();
    expect(log).to.deep.equal(['a', 'b']);
    await slow.end('a', 'b');
  });

  it('resolves when the tasks before it have failed, or were cancelled', async () => {
    const queued = [1, 2].map(() => runner.postTask(() => log.push('ran')));
    const failing = runner.postTask(() => Promise.reject(new Error('expected')));
    const flushed = flushAs('flushed');
    for (const handle of queued) handle.cancel();
    await rejectionOf(failing);
    await flushed;
    for (const handle of queued) await rejectionOf(handle);
    expect(log).to.deep.equal(['flushed']);
  });

  it('is nothing that runs or waits once it is over', async () => {
    void slow.post('a');
    const flushed = flushAs('flushed');
    await macrotask();
    await slow.end('a');
    await flushed;
    await whenIdle(runner);
    expect(stats(runner)).to.include({ queued: 0, running: 0 });
  });
});
