import { expect } from 'chai';
import { NEVER } from 'rxjs';
import { stats, type TaskHandle, ThreadPool } from '../../src/index.js';
import { rejectionOf } from '../support/support.js';

describe('Pools and handles are disposable', () => {
  it('await using a pool shuts it down at the end of the block, and waits for that', async () => {
    let pool: ThreadPool;
    let blocking: TaskHandle<string>;
    {
      await using scoped = new ThreadPool();
      pool = scoped;
      blocking = scoped.postTask(async () => 'done', { shutdownBehavior: 'block-shutdown' });
    }
    expect(stats(pool).isShutdown).to.be.true;
    expect(blocking.state).to.equal('done');
    expect(await blocking).to.equal('done');
  });

  it('disposing of a pool twice, or after its shutdown, is that same shutdown', async () => {
    const pool = new ThreadPool();
    const report = pool.shutdown();
    expect(pool[Symbol.asyncDispose]()).to.equal(report);
    expect(pool[Symbol.asyncDispose]()).to.equal(report);
    await report;
  });

  it('using a handle cancels its task at the end of the block', async () => {
    const pool = new ThreadPool();
    let handle: TaskHandle<unknown>;
    {
      using scoped = pool.postTask(() => NEVER);
      handle = scoped;
      expect(handle.closed).to.be.false;
    }
    expect(handle.state).to.equal('cancelled');
    expect(await rejectionOf(handle)).to.have.property('name', 'AbortError');
  });

  it('using a handle does nothing to a task that has settled', async () => {
    const pool = new ThreadPool();
    let handle: TaskHandle<string>;
    {
      using scoped = pool.postTask(() => 'value');
      handle = scoped;
      await scoped;
    }
    expect([handle.state, await handle]).to.deep.equal(['done', 'value']);
  });
});
