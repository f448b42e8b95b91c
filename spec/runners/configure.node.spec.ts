import { expect } from 'chai';
import { configure, ThreadPool, whenIdle } from '../../src/index.js';
import { realScheduler } from '../../src/virtual/in-force.js';

describe('configure', () => {
  it('lets turns grow to 512 tasks with a budget of Infinity', async () => {
    const runner = new ThreadPool().createSequencedTaskRunner();
    const perTurn = new Map<number, number>();
    for (let i = 0; i < 3_000; i++) {
      runner.schedule(() => {
        const { turnNumber } = realScheduler;
        perTurn.set(turnNumber, (perTurn.get(turnNumber) ?? 0) + 1);
      });
    }
    configure({ turnBudget: Infinity });
    await whenIdle(runner);
    configure({ turnBudget: 5 });
    const counts = [...perTurn.values()];
    // At least twice as many in each, since steps that run no task count as well; the last has what is left.
    for (const [i, count] of counts.slice(1, -1).entries()) expect(count).to.be.at.least(Math.min(511, 2 * counts[i]!));
    expect(Math.max(...counts)).to.be.within(511, 512);
  });
});
