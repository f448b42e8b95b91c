import { expect } from 'chai';
import { isObservable, type SchedulerLike } from 'rxjs';
import { currentTaskRunner, stats, ThreadPool, whenIdle } from '../../src/index.js';
import { gate, macrotask } from '../support/support.js';

describe('ThreadPool', () => {
  it('has 4 workers unless said otherwise, and no name', () => {
    expect(stats(new ThreadPool())).to.include({ workers: 4, name: '' });
    expect(stats(new ThreadPool({ workers: 2, name: 'app' }))).to.include({ workers: 2, name: 'app' });
    expect(stats(new ThreadPool({ workers: Infinity })).workers).to.equal(Infinity);
  });

  it('never runs a task synchronously', async () => {
    const pool = new ThreadPool();
    const log: string[] = [];
    pool.schedule(() => log.push('action'));
    const handle = pool.postTask(() => log.push('task'));
    log.push('posted');
    expect(log).to.deep.equal(['posted']);
    await handle;
    await macrotask();
    expect(log).to.have.members(['posted', 'action', 'task']);
  });

  it('starts its actions of one priority in posting order, and so it does its tasks', async () => {
    const pool = new ThreadPool();
    const actions: number[] = [];
    const tasks: number[] = [];
    for (let i = 0; i < 10; i++) {
      pool.schedule(() => actions.push(i));
      void pool.postTask(() => tasks.push(i));
    }
    await pool.postTask(() => undefined);
    await macrotask();
    const inOrder = Array.from({ length: 10 }, (_, i) => i);
    expect([actions, tasks]).to.deep.equal([inOrder, inOrder]);
  });

  it('runs its tasks side by side: none waits for the end of the one before it', async () => {
    const pool = new ThreadPool();
    const first = gate();
    const slow = pool.postTask(() => first.promise);
    await pool.postTask(() => 'quick');
    expect(slow.state).to.equal('running');
    first.open();
    await slow;
  });

  it('keeps an order per priority, and runs the more urgent first', async () => {
    const pool = new ThreadPool();
    const log: string[] = [];
    const post = (scheduler: SchedulerLike, ...names: string[]): void => {
      for (const name of names) scheduler.schedule(() => log.push(name));
    };
    post(pool.withPriority('best-effort'), 'b1', 'b2');
    post(pool, 'v1', 'v2');
    post(pool.withPriority('user-blocking'), 'u1', 'u2');
    await whenIdle(pool);
    expect(log).to.deep.equal(['u1', 'u2', 'v1', 'v2', 'b1', 'b2']);
  });

  it('has views that are cached, and that are one for background and best-effort', () => {
    const pool = new ThreadPool();
    expect(pool.withPriority('best-effort')).to.equal(pool.withPriority('best-effort'));
    expect(pool.withPriority('background')).to.equal(pool.withPriority('best-effort'));
    expect(pool.withPriority('user-blocking')).not.to.equal(pool.withPriority('best-effort'));
  });

  it('is the runner of its own tasks, and is current inside of them', async () => {
    const pool = new ThreadPool();
    await pool.postTask((context) => {
      expect(context.runner).to.equal(pool);
      expect(currentTaskRunner()).to.equal(pool);
      expect(pool.isCurrent()).to.be.true;
    });
    expect(pool.isCurrent()).to.be.false;
  });

  it('makes runners by the thousand, of which none holds anything of the pool until it is used', () => {
    const pool = new ThreadPool();
    const runners = Array.from({ length: 1000 }, () => pool.createSequencedTaskRunner());
    expect(new Set(runners).size).to.equal(1000);
    expect(stats(pool)).to.include({ queued: 0, delayed: 0, busy: 0 });
  });

  it('is no observable, no function, and no promise, so that RxJS takes it for a scheduler and nothing else', () => {
    const pool = new ThreadPool();
    expect(isObservable(pool)).to.be.false;
    expect(pool).to.be.an('object');
    expect(pool).not.to.have.property('then');
  });

  describe('stats', () => {
    it('count what is queued, delayed and busy, and the ready tasks by effective priority', async () => {
      const pool = new ThreadPool({ name: 'app' });
      const runner = pool.createSequencedTaskRunner({ priority: 'best-effort' });
      const hold = gate();
      const busy = pool.postTask(() => hold.promise);
      await macrotask();
      runner.schedule(() => undefined);
      const urgent = runner.postTask(() => undefined, { priority: 'user-blocking' });
      pool.schedule(() => undefined);
      const delayed = pool.schedule(() => undefined, 60_000);
      expect(stats(pool)).to.deep.equal({
        name: 'app',
        workers: 4,
        busy: 1,
        queued: 3,
        running: 1,
        delayed: 1,
        finished: 0,
        failed: 0,
        rejected: 0,
        dropped: 0,
        isShutdown: false,
        lanes: { 'user-blocking': 2, 'user-visible': 1, 'best-effort': 0 },
      });
      delayed.unsubscribe();
      hold.open();
      await Promise.all([busy, urgent]);
      await macrotask();
      expect(stats(pool)).to.include({ busy: 0, queued: 0, delayed: 0 });
    });

    it('are those of one pool: another one counts for itself', () => {
      const one = new ThreadPool();
      const other = new ThreadPool();
      const action = one.schedule(() => undefined);
      expect(stats(other).queued).to.equal(0);
      expect(stats(other).lanes).to.deep.equal({ 'user-blocking': 0, 'user-visible': 0, 'best-effort': 0 });
      action.unsubscribe();
      expect(stats(one).queued).to.equal(0);
    });
  });

  it('shares the loop with the other pools: an urgent task of one goes before a lazy one of the other', async () => {
    const log: string[] = [];
    new ThreadPool().withPriority('best-effort').schedule(() => log.push('lazy'));
    new ThreadPool().withPriority('user-blocking').schedule(() => log.push('urgent'));
    await macrotask();
    expect(log).to.deep.equal(['urgent', 'lazy']);
  });
});
