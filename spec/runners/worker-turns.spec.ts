import { expect } from 'chai';
import { ThreadPool } from '../../src/index.js';
import { SlowTasks } from '../support/slow-tasks.js';
import { gate, macrotask, microtasks, turns } from '../support/support.js';

describe('Free workers', () => {
  it('go to the most urgent sequence that waits for one', async () => {
    const pool = new ThreadPool({ workers: 1 });
    const tasks = new SlowTasks(pool);
    void tasks.post('first');
    await macrotask();
    void tasks.post('lazy', 'best-effort');
    void tasks.post('visible');
    void tasks.post('urgent', 'user-blocking');
    await macrotask();
    await tasks.end('first');
    expect(tasks.begun).to.deep.equal(['first', 'urgent']);
    await tasks.end('urgent', 'visible', 'lazy');
    await turns();
    expect(tasks.begun).to.deep.equal(['first', 'urgent', 'visible', 'lazy']);
  });

  it('go to sequences of one priority in the order in which they began to wait', async () => {
    const pool = new ThreadPool({ workers: 1 });
    const [a, b, c] = [0, 1, 2].map(() => pool.createSequencedTaskRunner());
    const tasks = new SlowTasks(pool);
    void tasks.post('first');
    await macrotask();
    void tasks.post('a1', 'user-visible', a);
    void tasks.post('b1', 'user-visible', b);
    await macrotask();
    void tasks.post('c1', 'user-visible', c);
    await macrotask();
    await tasks.end('first', 'a1', 'b1', 'c1');
    await turns();
    expect(tasks.begun).to.deep.equal(['first', 'a1', 'b1', 'c1']);
  });

  it('go to a sequence that waited in a lane before one that was lifted into it later', async () => {
    const pool = new ThreadPool({ workers: 1 });
    const tasks = new SlowTasks(pool);
    const lifted = pool.createSequencedTaskRunner({ priority: 'best-effort' });
    void tasks.post('first');
    await macrotask();
    const last = gate();
    const late = lifted.postTask(() => {
      tasks.begun.push('lifted');
      return last.promise;
    });
    void tasks.post('urgent', 'user-blocking');
    await macrotask();
    lifted.setPriority('user-blocking');
    await macrotask();
    await tasks.end('first', 'urgent');
    last.open();
    await late;
    expect(tasks.begun).to.deep.equal(['first', 'urgent', 'lifted']);
  });

  it('go to what is more urgent than a sequence that was to have one, and has been lowered meanwhile', async () => {
    const pool = new ThreadPool({ workers: 1 });
    const tasks = new SlowTasks(pool);
    const first = gate();
    void pool.postTask(() => first.promise);
    await macrotask();
    const lowered = pool.createSequencedTaskRunner();
    const other = pool.createSequencedTaskRunner();
    const last = gate();
    const late = lowered.postTask(() => {
      tasks.begun.push('lowered');
      return last.promise;
    });
    const next = other.postTask(() => {
      tasks.begun.push('other');
      return last.promise;
    });
    await macrotask();
    first.open();
    await microtasks();
    lowered.setPriority('best-effort');
    await turns();
    last.open();
    await Promise.all([late, next]);
    expect(tasks.begun).to.deep.equal(['other', 'lowered']);
  });

  it('are passed on when the task that was to have one is cancelled', async () => {
    const pool = new ThreadPool({ workers: 1 });
    const tasks = new SlowTasks(pool);
    void tasks.post('first');
    await macrotask();
    const a = tasks.post('a', 'user-visible', pool.createSequencedTaskRunner());
    const b = tasks.post('b', 'user-visible', pool.createSequencedTaskRunner());
    await macrotask();
    a.cancel();
    await tasks.end('first');
    expect(tasks.begun).to.deep.equal(['first', 'b']);
    await tasks.end('b');
    expect(await b).to.equal('b');
  });
});
