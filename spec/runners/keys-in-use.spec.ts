import { expect } from 'chai';
import { EMPTY, NEVER } from 'rxjs';
import { fromTask, type KeyedTaskRunner, type TaskHandle, ThreadPool } from '../../src/index.js';
import { errorOf, gate, macrotask, rejectionOf } from './support.js';

/** `keyed.size`: how many keys have something queued, running or delayed. */
describe('A key costs nothing while it is idle: it is free', () => {
  let pool: ThreadPool;
  let keyed: KeyedTaskRunner<string>;

  beforeEach(() => {
    pool = new ThreadPool();
    keyed = pool.keyed();
  });

  const quietly = <T>(handle: TaskHandle<T>): TaskHandle<T> => {
    handle.then(null, () => undefined);
    return handle;
  };
  const post = (task: () => unknown = () => 0): TaskHandle<unknown> => quietly(keyed.runner('key').postTask(task));

  it('before its first task, and although its runner is held and was asked', () => {
    const runner = keyed.runner('key');
    expect(runner.stats()).to.include({ queued: 0, running: 0, delayed: 0 });
    expect(runner.isCurrent()).to.be.false;
    runner.withPriority('best-effort').now();
    expect(keyed.size).to.equal(0);
  });

  it('when its last task has ended, and not before', async () => {
    const hold = gate();
    const handles = [post(() => hold.promise), post()];
    expect(keyed.size).to.equal(1);
    await macrotask();
    await macrotask();
    expect(keyed.size).to.equal(1);
    hold.open();
    await Promise.all(handles);
    expect(keyed.size).to.equal(0);
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
    expect(keyed.size).to.equal(0);

    const observed = post(() => NEVER);
    await macrotask();
    observed.cancel();
    expect(keyed.size).to.equal(0);

    const hold = gate();
    const late = quietly(keyed.runner('key').postTask(() => hold.promise, { runTimeout: 1 }));
    expect(await rejectionOf(late)).to.have.property('name', 'TimeoutError');
    expect(keyed.size).to.equal(1);
    hold.open();
    await macrotask();
    await macrotask();
    expect(keyed.size).to.equal(0);
  });

  it('when its last action has run', async () => {
    keyed.runner('key').schedule(() => undefined);
    expect(keyed.size).to.equal(1);
    await macrotask();
    await macrotask();
    expect(keyed.size).to.equal(0);
  });

  it('when its last task is cancelled, queued or delayed', () => {
    const runner = keyed.runner('key');
    const delayed = quietly(runner.postDelayedTask(() => 0, 60_000));
    const queued = post();
    const action = runner.schedule(() => undefined, 60_000);
    queued.cancel();
    expect(keyed.size).to.equal(1);
    delayed.cancel();
    expect(keyed.size).to.equal(1);
    action.unsubscribe();
    expect(keyed.size).to.equal(0);
  });

  it('when its repeating task is cancelled, and not between the runs', async () => {
    const ran = gate();
    const repeating = quietly(keyed.runner('key').postRepeatingTask(() => ran.open(), { interval: 1 }));
    await ran.promise;
    await macrotask();
    expect(keyed.size).to.equal(1);
    repeating.cancel();
    await macrotask();
    expect(keyed.size).to.equal(0);
  });

  it('when its task has yielded and ended', async () => {
    const steps = post(function* () {
      yield;
      yield;
    });
    await steps;
    const yielding = quietly(
      keyed.runner('key').postTask(async (context) => {
        await context.yield();
      }),
    );
    await yielding;
    await macrotask();
    expect(keyed.size).to.equal(0);
  });

  it('when whoever waits for it has been told, or has given up', async () => {
    const runner = keyed.runner('key');
    await Promise.all([runner.flush(), runner.whenIdle()]);
    expect(keyed.size).to.equal(0);
    const hold = gate();
    const task = post(() => hold.promise);
    const controller = new AbortController();
    const given = runner.flush({ signal: controller.signal });
    const waits = [runner.flush(), runner.whenIdle()];
    await macrotask();
    controller.abort();
    await rejectionOf(given);
    hold.open();
    await Promise.all([task, ...waits]);
    await macrotask();
    expect(keyed.size).to.equal(0);
  });

  it('although somebody has asked it for room', async () => {
    keyed = pool.keyed({ queue: { capacity: 1 } });
    await keyed.runner('key').whenRoom();
    await macrotask();
    await macrotask();
    expect(keyed.size).to.equal(0);
  });

  it('although a task of it was never taken in, since its signal had aborted', async () => {
    const handle = keyed.runner('key').postTask(() => 0, { signal: AbortSignal.abort() });
    expect(handle.state).to.equal('cancelled');
    await rejectionOf(handle);
    expect(keyed.size).to.equal(0);
  });

  it('although a task of it was refused, since an option had a value that it cannot have', () => {
    const error = errorOf(() => keyed.runner('key').postTask(() => 0, { runTimeout: -1 }));
    expect(error).to.be.an.instanceof(RangeError);
    expect(keyed.size).to.equal(0);
  });

  it('although its pool is shut down, and it refuses what comes', async () => {
    await pool.shutdown();
    expect(post().state).to.equal('rejected');
    expect(errorOf(() => keyed.runner('other').schedule(() => 0))).to.have.property('reason', 'shutdown');
    expect(keyed.size).to.equal(0);
  });

  it('although a reply was to go to it that never came', async () => {
    const task = (): never => {
      throw new Error('expected');
    };
    await rejectionOf(pool.postTaskAndReply(task, () => 0, keyed.runner('key')));
    expect(keyed.size).to.equal(0);
    expect(
      await pool.postTaskAndReply(
        () => 1,
        (one) => one + 1,
        keyed.runner('key'),
      ),
    ).to.equal(2);
    expect(keyed.size).to.equal(0);
  });

  it('when the subscriber of a task of it has gone', async () => {
    const subscription = fromTask(keyed.runner('key'), () => NEVER).subscribe();
    expect(keyed.size).to.equal(1);
    subscription.unsubscribe();
    expect(keyed.size).to.equal(0);
    await new Promise<void>((complete) => fromTask(keyed.runner('key'), () => EMPTY).subscribe({ complete }));
    await macrotask();
    expect(keyed.size).to.equal(0);
  });

  it('when a full queue has dropped what was too much, and the rest has run', async () => {
    keyed = pool.keyed({ queue: { capacity: 1, whenFull: 'drop-oldest' } });
    for (let i = 0; i < 5; i++) post();
    expect(keyed.size).to.equal(1);
    await pool.whenIdle();
    await macrotask();
    expect(keyed.size).to.equal(0);
  });

  it('in its own time, whatever becomes of other keys', async () => {
    const hold = gate();
    const held = quietly(keyed.runner('held').postTask(() => hold.promise));
    for (let i = 0; i < 100; i++) await keyed.runner(`key ${i}`).postTask(() => i);
    expect(keyed.size).to.equal(1);
    hold.open();
    await held;
    expect(keyed.size).to.equal(0);
  });
});
