import { expect } from 'chai';
import { NEVER, Observable, Subject } from 'rxjs';
import { type Runner, stats, TaskCancelledError, ThreadPool } from '../../src/index.js';
import { gate, macrotask, microtasks, rejectionOf, uncaughtDuring } from '../support/support.js';

describe('Cancelling', () => {
  let pool: ThreadPool;
  let runner: Runner;

  beforeEach(() => {
    pool = new ThreadPool({ workers: 1 });
    runner = pool.createSequencedTaskRunner({ name: 'account' });
  });

  it('rejects with a TaskCancelledError, named AbortError, whose cause is the reason', async () => {
    const reason = { why: 'test' };
    const handle = runner.postTask(() => 1, { name: 'audit' });
    handle.cancel(reason);
    const error = await rejectionOf(handle);
    expect(error).to.be.an.instanceof(TaskCancelledError);
    expect(error.name).to.equal('AbortError');
    expect(error.cause).to.equal(reason);
    expect(error.message).to.equal("Cancelled: task 'audit' of 'account'.");
  });

  it('has no cause when no reason was given', async () => {
    const handle = runner.postTask(() => 1);
    handle.cancel();
    expect('cause' in (await rejectionOf(handle))).to.be.false;
  });

  it('removes a queued task at once, and it never runs', async () => {
    let hasRun = false;
    const handle = runner.postTask(() => (hasRun = true));
    handle.cancel();
    expect(handle.state).to.equal('cancelled');
    expect(handle.closed).to.be.true;
    expect(stats(runner).queued).to.equal(0);
    await macrotask();
    expect(hasRun).to.be.false;
  });

  it('removes a delayed task at once', () => {
    const handles = [runner.postDelayedTask(() => 1, 60_000), runner.postDelayedTask(() => 1, Infinity)];
    for (const handle of handles) handle.cancel();
    expect(stats(runner).delayed).to.equal(0);
    expect(handles.map(({ state }) => state)).to.deep.equal(['cancelled', 'cancelled']);
  });

  it('is honoured when an earlier task of the same turn does it', async () => {
    const log: string[] = [];
    runner.schedule(() => {
      later.cancel();
      action.unsubscribe();
    });
    const later = runner.postTask(() => log.push('task'));
    const action = runner.schedule(() => log.push('action'));
    runner.schedule(() => log.push('last'));
    await macrotask();
    expect(log).to.deep.equal(['last']);
  });

  it('removes a task that waits for a worker', async () => {
    const slow = runner.postTask(() => NEVER);
    const waits = pool.postTask(() => 1);
    await macrotask();
    waits.cancel();
    expect(stats(pool)).to.include({ busy: 1, queued: 0 });
    slow.cancel();
    expect(stats(pool).busy).to.equal(0);
  });

  it('aborts the signal of a running task, with the error its handle rejects with', async () => {
    const hold = gate();
    let signal!: AbortSignal;
    const handle = runner.postTask((context) => {
      ({ signal } = context);
      return hold.promise;
    });
    await macrotask();
    expect(signal.aborted).to.be.false;
    handle.cancel('enough');
    expect(signal.aborted).to.be.true;
    expect(signal.reason).to.equal(await rejectionOf(handle));
    hold.open();
  });

  it('aborts a signal that is asked for only afterwards', async () => {
    const hold = gate();
    const seen = gate<AbortSignal>();
    const handle = runner.postTask(async (context) => {
      await hold.promise;
      seen.open(context.signal);
    });
    await macrotask();
    handle.cancel();
    hold.open();
    expect((await seen.promise).aborted).to.be.true;
  });

  it('does not abort the signal of a task that ends by itself', async () => {
    let signal!: AbortSignal;
    await runner.postTask((context) => ({ signal } = context));
    expect(signal.aborted).to.be.false;
  });

  it('frees the slot of a running promise only when that ends, and no sooner', async () => {
    const hold = gate();
    const log: string[] = [];
    const handle = runner.postTask(() => hold.promise);
    runner.schedule(() => log.push('next task'));
    await macrotask();
    handle.cancel();
    await macrotask();
    expect(log).to.deep.equal([]);
    expect(stats(pool).busy).to.equal(1);
    expect(stats(runner).running).to.equal(1);
    hold.open();
    await macrotask();
    await macrotask();
    expect(log).to.deep.equal(['next task']);
    expect(stats(pool).busy).to.equal(0);
  });

  it('unsubscribes a running observable, which frees its slot at once', async () => {
    const log: string[] = [];
    const handle = runner.postTask(() => new Observable(() => () => log.push('unsubscribed')));
    runner.schedule(() => log.push('next task'));
    await macrotask();
    handle.cancel();
    expect(log).to.deep.equal(['unsubscribed']);
    expect(stats(pool).busy).to.equal(0);
    await macrotask();
    expect(log).to.deep.equal(['unsubscribed', 'next task']);
  });

  it('ignores what a cancelled promise comes to, a failure too', async () => {
    const uncaught = await uncaughtDuring(async () => {
      for (const settle of ['open', 'fail'] as const) {
        const hold = gate<string>();
        const handle = runner.postTask(() => hold.promise);
        await macrotask();
        handle.cancel('test');
        hold[settle]('late');
        await macrotask();
        expect(handle.state).to.equal('cancelled');
        expect((await rejectionOf(handle)).cause).to.equal('test');
      }
    });
    expect(uncaught).to.deep.equal([]);
  });

  it('is idempotent, does nothing to what has settled, and is what unsubscribe does', async () => {
    const handle = runner.postTask(() => 1);
    handle.unsubscribe();
    handle.cancel('late');
    const error = await rejectionOf(handle);
    expect(error.name).to.equal('AbortError');
    expect('cause' in error).to.be.false;

    const done = runner.postTask(() => 'value');
    expect(await done).to.equal('value');
    done.cancel();
    expect([done.state, await done]).to.deep.equal(['done', 'value']);
  });

  it('unsubscribes and aborts although a teardown of the handle throws, which its caller is told', async () => {
    const source = new Subject<number>();
    let signal!: AbortSignal;
    const handle = runner.postTask((context) => {
      ({ signal } = context);
      return source;
    });
    handle.add(() => {
      throw new Error('teardown');
    });
    await macrotask();
    expect(() => handle.cancel()).to.throw();
    await rejectionOf(handle);
    await microtasks();
    const { aborted } = signal;
    const { observed } = source;
    source.complete();
    expect({ aborted, observed }).to.deep.equal({ aborted: true, observed: false });
  });

  it('is never reported', async () => {
    const errors: unknown[] = [];
    const quiet = new ThreadPool({ onTaskError: (error) => errors.push(error) });
    const uncaught = await uncaughtDuring(async () => {
      quiet.postTask(() => 1).cancel();
      quiet.postDelayedTask(() => 1, 1_000).cancel();
      runner.postTask(() => 1).unsubscribe();
      const running = quiet.postTask(() => NEVER);
      await macrotask();
      running.cancel();
    });
    expect([...uncaught, ...errors]).to.deep.equal([]);
  });
});
