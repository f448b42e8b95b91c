import { expect } from 'chai';
import {
  bounded,
  flush,
  keyed,
  type KeyedTaskRunner,
  stats,
  TaskRejectedError,
  ThreadPool,
  whenIdle,
  whenRoom,
} from '../../../src/index.js';
import { SlowTasks } from '../../support/slow-tasks.js';
import { errorOf, macrotask, rejectionOf, turns } from '../../support/support.js';

describe('A keyed runner as a whole', () => {
  let pool: ThreadPool;
  let byKey: KeyedTaskRunner<string>;
  let slow: SlowTasks;

  beforeEach(() => {
    pool = new ThreadPool({ workers: 8 });
    byKey = keyed(pool, { name: 'accounts', queue: bounded(2, 'wait') });
    slow = new SlowTasks(pool);
  });

  const post = (key: string, name: string) => slow.post(name, 'user-visible', byKey.runner(key));

  it('tells which keys are in use, in the order in which they came into use', async () => {
    const handle = byKey.runner('b').postTask(() => 1);
    void byKey.runner('a').postTask(() => 1, { delay: 60_000 });
    expect(byKey.keys()).to.deep.equal(['b', 'a']);
    await handle;
    await macrotask();
    expect(byKey.keys()).to.deep.equal(['a']);
    await byKey.stop();
    expect(byKey.keys()).to.deep.equal([]);
  });

  it('is counted by stats, over all keys, those too that are not in use any more', async () => {
    void post('a', 'a');
    void post('b', 'b');
    void byKey.runner('a').postTask(() => 1);
    void byKey.runner('c').postTask(() => 1, { delay: 60_000 });
    await byKey.runner('d').postTask(() => 1);
    await rejectionOf(byKey.runner('d').postTask(() => Promise.reject(new Error('no'))));
    await turns();
    expect(stats(byKey)).to.deep.equal({
      name: 'accounts',
      keys: 3,
      queued: 1,
      running: 2,
      delayed: 1,
      finished: 1,
      failed: 1,
      rejected: 0,
      dropped: 0,
      isShutdown: false,
    });
    await slow.end('a', 'b');
    await byKey.stop();
  });

  it('is idle when all keys are, and does not wait for others of the pool', async () => {
    void slow.post('of the pool');
    void post('a', 'a');
    void post('b', 'b');
    let isIdle = false;
    void whenIdle(byKey).then(() => (isIdle = true));
    await slow.end('a');
    expect(isIdle).to.equal(false);
    void post('c', 'c');
    await slow.end('b');
    expect(isIdle).to.equal(false);
    await slow.end('c');
    expect(isIdle).to.equal(true);
    await slow.end('of the pool');
  });

  it('is idle at once when no key is in use', async () => {
    await whenIdle(byKey);
    await byKey.runner('a').postTask(() => 1);
    await whenIdle(byKey);
  });

  it('is flushed when what was posted to any key before has ended', async () => {
    void post('a', 'a');
    let isFlushed = false;
    void flush(byKey).then(() => (isFlushed = true));
    void post('b', 'later');
    await turns();
    expect(isFlushed).to.equal(false);
    await slow.end('a');
    expect(isFlushed).to.equal(true);
    await slow.end('later');
  });

  it('has room when the bound that its keys share has', async () => {
    void post('a', 'a');
    await turns();
    void post('a', 'waits');
    void post('a', 'waits too');
    let hasRoom = false;
    void whenRoom(byKey).then(() => (hasRoom = true));
    await turns();
    expect(hasRoom).to.equal(false);
    await slow.end('a');
    expect(hasRoom).to.equal(true);
    await slow.end('waits', 'waits too');
  });

  it('is shut down with all keys: what must run runs, what runs is waited for, and no key takes anything in', async () => {
    void post('a', 'a');
    await turns();
    const block = { shutdownBehavior: 'block-shutdown', name: 'must run' } as const;
    void byKey.runner('a').postTask(() => 1, block);
    const dropped = rejectionOf(byKey.runner('b').postTask(() => 1, { name: 'dropped' }));
    const report = byKey.shutdown();
    expect(stats(byKey).isShutdown).to.equal(true);
    expect(await rejectionOf(byKey.runner('new').postTask(() => 1))).to.be.an.instanceof(TaskRejectedError);
    expect(errorOf(() => byKey.runner('new').schedule(() => undefined)).message).to.contain(
      "the keyed runner 'accounts' is shut down",
    );
    await slow.end('a');
    expect(await report).to.deep.equal({ ran: ['accounts', 'must run'], skipped: ['dropped'], abandoned: [] });
    expect(await dropped).to.have.property('reason', 'shutdown');
    expect(await pool.postTask(() => 'the pool goes on')).to.equal('the pool goes on');
    expect(await byKey.whenShutdown()).to.equal(await report);
  });

  it('takes in what a task that its shutdown waits for posts to another key, to end', async () => {
    const log: string[] = [];
    void byKey.runner('a').postTask(async () => {
      await macrotask();
      await byKey.runner('b').postTask(() => log.push('follow-up'), { shutdownBehavior: 'block-shutdown' });
    });
    await turns();
    void byKey.runner('a').postTask(
      async () => {
        await macrotask();
        void byKey.runner('b').postTask(() => log.push('last'), { shutdownBehavior: 'block-shutdown' });
      },
      { shutdownBehavior: 'block-shutdown' },
    );
    await byKey.shutdown();
    expect(log).to.deep.equal(['follow-up', 'last']);
  });

  it('is shut down at the end of an `await using` block', async () => {
    {
      await using used = keyed(pool);
      void used.runner('a').postTask(() => 1);
      byKey = used;
    }
    expect(stats(byKey).isShutdown).to.equal(true);
  });
});
