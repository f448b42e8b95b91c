import { expect } from 'chai';
import { NEVER } from 'rxjs';
import { flush, type Runner, stats, TaskCancelledError, ThreadPool } from '../../src/index.js';
import { gate, macrotask, rejectionOf, uncaughtDuring } from '../support/support.js';

/** Tells how many listeners the signal has from now on, which a page cannot be asked. */
function listenersOf(signal: AbortSignal): () => number {
  const listening = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (type: string, listener: EventListener, options?: AddEventListenerOptions | boolean) => {
    listening.add(listener);
    if (typeof options === 'object' && options.once === true) add(type, () => listening.delete(listener), options);
    add(type, listener, options);
  };
  signal.removeEventListener = (type: string, listener: EventListener, options?: EventListenerOptions | boolean) => {
    listening.delete(listener);
    remove(type, listener, options);
  };
  return () => listening.size;
}

describe('An AbortSignal given at post', () => {
  let runner: Runner;
  let controller: AbortController;
  let signal: AbortSignal;
  let listeners: () => number;

  beforeEach(() => {
    runner = new ThreadPool().createSequencedTaskRunner();
    controller = new AbortController();
    ({ signal } = controller);
    listeners = listenersOf(signal);
  });

  it('that has aborted rejects at once, and the task never runs', async () => {
    controller.abort('reason');
    let hasRun = false;
    const handle = runner.postTask(() => (hasRun = true), { signal });
    expect(handle.state).to.equal('cancelled');
    expect(handle.closed).to.be.true;
    expect(stats(runner).queued).to.equal(0);
    const error = await rejectionOf(handle);
    expect(error).to.be.an.instanceof(TaskCancelledError);
    expect(error.cause).to.equal('reason');
    await macrotask();
    expect(hasRun).to.be.false;
    expect(listeners()).to.equal(0);
  });

  it('of AbortSignal.timeout rejects as any other: with an AbortError whose cause is the reason of the signal', async () => {
    const timeout = AbortSignal.timeout(0);
    const error = await rejectionOf(runner.postDelayedTask(() => 1, 3_600_000, { signal: timeout }));
    expect(error).to.be.an.instanceof(TaskCancelledError);
    expect(error.name).to.equal('AbortError');
    expect(error.cause).to.equal(timeout.reason).and.to.have.property('name', 'TimeoutError');
  });

  it('cancels a queued task, and a delayed one', async () => {
    const queued = runner.postTask(() => 1, { signal });
    const delayed = runner.postDelayedTask(() => 1, 60_000, { signal });
    controller.abort();
    expect(stats(runner)).to.include({ queued: 0, running: 0, delayed: 0 });
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

  it('may be that of many tasks, and of whoever waits, for one listener; it cancels in the order of posting', async () => {
    const order: number[] = [];
    const handles = Array.from({ length: 50 }, (_, index) => {
      const handle = runner.postTask(() => NEVER, { signal });
      handle.add(() => order.push(index));
      return handle;
    });
    const waits = [flush(runner, { signal }), runner.whenShutdown({ signal })].map(rejectionOf);
    await macrotask();
    expect(listeners()).to.equal(1);
    controller.abort('enough');
    expect(listeners()).to.equal(0);
    expect(handles.map(({ state }) => state)).to.deep.equal(Array(50).fill('cancelled'));
    expect(order).to.deep.equal(Array.from(handles.keys()));
    expect(await Promise.all(waits)).to.deep.equal(['enough', 'enough']);
    await macrotask();
    expect(stats(runner)).to.include({ queued: 0, running: 0, delayed: 0 });
  });

  it('has its listener taken off however the task ends', async () => {
    const done = runner.postTask(() => 1, { signal });
    const failed = runner.postTask(() => Promise.reject(new Error('expected')), { signal });
    const cancelled = runner.postTask(() => 1, { signal });
    const unsubscribed = runner.postDelayedTask(() => 1, 60_000, { signal });
    expect(listeners()).to.equal(1);
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
