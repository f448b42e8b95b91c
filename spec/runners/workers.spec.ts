import { expect } from 'chai';
import { NEVER, Subject } from 'rxjs';
import { stats, ThreadPool } from '../../src/index.js';
import { SlowTasks } from '../support/slow-tasks.js';
import { gate, macrotask, turns } from '../support/support.js';

describe('The workers of a pool', () => {
  it('are never more than its limit: a task that would need another waits until one is free', async () => {
    const pool = new ThreadPool({ workers: 2 });
    const tasks = new SlowTasks(pool);
    for (const name of ['a', 'b', 'c', 'd']) void tasks.post(name);
    await turns();
    expect(tasks.begun).to.deep.equal(['a', 'b']);
    expect(stats(pool)).to.include({ busy: 2, queued: 2 });
    await tasks.end('b');
    expect(tasks.begun).to.deep.equal(['a', 'b', 'c']);
    await tasks.end('a', 'c');
    expect(tasks.begun).to.deep.equal(['a', 'b', 'c', 'd']);
    await tasks.end('d');
    expect(stats(pool)).to.include({ busy: 0, queued: 0 });
  });

  it('are shared by all runners of the pool', async () => {
    const pool = new ThreadPool({ workers: 2 });
    const hold = gate();
    let begun = 0;
    const handles = Array.from({ length: 5 }, () =>
      pool.createSequencedTaskRunner().postTask(() => {
        begun++;
        return hold.promise;
      }),
    );
    await turns();
    expect(begun).to.equal(2);
    hold.open();
    await Promise.all(handles);
    expect(begun).to.equal(5);
  });

  it('may be Infinity', async () => {
    const pool = new ThreadPool({ workers: Infinity });
    const tasks = new SlowTasks(pool);
    const names = Array.from({ length: 50 }, (_, i) => `${i}`);
    for (const name of names) void tasks.post(name, 'best-effort');
    await turns();
    expect(stats(pool).busy).to.equal(50);
    await tasks.end(...names);
    expect(stats(pool).busy).to.equal(0);
  });

  it('are held while an observable is pending', async () => {
    const pool = new ThreadPool({ workers: 1 });
    const source = new Subject<number>();
    const first = pool.postTask(() => source);
    const second = pool.postTask(() => 'second');
    await macrotask();
    source.next(1);
    expect(second.state).to.equal('pending');
    source.complete();
    expect(await second).to.equal('second');
    expect(await first).to.equal(1);
  });

  it('are not held by tasks that end at once', async () => {
    const pool = new ThreadPool({ workers: 1 });
    const hold = gate();
    const quick = pool.postTask(() => 'quick');
    const slow = pool.postTask(() => hold.promise);
    expect(await quick).to.equal('quick');
    await macrotask();
    expect(stats(pool).busy).to.equal(1);
    hold.open();
    await slow;
  });

  it('are never waited for by actions: a pool full of slow tasks does not stall a stream', async () => {
    const pool = new ThreadPool({ workers: 1 });
    const slow = pool.postTask(() => NEVER);
    void pool.postTask(() => 'waits').then(null, () => undefined);
    await macrotask();
    const log: string[] = [];
    pool.createSequencedTaskRunner().schedule(() => log.push('action'));
    pool.withPriority('user-blocking').schedule(() => log.push('urgent'));
    await macrotask();
    expect(log).to.deep.equal(['urgent', 'action']);
    await pool.shutdown({ timeout: 0 });
    expect(slow.closed).to.be.true;
  });

  it('are never waited for by actions on the pool itself, even behind a task that waits for one', async () => {
    const pool = new ThreadPool({ workers: 1 });
    const slow = pool.postTask(() => NEVER);
    const waiting = pool.postTask(() => 'waits');
    await macrotask();
    let hasRun = false;
    pool.schedule(() => (hasRun = true));
    await turns();
    const ranWhileFull = hasRun;
    slow.cancel();
    await waiting;
    expect(ranWhileFull).to.be.true;
  });

  for (const [workers, cap] of [
    [1, 1],
    [2, 1],
    [4, 3],
  ] as const) {
    it(`are held by at most ${cap} best-effort tasks when there are ${workers}`, async () => {
      const pool = new ThreadPool({ workers });
      const tasks = new SlowTasks(pool);
      const names = ['a', 'b', 'c', 'd', 'e'];
      for (const name of names) void tasks.post(name, 'best-effort');
      await turns();
      expect(tasks.begun).to.deep.equal(names.slice(0, cap));
      await tasks.end(...names);
      await turns();
      expect(tasks.begun).to.deep.equal(names);
    });
  }

  it('keep one for what is urgent: best-effort tasks never fill the pool', async () => {
    const pool = new ThreadPool({ workers: 2 });
    const tasks = new SlowTasks(pool);
    void tasks.post('lazy 1', 'best-effort');
    void tasks.post('lazy 2', 'best-effort');
    await macrotask();
    void tasks.post('urgent', 'user-blocking');
    await macrotask();
    expect(tasks.begun).to.deep.equal(['lazy 1', 'urgent']);
    await tasks.end('urgent');
    expect(tasks.begun).to.deep.equal(['lazy 1', 'urgent']);
    await tasks.end('lazy 1', 'lazy 2');
    expect(tasks.begun).to.deep.equal(['lazy 1', 'urgent', 'lazy 2']);
  });
});
