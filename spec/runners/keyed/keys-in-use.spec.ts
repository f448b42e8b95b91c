import { expect } from 'chai';
import { EMPTY, NEVER } from 'rxjs';
import {
  bounded,
  flush,
  fromTask,
  keyed,
  type KeyedTaskRunner,
  postRepeatingTask,
  postTaskAndReply,
  stats,
  steps,
  type TaskFunction,
  type TaskHandle,
  ThreadPool,
  timeLimit,
  whenIdle,
  whenRoom,
} from '../../../src/index.js';
import { errorOf, gate, macrotask, rejectionOf, turns } from '../../support/support.js';
import { observe } from '../../support/observer-log.js';

/** `byKey.size`: how many keys have something queued, running or delayed. */
describe('A key costs nothing while it is idle: it is free', () => {
  let pool: ThreadPool;
  let byKey: KeyedTaskRunner<string>;

  beforeEach(() => {
    pool = new ThreadPool();
    byKey = keyed(pool);
  });

  const quietly = <T>(handle: TaskHandle<T>): TaskHandle<T> => {
    handle.then(null, () => undefined);
    return handle;
  };
  const post = (task: TaskFunction<unknown> = () => 0): TaskHandle<unknown> =>
    quietly(byKey.runner('key').postTask(task));

  it('before its first task, and although its runner is held and was asked', () => {
    const runner = byKey.runner('key');
    expect(stats(runner)).to.include({ queued: 0, running: 0, delayed: 0 });
    expect(runner.isCurrent()).to.be.false;
    runner.withPriority('best-effort').now();
    expect(byKey.size).to.equal(0);
  });

  it('when its last task has ended, and not before', async () => {
    const hold = gate();
    const handles = [post(() => hold.promise), post()];
    expect(byKey.size).to.equal(1);
    await turns();
    expect(byKey.size).to.equal(1);
    hold.open();
    await Promise.all(handles);
    expect(byKey.size).to.equal(0);
  });

  it('when its last task has failed, was unsubscribed from, or has timed out and then ended', async () => {
    const failing = [
      post(() => {
        throw new Error('expected');
      }),
      post(() => Promise.reject(new Error('expected'))),
    ];
    for (const handle of failing) await rejectionOf(handle);
    await macrotask();
    expect(byKey.size).to.equal(0);

    const observed = post(() => NEVER);
    await macrotask();
    observed.cancel();
    expect(byKey.size).to.equal(0);

    const hold = gate();
    const late = quietly(byKey.runner('key').postTask(timeLimit(1, () => hold.promise)));
    expect(await rejectionOf(late)).to.have.property('name', 'TimeoutError');
    expect(byKey.size).to.equal(1);
    hold.open();
    await turns();
    expect(byKey.size).to.equal(0);
  });

  it('when its last action has run', async () => {
    byKey.runner('key').schedule(() => undefined);
    expect(byKey.size).to.equal(1);
    await turns();
    expect(byKey.size).to.equal(0);
  });

  it('when its last task is cancelled, queued or delayed', () => {
    const runner = byKey.runner('key');
    const delayed = quietly(runner.postDelayedTask(() => 0, 60_000));
    const queued = post();
    const action = runner.schedule(() => undefined, 60_000);
    queued.cancel();
    expect(byKey.size).to.equal(1);
    delayed.cancel();
    expect(byKey.size).to.equal(1);
    action.unsubscribe();
    expect(byKey.size).to.equal(0);
  });

  it('when its repeating task is cancelled, and not between the runs', async () => {
    const ran = gate();
    const repeating = quietly(postRepeatingTask(byKey.runner('key'), () => ran.open(), { interval: 1 }));
    await ran.promise;
    await macrotask();
    expect(byKey.size).to.equal(1);
    repeating.cancel();
    await macrotask();
    expect(byKey.size).to.equal(0);
  });

  it('when its task has yielded and ended', async () => {
    await post(
      steps(function* () {
        yield;
        yield;
      }),
    );
    const yielding = quietly(
      byKey.runner('key').postTask(async (context) => {
        await context.yield();
      }),
    );
    await yielding;
    await macrotask();
    expect(byKey.size).to.equal(0);
  });

  it('when whoever waits for it has been told, or has given up', async () => {
    const runner = byKey.runner('key');
    await Promise.all([flush(runner), whenIdle(runner)]);
    expect(byKey.size).to.equal(0);
    const hold = gate();
    const task = post(() => hold.promise);
    const controller = new AbortController();
    const given = flush(runner, { signal: controller.signal });
    const waits = [flush(runner), whenIdle(runner)];
    await macrotask();
    controller.abort();
    await rejectionOf(given);
    hold.open();
    await Promise.all([task, ...waits]);
    await macrotask();
    expect(byKey.size).to.equal(0);
  });

  it('although somebody has asked it for room', async () => {
    byKey = keyed(pool, { queue: bounded(1) });
    await whenRoom(byKey.runner('key'));
    await turns();
    expect(byKey.size).to.equal(0);
  });

  it('although a task of it was never taken in, since its signal had aborted', async () => {
    const handle = byKey.runner('key').postTask(() => 0, { signal: AbortSignal.abort() });
    expect(handle.state).to.equal('cancelled');
    await rejectionOf(handle);
    expect(byKey.size).to.equal(0);
  });

  it('although a task of it was refused, since an option had a value that it cannot have', () => {
    const error = errorOf(() => byKey.runner('key').postTask(() => 0, { queueTimeout: -1 }));
    expect(error).to.be.an.instanceof(RangeError);
    expect(byKey.size).to.equal(0);
  });

  it('although its pool is shut down, and it refuses what comes', async () => {
    await pool.shutdown();
    expect(post().state).to.equal('rejected');
    expect(errorOf(() => byKey.runner('other').schedule(() => 0))).to.have.property('reason', 'shutdown');
    expect(byKey.size).to.equal(0);
  });

  it('although a reply was to go to it that never came', async () => {
    const task = (): never => {
      throw new Error('expected');
    };
    await rejectionOf(postTaskAndReply(pool, task, () => 0, { on: byKey.runner('key') }));
    expect(byKey.size).to.equal(0);
    expect(
      await postTaskAndReply(
        pool,
        () => 1,
        (one) => one + 1,
        { on: byKey.runner('key') },
      ),
    ).to.equal(2);
    expect(byKey.size).to.equal(0);
  });

  it('when the subscriber of a task of it has gone', async () => {
    const subscription = fromTask(byKey.runner('key'), () => NEVER).subscribe();
    expect(byKey.size).to.equal(1);
    subscription.unsubscribe();
    expect(byKey.size).to.equal(0);
    await new Promise<void>((complete) => fromTask(byKey.runner('key'), () => EMPTY).subscribe({ complete }));
    await macrotask();
    expect(byKey.size).to.equal(0);
  });

  it('when a full queue has dropped what was too much, and the rest has run', async () => {
    byKey = keyed(pool, { queue: bounded(1, 'drop-oldest') });
    for (let i = 0; i < 5; i++) post();
    expect(byKey.size).to.equal(1);
    await whenIdle(pool);
    await macrotask();
    expect(byKey.size).to.equal(0);
  });

  it('in its own time, whatever becomes of other keys', async () => {
    const hold = gate();
    const held = quietly(byKey.runner('held').postTask(() => hold.promise));
    for (let i = 0; i < 100; i++) await byKey.runner(`key ${i}`).postTask(() => i);
    expect(byKey.size).to.equal(1);
    hold.open();
    await held;
    expect(byKey.size).to.equal(0);
  });

  it('are not forgotten while a listener is told of a post, whatever that listener asks', async () => {
    const accounts = keyed(new ThreadPool());
    let active = 0;
    let most = 0;
    const task = async (): Promise<void> => {
      most = Math.max(most, ++active);
      await macrotask();
      active--;
    };
    const watching = observe({
      posted: ({ name }) => {
        if (name !== 'log') accounts.runner('log').postTask(() => accounts.size, { name: 'log' });
      },
    });
    await Promise.all([1, 2, 3].map(() => accounts.runner('x').postTask(task)));
    watching.unsubscribe();
    expect(most).to.equal(1);
  });
});
