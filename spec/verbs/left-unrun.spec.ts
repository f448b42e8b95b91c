import { expect } from 'chai';
import { TestScheduler } from 'rxjs/testing';
import { bounded, flush, hold, stats, type TaskHandle, ThreadPool, whenIdle } from '../../src/index.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { FakeTime } from '../support/fake-time.js';
import { turns } from '../support/support.js';

/** Nobody need look at how it ends. */
function quietly<T>(handle: TaskHandle<T>): TaskHandle<T> {
  handle.then(null, () => undefined);
  return handle;
}

describe('Whoever waits for a task that never begins is told', () => {
  const waits = { flush, whenIdle };

  for (const [name, waitFor] of Object.entries(waits)) {
    for (const isOfPool of [true, false]) {
      const whose = isOfPool ? 'a pool' : 'a runner';

      it(`by ${name} of ${whose}, when a full queue refuses it as it falls due, where time is virtual`, async () => {
        const time = new FakeTime();
        try {
          const queue = bounded(1);
          const full = new ThreadPool().createSequencedTaskRunner({ queue });
          const pool = new ThreadPool({ onTaskError: () => undefined });
          const held = hold(full);
          const waiting = full.postTask(() => undefined);
          const runner = pool.createSequencedTaskRunner({ queue });
          const refused = quietly(runner.postTask(() => undefined));
          void waitFor(isOfPool ? pool : runner).then(time.noting('told'));
          await time.pass(3);
          expect(refused.state).to.equal('rejected');
          expect(time.log).to.have.lengthOf(1);
          held.unsubscribe();
          await time.pass(3);
          expect(waiting.state).to.equal('done');
        } finally {
          time.end();
        }
      });
    }

    it(`by ${name}, when the run() ends in which it is held`, async () => {
      const pool = new ThreadPool();
      const log: string[] = [];
      new TestScheduler(() => undefined).run(() => {
        hold(pool);
        quietly(pool.postTask(() => log.push('ran')));
        void waitFor(pool).then(() => log.push('told'));
      });
      await turns();
      expect(log).to.deep.equal(['told']);
      expect(stats(pool)).to.include({ queued: 0, running: 0 });
    });

    it(`by ${name}, when the TaskEnvironment is disposed of in which it is held`, async () => {
      const pool = new ThreadPool();
      const log: string[] = [];
      const env = new TaskEnvironment({ allowPending: true });
      hold(pool);
      quietly(pool.postTask(() => log.push('ran')));
      void waitFor(pool).then(() => log.push('told'));
      env.runUntilIdle();
      env.dispose();
      await turns();
      expect(log).to.deep.equal(['told']);
    });
  }
});
