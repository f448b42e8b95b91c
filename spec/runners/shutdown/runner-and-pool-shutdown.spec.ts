import { expect } from 'chai';
import { createSingleThreadTaskRunner, type Runner, stats, ThreadPool } from '../../../src/index.js';
import { gate, macrotask, rejectionOf } from '../../support/support.js';

describe('A runner that is shut down', () => {
  let pool: ThreadPool;
  let one: Runner;
  let other: Runner;
  let log: string[];

  beforeEach(() => {
    pool = new ThreadPool({ workers: 2, name: 'app' });
    [one, other] = ['one', 'other'].map((name) => pool.createSequencedTaskRunner({ name })) as [Runner, Runner];
    log = [];
  });

  const noting = (what: string) => (): void => void log.push(what);

  it('leaves the pool, and its other runners, as they are', async () => {
    const hold = gate();
    const running = other.postTask(() => hold.promise);
    const queued = other.postTask(noting('other'));
    const ofPool = pool.postTask(noting('pool'));
    const dropped = rejectionOf(one.postTask(noting('one')));
    expect(await one.shutdown()).to.deep.equal({ ran: [], skipped: ['one'], abandoned: [] });
    expect([one, other, pool].map((runner) => stats(runner).isShutdown)).to.deep.equal([true, false, false]);
    hold.open();
    await Promise.all([running, queued, ofPool, dropped]);
    expect(log).to.have.members(['other', 'pool']);
    await other.postTask(noting('later'));
    expect(log).to.include('later');
  });

  it('does not wait for tasks of others that hold the workers it does not need', async () => {
    const hold = gate();
    const holding = [0, 1].map(() => pool.postTask(() => hold.promise));
    await macrotask();
    const dropped = rejectionOf(one.postTask(noting('one')));
    expect((await one.shutdown()).skipped).to.deep.equal(['one']);
    await dropped;
    hold.open();
    await Promise.all(holding);
  });

  it('waits for a worker where a task is to block its shutdown', async () => {
    const hold = gate();
    const holding = [0, 1].map(() => pool.postTask(() => hold.promise));
    await macrotask();
    void one.postTask(noting('one'), { shutdownBehavior: 'block-shutdown' });
    const report = one.shutdown();
    await macrotask();
    expect(log).to.deep.equal([]);
    hold.open();
    expect(await report).to.deep.equal({ ran: ['one'], skipped: [], abandoned: [] });
    await Promise.all(holding);
  });

  it('is passed over by a shutdown of its pool afterwards', async () => {
    await one.shutdown();
    const dropped = rejectionOf(other.postTask(noting('other')));
    expect(await pool.shutdown()).to.deep.equal({ ran: [], skipped: ['other'], abandoned: [] });
    await dropped;
  });

  it('while its pool is shut down, too, has what it has in both reports', async () => {
    const hold = gate();
    const running = one.postTask(() => hold.promise, { name: 'slow' });
    await macrotask();
    const reports = [one.shutdown(), pool.shutdown()];
    hold.open();
    for (const report of await Promise.all(reports)) {
      expect(report).to.deep.equal({ ran: ['slow'], skipped: [], abandoned: [] });
    }
    await running;
  });

  it('after its pool has nothing to report', async () => {
    await pool.shutdown();
    expect(stats(one).isShutdown).to.be.true;
    expect(await one.shutdown()).to.deep.equal({ ran: [], skipped: [], abandoned: [] });
    expect((await rejectionOf(one.postTask(noting('late')))).message).to.contain('is shut down');
  });

  it('with the pool stopped ends what its own shutdown waits for', async () => {
    const hold = gate();
    const running = rejectionOf(one.postTask(() => hold.promise, { name: 'slow' }));
    await macrotask();
    const report = one.shutdown();
    expect((await pool.stop()).abandoned).to.deep.equal(['slow']);
    expect((await running).name).to.equal('AbortError');
    hold.open();
    expect(await report).to.deep.equal({ ran: ['slow'], skipped: [], abandoned: [] });
  });

  it('with a worker of its own finishes what is queued, and is of no pool', async () => {
    const single = createSingleThreadTaskRunner({ name: 'single' });
    for (const name of ['1', '2']) void single.postTask(noting(name), { name });
    await pool.shutdown();
    expect(stats(single).isShutdown).to.be.false;
    expect(await single.shutdown()).to.deep.equal({ ran: ['1', '2'], skipped: [], abandoned: [] });
    expect(log).to.deep.equal(['1', '2']);
  });

  it('holds nobody’s view of it any longer: a view refuses as well', async () => {
    const view = one.withPriority('user-blocking');
    await one.shutdown();
    expect(() => view.schedule(noting('view'))).to.throw("the runner 'one' is shut down");
  });

  it('counts a task that has given way as one that has begun', async () => {
    const urgent = pool.createSequencedTaskRunner({ priority: 'user-blocking' });
    let report: unknown;
    await one.postTask(
      async (context) => {
        urgent.schedule(() => {
          void one.shutdown().then((value) => (report = value));
        });
        await context.yield();
        log.push('part 2');
      },
      { name: 'yields' },
    );
    await macrotask();
    expect(log).to.deep.equal(['part 2']);
    expect(report).to.deep.equal({ ran: ['yields'], skipped: [], abandoned: [] });
  });
});
