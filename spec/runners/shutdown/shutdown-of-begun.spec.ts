import { expect } from 'chai';
import { configure, type Runner, steps, ThreadPool } from '../../../src/index.js';
import { macrotask, turns } from '../../support/support.js';

const NAMED = { ran: [] as string[], skipped: [] as string[], abandoned: [] as string[] };

describe('A shutdown waits for what has begun', () => {
  let pool: ThreadPool;
  let runner: Runner;
  let log: string[];

  beforeEach(() => {
    configure({ turnBudget: Number.MIN_VALUE });
    pool = new ThreadPool();
    runner = pool.createSequencedTaskRunner({ name: 'runner' });
    log = [];
  });

  for (const isPool of [true, false]) {
    it(`although it is cancelled, and cleans up, and for the others too: ${isPool ? 'of a pool' : 'of a runner'}`, async () => {
      let isClean = false;
      const handle = runner.postTask(
        steps(function* () {
          try {
            for (;;) yield;
          } finally {
            log.push('cleans up');
            while (!isClean) yield;
            log.push('has cleaned up');
          }
        }),
        { name: 'generator' },
      );
      handle.then(undefined, () => undefined);
      await macrotask();
      handle.cancel();
      const closing = (isPool ? pool : runner).shutdown();
      void closing.then(() => log.push('shut down'));
      await turns();
      expect(log).to.deep.equal(['cleans up']);
      isClean = true;
      const { ran } = await closing;
      expect(ran).to.contain('generator');
      expect(log.slice(-2)).to.deep.equal(['has cleaned up', 'shut down']);
    });
  }

  it('and for the run to which an action has armed itself again before, if it blocks the shutdown', async () => {
    const blocking = pool.createSequencedTaskRunner({ name: 'blocking', shutdownBehavior: 'block-shutdown' });
    let report: Promise<object> | undefined;
    blocking.schedule(function () {
      if (log.push('run') === 1) this.schedule();
      report ??= pool.shutdown();
    });
    await turns();
    expect(await report).to.deep.equal({ ...NAMED, ran: ['blocking'] });
    expect(log).to.deep.equal(['run', 'run']);
  });
});
