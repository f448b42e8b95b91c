import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { NEVER } from 'rxjs';
import { type SequencedTaskRunner, TaskCancelledError, ThreadPool } from '../../src/index.js';
import { gate, macrotask, rejectionOf, uncaughtDuring } from './support.js';

describe('An AbortSignal given at post', () => {
  let runner: SequencedTaskRunner;
  let controller: AbortController;
  let signal: AbortSignal;

  beforeEach(() => {
    runner = new ThreadPool().createSequencedTaskRunner();
    controller = new AbortController();
    ({ signal } = controller);
  });

  const listeners = (): number => getEventListeners(signal, 'abort').length;

  it('that has aborted rejects at once, and the task never runs', async () => {
    controller.abort('reason');
    let hasRun = false;
    const handle = runner.postTask(() => (hasRun = true), { signal });
    expect(handle.state).to.equal('cancelled');
    expect(handle.closed).to.be.true;
    expect(runner.stats().queued).to.equal(0);
    const error = await rejectionOf(handle);
    expect(error).to.be.an.instanceof(TaskCancelledError);
    expect(error.cause).to.equal('reason');
    await macrotask();
    expect(hasRun).to.be.false;
    expect(listeners()).to.equal(0);
  });

  it('cancels a queued task, and a delayed one', async () => {
    const queued = runner.postTask(() => 1, { signal });
    const delayed = runner.postDelayedTask(() => 1, 60_000, { signal });
    controller.abort();
    expect(runner.stats()).to.include({ queued: 0, running: 0, delayed: 0 });
    for (const handle of [queued, delayed]) {
      const { name, cause } = await rejectionOf(handle);
      expect(name).to.equal('AbortError');
      expect(cause).to.equal(signal.reason);
    }
  });

  it('cancels a running task: the signal of its context aborts', async () => {
    const hold = gate();
    let inner!: AbortSignal;
    const handle = runner.postTask(
      (context) => {
        inner = context.signal;
        return hold.promise;
      },
      { signal },
    );
    await macrotask();
    controller.abort('reason');
    expect(inner.aborted).to.be.true;
    expect(handle.state).to.equal('cancelled');
    expect((await rejectionOf(handle)).cause).to.equal('reason');
    hold.open();
  });

  it('does nothing to a task that has settled', async () => {
    const handle = runner.postTask(() => 'value', { signal });
    expect(await handle).to.equal('value');
    controller.abort();
    expect(handle.state).to.equal('done');
    expect(await handle).to.equal('value');
  });

  it('may be that of many tasks', async () => {
    const handles = Array.from({ length: 5 }, () => runner.postTask(() => NEVER, { signal }));
    await macrotask();
    controller.abort();
    expect(handles.map(({ state }) => state)).to.deep.equal(Array(5).fill('cancelled'));
    await macrotask();
    expect(runner.stats()).to.include({ queued: 0, running: 0, delayed: 0 });
  });

  it('has its listener taken off however the task ends', async () => {
    const done = runner.postTask(() => 1, { signal });
    const failed = runner.postTask(() => Promise.reject(new Error('expected')), { signal });
    const cancelled = runner.postTask(() => 1, { signal });
    const unsubscribed = runner.postDelayedTask(() => 1, 60_000, { signal });
    expect(listeners()).to.equal(4);
    cancelled.cancel();
    unsubscribed.unsubscribe();
    await done;
    await rejectionOf(failed);
    expect(listeners()).to.equal(0);
  });

  it('has its listener taken off when the pool is shut down', async () => {
    const pool = new ThreadPool();
    const skipped = pool.postTask(() => 1, { signal });
    await pool.shutdown();
    expect(skipped.state).to.equal('rejected');
    const late = pool.postTask(() => 1, { signal });
    expect(late.state).to.equal('rejected');
    expect(listeners()).to.equal(0);
  });

  it('is never reported when it aborts', async () => {
    const uncaught = await uncaughtDuring(async () => {
      void runner.postTask(() => 1, { signal });
      const running = runner.postTask(() => NEVER, { signal });
      controller.abort();
      void runner.postTask(() => 1, { signal });
      await macrotask();
      expect(running.state).to.equal('cancelled');
    });
    expect(uncaught).to.deep.equal([]);
  });
});
