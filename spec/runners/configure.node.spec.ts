import { expect } from 'chai';
import { configure, ThreadPool } from '../../src/index.js';
import { macrotask } from '../support/support.js';

describe('configure', () => {
  it('lets turns grow to 512 tasks with a budget of Infinity', async () => {
    const runner = new ThreadPool().createSequencedTaskRunner();
    await macrotask();
    let ran = 0;
    const unlimited: number[] = [];
    for (let i = 0; i < 1_500; i++) runner.schedule(() => ran++);
    configure({ turnBudget: Infinity });
    while (ran < 1_500) {
      const before = ran;
      await macrotask();
      if (ran > before) unlimited.push(ran - before);
    }
    // Twice as many in each, up to 512; the last has what is left.
    for (const [i, count] of unlimited.slice(1, -1).entries()) expect(count).to.equal(Math.min(512, 2 * unlimited[i]!));
    expect(unlimited).to.include(512);
    configure({ turnBudget: 5 });
  });
});
