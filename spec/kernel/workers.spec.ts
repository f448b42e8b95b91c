import { expect } from 'chai';
import { Admission } from '../../src/kernel/admission.js';
import { BEST_EFFORT, type Lane, USER_BLOCKING, USER_VISIBLE } from '../../src/kernel/traits.js';
import { HandScheduler, TinyOwner } from './support/hand-scheduler.js';
import { TinyTask } from './support/tiny-task.js';

/** A pool of which each runner has one task, which is pending once it has begun, and a log of who has begun. */
class Pool {
  readonly scheduler = new HandScheduler();
  readonly begun: string[] = [];
  readonly workers;
  private readonly admission: Admission;
  private readonly owners = new Map<string, TinyOwner>();
  private readonly tasks = new Map<string, TinyTask>();

  constructor(limit: number) {
    this.admission = new Admission('', limit, null);
    this.workers = this.admission.workers.on(this.scheduler);
  }

  /** Posts a task to the runner of this name. */
  post(name: string, lane: Lane = USER_VISIBLE, isAsync = true, needsWorker = true): TinyTask {
    const owner = this.owners.get(name) ?? new TinyOwner(this.scheduler, name, { lane, admission: this.admission });
    this.owners.set(name, owner);
    const work = (): boolean => {
      this.begun.push(name);
      return isAsync;
    };
    const task = new TinyTask(owner.sequence, name, { needsWorker, work });
    this.tasks.set(name, task);
    this.scheduler.arm(task, 0);
    return task;
  }

  setLane(name: string, lane: Lane): void {
    this.owners.get(name)!.setLane(lane);
  }

  /** Runs what can run; who has begun since this was last asked. */
  run(): string {
    this.scheduler.drain();
    return this.begun.splice(0).join(' ');
  }

  /** These end at once, before anything else runs. */
  end(...names: string[]): this {
    for (const name of names) this.tasks.get(name)!.end();
    return this;
  }

  /** Who waits for a worker. */
  get waiting(): string {
    return [...this.workers.waiting].map(({ owner }) => owner.traits.name).join(' ');
  }
}

describe('Workers', () => {
  it('are held by pending tasks, and never more of them than there are', () => {
    const pool = new Pool(2);
    for (const name of ['a', 'b', 'c', 'd']) pool.post(name);
    expect(pool.run()).to.equal('a b');
    expect(pool.waiting).to.equal('c d');
    expect(pool.workers.held).to.equal(2);
  });

  it('are handed over one at a time, to whoever has waited for longest', () => {
    const pool = new Pool(1);
    for (const name of ['a', 'b', 'c', 'd']) pool.post(name);
    expect(pool.run()).to.equal('a');
    expect(pool.end('a').run()).to.equal('b');
    expect(pool.end('b').run()).to.equal('c');
    expect(pool.end('c').run()).to.equal('d');
    pool.end('d');
    expect(pool.workers.held).to.equal(0);
  });

  it('that become free together go to those who wait in the order in which they wait', () => {
    const pool = new Pool(2);
    for (const name of ['a', 'b', 'c', 'd', 'e']) pool.post(name);
    pool.run();
    expect(pool.end('a', 'b').run()).to.equal('c d');
    expect(pool.waiting).to.equal('e');
  });

  it('are handed on by a task that needed one and ended at once', () => {
    const pool = new Pool(1);
    pool.post('a');
    pool.run();
    for (const name of ['b', 'c', 'd']) pool.post(name, USER_VISIBLE, false);
    expect(pool.run()).to.equal('');
    expect(pool.end('a').run()).to.equal('b c d');
  });

  it('go to the most urgent first', () => {
    const pool = new Pool(1);
    pool.post('a');
    pool.run();
    pool.post('visible');
    pool.post('urgent', USER_BLOCKING);
    pool.run();
    expect(pool.end('a').run()).to.equal('urgent');
  });

  it('are not needed by actions, which never wait for one', () => {
    const pool = new Pool(1);
    pool.post('a');
    pool.post('action', USER_VISIBLE, false, false);
    expect(pool.run()).to.equal('a action');
  });

  it('do at most max(1, limit - 1) best-effort tasks', () => {
    for (const [limit, most] of [
      [1, 1],
      [2, 1],
      [3, 2],
      [5, 4],
    ] as const) {
      const pool = new Pool(limit);
      for (let i = 0; i < 8; i++) pool.post(`b${i}`, BEST_EFFORT);
      expect(pool.run().split(' ')).to.have.length(most);
      pool.post('urgent', USER_BLOCKING);
      expect(pool.run()).to.equal(limit === 1 ? '' : 'urgent');
      expect(pool.end('b0').run()).to.equal(limit === 1 ? 'urgent' : `b${most}`);
    }
  });

  it('count a task by the priority it began with, whatever its runner has now', () => {
    const pool = new Pool(2);
    pool.post('b', BEST_EFFORT);
    pool.run();
    pool.setLane('b', USER_VISIBLE);
    pool.end('b');
    pool.post('c', BEST_EFFORT);
    pool.post('d', BEST_EFFORT);
    expect(pool.run()).to.equal('c');
    expect(pool.end('c').run()).to.equal('d');
  });

  it('are given to one that waits as soon as it is urgent enough', () => {
    const pool = new Pool(2);
    pool.post('b', BEST_EFFORT);
    pool.post('c', BEST_EFFORT);
    pool.post('d', BEST_EFFORT);
    expect(pool.run()).to.equal('b');
    pool.setLane('d', USER_VISIBLE);
    expect(pool.run()).to.equal('d');
    expect(pool.waiting).to.equal('c');
  });

  it('let one that must wait again keep its turn', () => {
    const pool = new Pool(1);
    for (const name of ['a', 'b', 'c']) pool.post(name);
    pool.run();
    pool.end('a');
    pool.post('urgent', USER_BLOCKING);
    expect(pool.run()).to.equal('urgent');
    expect(pool.waiting).to.equal('b c');
    expect(pool.end('urgent').run()).to.equal('b');
  });

  it('go to the next when the one that was given its turn is cancelled before it begins', () => {
    const pool = new Pool(1);
    pool.post('a');
    const cancelled = pool.post('b');
    pool.post('c');
    pool.run();
    pool.end('a');
    cancelled.unsubscribe();
    expect(pool.run()).to.equal('c');
  });

  it('go to the next when those that were given their turn may not begin after all', () => {
    const pool = new Pool(3);
    pool.post('x', BEST_EFFORT);
    pool.post('y', BEST_EFFORT);
    pool.run();
    for (const name of ['z', 'a', 'b', 'c']) pool.post(name);
    expect(pool.run()).to.equal('z');
    pool.end('z');
    // The cap of best-effort tasks is reached, so these go back to those who wait.
    pool.setLane('a', BEST_EFFORT);
    pool.setLane('b', BEST_EFFORT);
    expect(pool.run()).to.equal('c');
  });

  it('are not waited for by a sequence whose next task, after a cancellation, is an action', () => {
    const pool = new Pool(1);
    pool.post('a');
    const cancelled = pool.post('b');
    pool.post('b', USER_VISIBLE, false, false);
    pool.run();
    cancelled.unsubscribe();
    expect(pool.run()).to.equal('b');
    expect(pool.waiting).to.equal('');
  });
});
