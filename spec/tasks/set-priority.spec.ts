import { expect } from 'chai';
import { type Runner, stats, type TaskHandle, type TaskPriority, ThreadPool, whenIdle } from '../../src/index.js';
import { FakeTime } from '../support/fake-time.js';
import { errorOf, gate, macrotask, rejectionOf } from '../support/support.js';

describe('setPriority of a handle', () => {
  let pool: ThreadPool;
  let log: string[];

  beforeEach(() => {
    pool = new ThreadPool();
    log = [];
  });

  const noting = (what: string) => (): void => void log.push(what);
  const runnerOf = (priority: TaskPriority): Runner => pool.createSequencedTaskRunner({ priority });

  it('lifts a queued task, and with it all that is before it in its sequence: it keeps its place', async () => {
    const lazy = runnerOf('best-effort');
    void lazy.postTask(noting('lazy 1'));
    const handle = lazy.postTask(noting('lifted'));
    void lazy.postTask(noting('lazy 3'));
    runnerOf('user-visible').schedule(noting('visible'));
    handle.setPriority('user-blocking');
    expect(stats(pool).lanes).to.deep.equal({ 'user-blocking': 3, 'user-visible': 1, 'best-effort': 0 });
    await whenIdle(pool);
    expect(log).to.deep.equal(['lazy 1', 'lifted', 'visible', 'lazy 3']);
  });

  it('lowers one, and its sequence falls back when nothing in it is more urgent', async () => {
    const handle = runnerOf('user-blocking').postTask(noting('lowered'));
    runnerOf('user-visible').schedule(noting('visible'));
    handle.setPriority('background');
    expect(stats(pool).lanes).to.deep.equal({ 'user-blocking': 0, 'user-visible': 1, 'best-effort': 1 });
    await macrotask();
    expect(log).to.deep.equal(['visible', 'lowered']);
  });

  it('makes it the task’s own: it does not follow its runner any more', async () => {
    const runner = runnerOf('user-visible');
    const handle = runner.postTask(noting('own'));
    handle.setPriority('best-effort');
    runner.setPriority('user-blocking');
    runnerOf('user-visible').schedule(noting('visible'));
    await macrotask();
    expect(log).to.deep.equal(['visible', 'own']);
  });

  it('holds for a delayed task, in the lane that it joins when it is due', async () => {
    const time = new FakeTime();
    try {
      runnerOf('user-visible').schedule(noting('visible'), 10);
      const handle = runnerOf('best-effort').postDelayedTask(noting('lifted'), 10);
      handle.setPriority('user-blocking');
      await time.pass(12);
    } finally {
      time.end();
    }
    expect(log).to.deep.equal(['lifted', 'visible']);
  });

  it('of a running task holds for what is reported of it, and changes nothing for others', async () => {
    const infos: string[] = [];
    const told = new ThreadPool({ onTaskError: (_, { priority }) => infos.push(priority) });
    const runner = told.createSequencedTaskRunner();
    const hold = gate();
    const handle = runner.postTask(() => hold.promise);
    runner.schedule(noting('next'));
    await macrotask();
    handle.setPriority('user-blocking');
    expect(stats(runner)).to.include({ queued: 1, running: 1 });
    hold.fail(new Error('expected'));
    for (let i = 0; i < 3; i++) await macrotask();
    expect([infos, log]).to.deep.equal([['user-blocking'], ['next']]);
  });

  it('of a task that has given way lifts what is left of it', async () => {
    const lazy = runnerOf('best-effort');
    const visible = runnerOf('user-visible');
    const handle: TaskHandle<void> = lazy.postTask(async (context) => {
      visible.schedule(() => {
        log.push('visible 1');
        handle.setPriority('user-blocking');
      });
      runnerOf('user-visible').schedule(noting('visible 2'));
      await context.yield();
      log.push('lifted');
    });
    await handle;
    await macrotask();
    expect(log).to.deep.equal(['visible 1', 'lifted', 'visible 2']);
  });

  for (const [state, end] of [
    ['done', (handle: TaskHandle<unknown>) => handle],
    [
      'cancelled',
      (handle: TaskHandle<unknown>) => {
        handle.cancel();
        return rejectionOf(handle);
      },
    ],
  ] as const) {
    it(`does nothing when the task is ${state}`, async () => {
      const handle = runnerOf('user-visible').postTask(noting('task'));
      await end(handle);
      handle.setPriority('user-blocking');
      expect(handle.state).to.equal(state);
      expect(stats(pool)).to.include({ queued: 0, running: 0, delayed: 0 });
      await macrotask();
      expect(log.length).to.equal(state === 'done' ? 1 : 0);
    });
  }

  describe('in a pool, which has a queue per priority,', () => {
    it('puts a queued task at the end of the other queue', async () => {
      void pool.postTask(noting('urgent 1'), { priority: 'user-blocking' });
      const handle = pool.postTask(noting('lifted'));
      void pool.postTask(noting('urgent 2'), { priority: 'user-blocking' });
      void pool.postTask(noting('visible'));
      handle.setPriority('user-blocking');
      void pool.postTask(noting('urgent 3'), { priority: 'user-blocking' });
      await whenIdle(pool);
      expect(log).to.deep.equal(['urgent 1', 'urgent 2', 'lifted', 'urgent 3', 'visible']);
      expect(stats(pool)).to.include({ queued: 0, running: 0 });
    });

    it('holds for a delayed one, which still is counted once', async () => {
      const time = new FakeTime();
      try {
        void pool.postDelayedTask(noting('visible'), 10);
        const handle = pool.postDelayedTask(noting('lifted'), 10, { priority: 'best-effort' });
        handle.setPriority('user-blocking');
        expect(stats(pool)).to.include({ queued: 0, delayed: 2 });
        await time.pass(12);
        expect(stats(pool)).to.include({ queued: 0, delayed: 0 });
      } finally {
        time.end();
      }
      expect(log).to.deep.equal(['lifted', 'visible']);
    });

    it('leaves nothing of it in the old queue, whose later tasks go by their own priority', async () => {
      pool.postTask(noting('moved')).setPriority('best-effort');
      pool.setPriority('best-effort');
      runnerOf('best-effort').schedule(noting('lazy'));
      for (const name of ['visible 1', 'visible 2']) void pool.postTask(noting(name), { priority: 'user-visible' });
      await whenIdle(pool);
      expect(log).to.deep.equal(['visible 1', 'visible 2', 'moved', 'lazy']);
    });

    it('holds for one that waits for a worker', async () => {
      const small = new ThreadPool({ workers: 1 });
      const hold = gate();
      const first = small.postTask(() => hold.promise);
      await macrotask();
      void small.postTask(noting('visible'));
      const handle = small.postTask(noting('lifted'), { priority: 'best-effort' });
      await macrotask();
      handle.setPriority('user-blocking');
      hold.open();
      await first;
      await handle;
      await macrotask();
      expect(log).to.deep.equal(['lifted', 'visible']);
    });
  });

  it('throws when there is no such priority, and leaves the task as it was', async () => {
    const handle = runnerOf('best-effort').postTask(noting('task'));
    const error = errorOf(() => {
      handle.setPriority('asap' as TaskPriority);
    });
    expect(error).to.be.an.instanceof(TypeError);
    expect(error.message).to.contain("'asap'");
    expect(stats(pool).lanes['best-effort']).to.equal(1);
    await handle;
  });
});
