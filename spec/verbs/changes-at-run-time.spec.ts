import { expect } from 'chai';
import {
  bindToSequence,
  flush,
  setMaxConcurrency,
  setWorkers,
  stats,
  type TaskRunner,
  ThreadPool,
} from '../../src/index.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { SlowTasks } from '../support/slow-tasks.js';
import { errorOf, turns } from '../support/support.js';

/** What two ways to change a number have in common: `begin` makes who runs two at once, and `change` changes that. */
const KINDS: Record<string, () => { runner: TaskRunner; change(n: number): void }> = {
  'setWorkers of a pool': () => {
    const pool = new ThreadPool({ workers: 2 });
    return { runner: pool, change: (n) => setWorkers(pool, n) };
  },
  'setMaxConcurrency of a parallel runner': () => {
    const runner = new ThreadPool({ workers: Infinity }).createParallelTaskRunner({ maxConcurrency: 2 });
    return { runner, change: (n) => setMaxConcurrency(runner, n) };
  },
};

for (const [kind, make] of Object.entries(KINDS)) {
  describe(kind, () => {
    let slow: SlowTasks;
    let change: (n: number) => void;

    beforeEach(async () => {
      const made = make();
      slow = new SlowTasks(made.runner);
      ({ change } = made);
      for (const name of ['a', 'b', 'c', 'd', 'e']) void slow.post(name);
      await turns();
      expect(slow.begun).to.deep.equal(['a', 'b']);
    });

    it('to more lets more begin at once', async () => {
      change(4);
      await turns();
      expect(slow.begun).to.deep.equal(['a', 'b', 'c', 'd']);
    });

    it('to fewer lets what runs end, and begins nothing until enough of it has', async () => {
      change(1);
      await slow.end('a');
      expect(slow.begun).to.deep.equal(['a', 'b']);
      await slow.end('b');
      expect(slow.begun).to.deep.equal(['a', 'b', 'c']);
      await slow.end('c');
      expect(slow.begun).to.deep.equal(['a', 'b', 'c', 'd']);
    });

    it('back and forth loses no task', async () => {
      change(1);
      change(Infinity);
      change(2);
      await slow.end('a', 'b', 'c', 'd', 'e');
      await turns();
      expect(slow.begun).to.deep.equal(['a', 'b', 'c', 'd', 'e']);
    });

    it('changes it on every clock, whichever is in force', async () => {
      const env = new TaskEnvironment();
      try {
        change(4);
      } finally {
        env.dispose();
      }
      await turns();
      expect(slow.begun).to.deep.equal(['a', 'b', 'c', 'd']);
    });

    it('needs a positive integer or Infinity', () => {
      for (const n of [0, -1, 1.5, NaN]) expect(errorOf(() => change(n))).to.be.an.instanceof(RangeError);
      expect(errorOf(() => change('2' as never))).to.be.an.instanceof(TypeError);
    });
  });
}

describe('setWorkers', () => {
  it('leaves one worker free of best-effort tasks, as it was before', async () => {
    const pool = new ThreadPool({ workers: 1 });
    const slow = new SlowTasks(pool);
    for (const name of ['a', 'b', 'c', 'd']) void slow.post(name, 'best-effort');
    await turns();
    setWorkers(pool, 3);
    await turns();
    expect(slow.begun).to.deep.equal(['a', 'b']);
    void slow.post('urgent', 'user-blocking');
    await turns();
    expect(slow.begun).to.deep.equal(['a', 'b', 'urgent']);
  });

  it('is told by stats, and needs a pool', () => {
    const pool = new ThreadPool();
    setWorkers(pool, 7);
    expect(stats(pool).workers).to.equal(7);
    expect(errorOf(() => setWorkers(pool.createSequencedTaskRunner() as never, 2)).message).to.contain(
      'setWorkers needs a pool',
    );
  });
});

describe('setMaxConcurrency', () => {
  it('is told by the runner, and refuses one whose tasks may never overlap, and a pool', () => {
    const pool = new ThreadPool();
    const parallel = pool.createParallelTaskRunner({ maxConcurrency: 1 });
    setMaxConcurrency(parallel, 3);
    expect(parallel.maxConcurrency).to.equal(3);
    for (const other of [pool.createSequencedTaskRunner(), pool]) {
      expect(errorOf(() => setMaxConcurrency(other, 2)).message).to.contain('that createParallelTaskRunner has made');
    }
  });

  it('lets a flush that waits keep its place, though more may run at once from then on', async () => {
    const runner = new ThreadPool().createParallelTaskRunner({ maxConcurrency: 1 });
    const slow = new SlowTasks(runner);
    void slow.post('a');
    void slow.post('b');
    const flushed = flush(runner).then(() => slow.begun.push('flushed'));
    void slow.post('c');
    await turns();
    setMaxConcurrency(runner, 3);
    await slow.end('b');
    expect(slow.begun).to.deep.equal(['a', 'b']);
    await slow.end('a');
    await flushed;
    await turns();
    expect(slow.begun).to.deep.equal(['a', 'b', 'flushed', 'c']);
  });

  it('may come later, so that no object is bound to a parallel runner, however few of its tasks run at once', () => {
    const runner = new ThreadPool().createParallelTaskRunner({ maxConcurrency: 1 });
    expect(errorOf(() => bindToSequence(runner, () => 1)).message).to.contain('whose tasks never overlap');
  });
});
