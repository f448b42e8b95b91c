import { expect } from 'chai';
import { Observable } from 'rxjs';
import { stats, ThreadPool } from '../../src/index.js';
import { FakeTime } from '../support/fake-time.js';
import { rejectionOf } from '../support/support.js';

describe('What continues a task, and throws', () => {
  let time: FakeTime;

  beforeEach(() => (time = new FakeTime()));
  afterEach(() => time.end());

  for (const verb of ['sleepThen', 'yieldThen'] as const) {
    it(`by ${verb} fails it, unsubscribes from its observable, aborts its signal, and frees its sequence`, async () => {
      const pool = new ThreadPool({ workers: 1 });
      const runner = pool.createSequencedTaskRunner();
      const handle = runner.postTask(
        (context) =>
          new Observable(() => {
            context.signal.addEventListener('abort', time.noting('aborted'));
            const next = (): never => {
              throw new Error('no');
            };
            if (verb === 'sleepThen') context.sleepThen(5, next);
            else context.yieldThen(next);
            return time.noting('unsubscribed');
          }),
      );
      const error = rejectionOf(handle);
      void runner.postTask(time.noting('next'));
      await time.pass(10);
      expect((await error).message).to.equal('no');
      expect(time.log.map((line) => line.replace(/ at .*/, ''))).to.deep.equal(['aborted', 'unsubscribed', 'next']);
      expect(stats(pool)).to.include({ busy: 0, running: 0, failed: 1, finished: 1 });
    });
  }
});
