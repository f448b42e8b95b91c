import { expect } from 'chai';
import { type Runner, type TaskHandle, ThreadPool } from '../../../src/index.js';
import { gate, macrotask, rejectionOf } from '../../support/support.js';

describe('The report of a shutdown', () => {
  for (const scope of ['pool', 'runner'] as const) {
    describe(`of a ${scope}`, () => {
      let pool: ThreadPool;
      let runner: Runner;
      let log: string[];

      beforeEach(() => {
        pool = new ThreadPool();
        runner = pool.createSequencedTaskRunner({ name: 'runner', shutdownBehavior: 'block-shutdown' });
        log = [];
      });

      const closing = (): ThreadPool | Runner => (scope === 'pool' ? pool : runner);
      const skip = (name: string): TaskHandle<unknown> => {
        const handle = runner.postTask(() => log.push(name), { name, shutdownBehavior: 'skip-on-shutdown' });
        handle.then(undefined, () => undefined);
        return handle;
      };
      const block = (name: string, until?: PromiseLike<void>): TaskHandle<unknown> => {
        const run = (): unknown => until?.then(() => log.push(name)) ?? log.push(name);
        const handle = runner.postTask(run, { name });
        handle.then(undefined, () => undefined);
        return handle;
      };

      it('waits for the rest when the teardown of a dropped task cancels one that it waits for', async () => {
        const hold = gate();
        const cancelled = block('cancelled');
        const dropped = skip('dropped');
        dropped.add(() => {
          cancelled.cancel();
        });
        block('slow', hold.promise);
        let isOver = false;
        const report = closing().shutdown();
        void report.then(() => (isOver = true));
        await macrotask();
        await macrotask();
        expect(isOver).to.be.false;
        hold.open();
        expect(await report).to.deep.equal({ ran: ['slow'], skipped: ['dropped'], abandoned: [] });
        expect(log).to.deep.equal(['slow']);
      });

      it('is complete when the teardown of a dropped task stops everything, and nothing runs then', async () => {
        const dropped = [skip('first'), block('blocking'), skip('last')];
        dropped[0]!.add(() => {
          void closing().stop();
        });
        const report = await closing().shutdown();
        expect(report).to.deep.equal({ ran: [], skipped: ['first', 'last'], abandoned: ['blocking'] });
        await macrotask();
        expect(log).to.deep.equal([]);
        expect(dropped.map(({ state }) => state)).to.deep.equal(['rejected', 'cancelled', 'rejected']);
      });

      it('is complete when what is given up cancels more of what is', async () => {
        const [first, second] = [block('first'), block('second')];
        first.add(() => {
          second.cancel();
        });
        const report = await closing().stop();
        expect(report).to.deep.equal({ ran: [], skipped: [], abandoned: ['first', 'second'] });
      });

      it('does not change once it was given', async () => {
        const hold = gate();
        block('slow', hold.promise);
        await macrotask();
        const report = await closing().stop();
        const before = JSON.stringify(report);
        hold.open();
        await macrotask();
        await macrotask();
        expect(JSON.stringify(report)).to.equal(before);
      });

      it('does not count a task that is to block it, but is cancelled before it begins, nor such an action', async () => {
        const hold = gate();
        const running = block('running', hold.promise);
        await macrotask();
        const [queued, last] = [block('queued'), block('last')];
        const action = runner.schedule(() => log.push('action'));
        const report = closing().shutdown();
        queued.cancel();
        action.unsubscribe();
        last.cancel();
        hold.open();
        expect(await report).to.deep.equal({ ran: ['running'], skipped: [], abandoned: [] });
        await running;
      });

      it('does not count one that waits for longer than its queueTimeout', async () => {
        const hold = gate();
        void runner.postTask(() => hold.promise, { name: 'running' });
        await macrotask();
        const options = { name: 'late', queueTimeout: 0 };
        const late = rejectionOf(runner.postTask(() => log.push('late'), options));
        const report = closing().shutdown();
        expect(await late).to.have.property('reason', 'timeout');
        hold.open();
        expect(await report).to.deep.equal({ ran: ['running'], skipped: [], abandoned: [] });
      });
    });
  }
});
