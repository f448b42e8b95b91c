import { expect } from 'chai';
import { restore, stub } from 'sinon';
import { configure, type Runner, ThreadPool } from '../../src/index.js';
import { realScheduler } from '../../src/virtual/in-force.js';
import { errorOf, macrotask } from '../support/support.js';

/**
 * Real turns, in a time that only the tasks themselves let pass: the clock of the loop is a stub that goes on from where
 * the real one stands.
 */
describe('configure', () => {
  beforeEach(() => configure({ turnBudget: 5 }));

  let pool: ThreadPool;
  let runner: Runner;
  let time: number;

  beforeEach(async () => {
    pool = new ThreadPool();
    runner = pool.createSequencedTaskRunner();
    // Whatever earlier specs left behind is over.
    await macrotask();
    const { clock } = realScheduler;
    time = clock.now();
    stub(clock, 'now').callsFake(() => time);
  });

  afterEach(() => {
    restore();
    configure({ turnBudget: 5, maxWait: { 'user-visible': 1_000, 'best-effort': 10_000 } });
  });

  /** How many tasks of `duration` ms ran in each turn of a backlog: what ran between two macrotasks of others. */
  async function tasksPerTurn(count: number, duration: number): Promise<number[]> {
    let ran = 0;
    const turns: number[] = [];
    for (let i = 0; i < count; i++) {
      runner.schedule(() => {
        time += duration;
        ran++;
      });
    }
    while (ran < count) {
      const before = ran;
      await macrotask();
      if (ran > before) turns.push(ran - before);
    }
    return turns;
  }

  it('sets nothing when it is told nothing: a turn has 5 ms, and a backlog yields to the host after that', async () => {
    configure({});
    const turns = await tasksPerTurn(40, 1);
    // The first turns are short, since nobody knows yet how much there is to do.
    expect(turns.slice(2, -1)).to.deep.equal(Array(turns.length - 3).fill(5));
    expect(Math.max(...turns)).to.equal(5);
  });

  it('sets the budget of a turn', async () => {
    configure({ turnBudget: 2 });
    const turns = await tasksPerTurn(40, 1);
    expect(turns.slice(1, -1)).to.deep.equal(Array(turns.length - 2).fill(2));
  });

  it('of a turn lets one long task take longer, and yields after it', async () => {
    const turns = await tasksPerTurn(10, 100);
    expect(turns.slice(1)).to.deep.equal(Array(turns.length - 1).fill(1));
  });

  it('cannot starve timers and I/O: they go on during a stream that never ends', async () => {
    let runs = 0;
    const endless = runner.schedule(function () {
      time += 1;
      runs++;
      this.schedule();
    });
    const seen: number[] = [];
    for (let i = 0; i < 10; i++) {
      await macrotask();
      seen.push(runs);
    }
    endless.unsubscribe();
    expect(new Set(seen).size, 'each host turn comes between two turns of the loop').to.equal(10);
    expect(seen.at(-1)).to.be.at.most(10 * 5 + 8);
  });

  it('does not renew the budget for the first continuation of a task', async () => {
    let ran = 0;
    for (let i = 0; i < 50; i++) {
      void pool.postTask(async () => {
        time += 1;
        ran++;
      });
    }
    await macrotask();
    expect(ran).to.be.within(1, 5 + 8);
    await pool.postTask(() => undefined);
    expect(ran).to.equal(50);
  });

  describe('maxWait', () => {
    /** The order in which an endless urgent stream of 1 ms tasks and some others ran, up to `until` ms. */
    async function play(until: number, ...others: ('user-visible' | 'best-effort')[]): Promise<string[]> {
      const log: string[] = [];
      const start = time;
      const urgent = pool.withPriority('user-blocking').schedule(function () {
        time += 1;
        this.schedule();
      });
      const starved = others.map((priority) => {
        const starving = pool.createSequencedTaskRunner({ priority });
        return [1, 2, 3].map((i) => starving.schedule(() => log.push(`${priority} ${i} at ${bucket(time - start)}`)));
      });
      while (time - start < until) await macrotask();
      urgent.unsubscribe();
      for (const action of starved.flat()) action.unsubscribe();
      return log;
    }

    /** Times to the next 20 ms, since lanes are looked at once per turn. */
    const bucket = (ms: number): number => Math.floor(ms / 20) * 20;

    it('is strict priority where it is Infinity', async () => {
      configure({ maxWait: { 'user-visible': Infinity, 'best-effort': Infinity } });
      expect(await play(12_000, 'user-visible', 'best-effort')).to.deep.equal([]);
    });

    it('gives a lane that waited for so long exactly one task, its head; then its period starts anew', async () => {
      configure({ maxWait: { 'best-effort': 100 } });
      expect(await play(260, 'best-effort')).to.deep.equal(['best-effort 1 at 100', 'best-effort 2 at 200']);
    });

    it('is of each lane its own', async () => {
      configure({ maxWait: { 'user-visible': 60, 'best-effort': 140 } });
      expect(await play(195, 'user-visible', 'best-effort')).to.deep.equal([
        'user-visible 1 at 60',
        'user-visible 2 at 120',
        'best-effort 1 at 140',
        'user-visible 3 at 180',
      ]);
    });

    it('is 1 s for user-visible and 10 s for best-effort unless said otherwise', async () => {
      expect(await play(10_500, 'user-visible', 'best-effort')).to.deep.equal([
        'user-visible 1 at 1000',
        'user-visible 2 at 2000',
        'user-visible 3 at 3000',
        'best-effort 1 at 10000',
      ]);
    });
  });

  it('changes nothing when one of the values is wrong', async () => {
    errorOf(() => {
      configure({ turnBudget: 2, maxWait: { 'best-effort': -1 } });
    });
    const turns = await tasksPerTurn(40, 1);
    expect(turns.slice(1, -1)).to.deep.equal(Array(turns.length - 2).fill(5));
  });
});
