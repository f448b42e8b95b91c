import { expect } from 'chai';
import { configure, type SequencedTaskRunner, ThreadPool } from '../../src/index.js';
import { gate, macrotask } from './support.js';

const NAMED = { ran: [] as string[], skipped: [] as string[], abandoned: [] as string[] };

describe('A shutdown waits for what has begun', () => {
  let pool: ThreadPool;
  let runner: SequencedTaskRunner;
  let log: string[];

  beforeEach(() => {
    configure({ turnBudget: Number.MIN_VALUE });
    pool = new ThreadPool();
    runner = pool.createSequencedTaskRunner({ name: 'runner' });
    log = [];
  });

  for (const isPool of [true, false]) {
    it(`although it is cancelled, and cleans up, and for the others too: ${isPool ? 'of a pool' : 'of a runner'}`, async () => {
      const cleaning = gate();
      const handle = runner.postTask(
        function* () {
          try {
            for (;;) yield;
          } finally {
            log.push('cleans up');
            // eslint-disable-next-line no-unsafe-finally -- what a clean-up returns is awaited, too
            return cleaning.promise.then(() => log.push('has cleaned up'));
          }
        },
        { name: 'generator' },
      );
      handle.then(undefined, () => undefined);
      await macrotask();
      handle.cancel();
      const closing = (isPool ? pool : runner).shutdown();
      void closing.then(() => log.push('shut down'));
      await macrotask();
      expect(log).not.to.contain('shut down');
      cleaning.open();
      const { ran } = await closing;
      expect(ran).to.contain('generator');
      expect(log.slice(-2)).to.deep.equal(['has cleaned up', 'shut down']);
    });
  }

  it('and for the run to which an action has armed itself again before, if it blocks the shutdown', async () => {
    const blocking = pool.createSequencedTaskRunner({ name: 'blocking', shutdownBehavior: 'block-shutdown' });
    let report: Promise<object> | undefined;
    blocking.schedule(function () {
      log.push('run');
      this.schedule();
      report ??= pool.shutdown();
    });
    await macrotask();
    expect(await report).to.deep.equal({ ...NAMED, ran: ['blocking'] });
    expect(log).to.deep.equal(['run', 'run']);
  });
});
