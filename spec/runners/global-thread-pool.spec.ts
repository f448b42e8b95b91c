import { expect } from 'chai';
import {
  createTaskRunner,
  globalThreadPool,
  hold,
  initGlobalThreadPool,
  shutdownGlobalThreadPool,
  stats,
  TaskRejectedError,
  ThreadPool,
  whenRoom,
} from '../../src/index.js';
import { errorOf, macrotask, rejectionOf } from '../support/support.js';

describe('The global pool', () => {
  afterEach(() => shutdownGlobalThreadPool());

  it('is made by initGlobalThreadPool, with 4 workers and the name global unless said otherwise', () => {
    const pool = initGlobalThreadPool();
    expect(pool).to.be.an.instanceof(ThreadPool);
    expect(globalThreadPool()).to.equal(pool);
    expect(stats(pool)).to.include({ workers: 4, name: 'global' });
  });

  it('takes a number of workers, or all options of a pool', async () => {
    expect(stats(initGlobalThreadPool(2))).to.include({ workers: 2, name: 'global' });
    await shutdownGlobalThreadPool();
    expect(stats(initGlobalThreadPool({ workers: 3, name: 'app' }))).to.include({ workers: 3, name: 'app' });
  });

  it('refuses options that a pool cannot have, and is not made then', () => {
    expect(errorOf(() => initGlobalThreadPool(0)).message).to.equal(
      'workers must be a positive integer or Infinity; got 0.',
    );
    expect(errorOf(() => globalThreadPool()).message).to.contain('There is no global pool');
  });

  it('cannot be made twice', () => {
    const pool = initGlobalThreadPool();
    expect(errorOf(() => initGlobalThreadPool()).message).to.contain('initGlobalThreadPool was called twice');
    expect(globalThreadPool()).to.equal(pool);
  });

  it('cannot be asked for before it is made: that throws', () => {
    const error = errorOf(() => globalThreadPool());
    expect(error.message).to.equal(
      'There is no global pool: call initGlobalThreadPool() before the first post to a global runner.',
    );
  });

  it('may be made after its runners, which bind to it at their first post', async () => {
    const runner = createTaskRunner({ name: 'indexing', priority: 'best-effort' });
    expect(runner.traits).to.include({ name: 'indexing', priority: 'best-effort' });
    const pool = initGlobalThreadPool(1);
    const handle = runner.postTask(() => 'indexed');
    expect(stats(pool).queued).to.equal(1);
    expect(await handle).to.equal('indexed');
  });

  it('must be made before the first post: posting before that throws, and binds to nothing', async () => {
    const runner = createTaskRunner();
    for (const post of [
      () => runner.postTask(() => 1),
      () => runner.postDelayedTask(() => 1, 5),
      () => runner.schedule(() => undefined),
      () => runner.withPriority('best-effort').schedule(() => undefined),
      () => whenRoom(runner),
      () => hold(runner),
    ]) {
      expect(errorOf(post).message).to.contain('call initGlobalThreadPool() before the first post');
    }
    initGlobalThreadPool();
    expect(await runner.postTask(() => 'bound')).to.equal('bound');
  });

  it('is not needed to look at a runner, nor to change its priority', () => {
    const runner = createTaskRunner();
    runner.setPriority('user-blocking');
    expect(runner.priority).to.equal('user-blocking');
    expect(runner.isCurrent()).to.be.false;
    expect(runner.now()).to.be.a('number');
    expect(runner.withPriority('best-effort')).to.have.property('schedule');
    expect(stats(runner)).to.include({ queued: 0, running: 0, delayed: 0 });
  });

  it('is bound to at the first post, and not by looking at the runner before', async () => {
    const runner = createTaskRunner();
    initGlobalThreadPool();
    stats(runner);
    await shutdownGlobalThreadPool();
    initGlobalThreadPool();
    const handle = runner.postTask(() => 'second pool');
    expect(handle.state).to.equal('pending');
    expect(await handle).to.equal('second pool');
  });

  it('can be made anew after its shutdown; runners of the old one stay bound to that, and reject', async () => {
    const old = initGlobalThreadPool();
    const bound = createTaskRunner({ name: 'bound' });
    const unbound = createTaskRunner({ name: 'unbound' });
    await bound.postTask(() => 1);
    await shutdownGlobalThreadPool();
    expect(errorOf(() => globalThreadPool()).message).to.contain('There is no global pool');
    expect(errorOf(() => unbound.postTask(() => 1)).message).to.contain('There is no global pool');

    const pool = initGlobalThreadPool();
    expect(pool).not.to.equal(old);
    expect(await rejectionOf(bound.postTask(() => 1))).to.be.an.instanceof(TaskRejectedError);
    expect(errorOf(() => bound.schedule(() => undefined))).to.be.an.instanceof(TaskRejectedError);
    expect(await unbound.postTask(() => 'unbound')).to.equal('unbound');
  });

  it('can be made anew while the shutdown of the old one is under way', async () => {
    initGlobalThreadPool();
    const runner = createTaskRunner();
    const handle = runner.postTask(() => macrotask());
    await macrotask();
    const report = shutdownGlobalThreadPool();
    const pool = initGlobalThreadPool();
    expect(await pool.postTask(() => 'new')).to.equal('new');
    await handle;
    expect((await report).ran).to.have.lengthOf(1);
  });

  it('is shut down as any pool is: the report says what became of its tasks', async () => {
    initGlobalThreadPool();
    const runner = createTaskRunner({ name: 'indexing' });
    const skipped = runner.postTask(() => 1);
    const blocking = runner.postTask(() => 2, { name: 'save', shutdownBehavior: 'block-shutdown' });
    expect(await shutdownGlobalThreadPool()).to.deep.equal({ ran: ['save'], skipped: ['indexing'], abandoned: [] });
    expect(await blocking).to.equal(2);
    await rejectionOf(skipped);
  });

  it('can be shut down when there is none: the report is empty', async () => {
    expect(await shutdownGlobalThreadPool()).to.deep.equal({ ran: [], skipped: [], abandoned: [] });
  });

  it('stays when its shutdown is asked for with a wrong time-out', () => {
    const pool = initGlobalThreadPool();
    expect(errorOf(() => shutdownGlobalThreadPool({ timeout: -1 }))).to.be.an.instanceof(RangeError);
    expect(globalThreadPool()).to.equal(pool);
  });

  it('has peers: pools made with new are no concern of it', async () => {
    const pool = new ThreadPool();
    expect(await pool.postTask(() => 'own')).to.equal('own');
    expect(errorOf(() => globalThreadPool()).message).to.contain('There is no global pool');
  });
});
