import { expect } from 'chai';
import sinon from 'sinon';
import { configure, type TaskRunner, ThreadPool } from '../../src/index.js';
import { realScheduler } from '../../src/virtual/in-force.js';

describe('A task that yields again and again keeps its place for 20 turns, and starves no other of its priority', () => {
  const kinds: Readonly<Record<string, (pool: ThreadPool) => TaskRunner>> = {
    'on a pool': (pool) => pool,
    'on a parallel runner': (pool) => pool.createParallelTaskRunner({ maxConcurrency: 2 }),
  };

  afterEach(() => sinon.restore());

  for (const [kind, make] of Object.entries(kinds)) {
    it(kind, async () => {
      // A turn per task, since each look at the clock takes longer: then a yield is a turn, and after 20 of them the other has its turn.
      configure({ turnBudget: 1 });
      const { clock } = realScheduler;
      let time = clock.now();
      sinon.stub(clock, 'now').callsFake(() => (time += 2));
      const runner = make(new ThreadPool());
      let hasBegun = false;
      let yields = 0;
      const yielding = runner.postTask(async (context) => {
        for (; !hasBegun && yields < 500; yields++) await context.yield();
      });
      void runner.postTask(() => (hasBegun = true));
      await yielding;
      expect(yields).to.be.within(1, 60);
    });
  }
});
