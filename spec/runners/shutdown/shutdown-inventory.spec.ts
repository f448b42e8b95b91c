import { expect } from 'chai';
import { flush, postRepeatingTask, type Runner, type ShutdownReport, stats, ThreadPool } from '../../../src/index.js';
import { FakeTime } from '../../support/fake-time.js';
import { errorOf, gate, macrotask, rejectionOf } from '../../support/support.js';
import { observe, type TaskObserver } from '../../support/observer-log.js';

const BLOCK = { name: 'block', shutdownBehavior: 'block-shutdown' } as const;

describe('A shutdown drops or waits for all that waits', () => {
  for (const scope of ['pool', 'runner'] as const) {
    describe(`of a ${scope}`, () => {
      let pool: ThreadPool;
      let runner: Runner;
      let log: string[];

      beforeEach(() => {
        pool = new ThreadPool();
        runner = pool.createSequencedTaskRunner({ name: 'runner' });
        log = [];
      });

      const closing = (): ThreadPool | Runner => (scope === 'pool' ? pool : runner);
      const noting = (what: string) => (): void => void log.push(what);

      /** Begins the shutdown when an observer is told `verb` of the task with that name, and gives its report. */
      const shutDownWhen = (verb: keyof TaskObserver, name: string): Promise<ShutdownReport> =>
        new Promise((resolve) => {
          const watching = observe({
            [verb]: (event: { name: string }) => {
              if (event.name !== name) return;
              watching.unsubscribe();
              void closing().shutdown().then(resolve);
            },
          });
        });

      it('right after a flush, while the code that awaited it goes on', async () => {
        void runner.postTask(noting('a'));
        const flushed = flush(runner);
        const dropped = rejectionOf(runner.postTask(noting('b'), { name: 'b' }));
        const blocking = runner.postTask(noting('c'), BLOCK);
        await flushed;
        const report = await closing().shutdown();
        expect(report).to.deep.equal({ ran: ['block'], skipped: ['b'], abandoned: [] });
        expect(log).to.deep.equal(['a', 'c']);
        expect(await dropped).to.have.property('reason', 'shutdown');
        await blocking;
      });

      it('right after a flush, when it is a stop', async () => {
        void runner.postTask(noting('a'));
        const flushed = flush(runner);
        const errors = [runner.postTask(noting('b')), runner.postTask(noting('c'), BLOCK)].map(rejectionOf);
        await flushed;
        expect(await closing().stop()).to.deep.equal({ ran: [], skipped: ['runner'], abandoned: ['block'] });
        await Promise.all(errors);
        await macrotask();
        expect(log).to.deep.equal(['a']);
      });

      it('although an observer asks for it when an asynchronous run of a repeating task has finished', async () => {
        const time = new FakeTime();
        try {
          let report: ShutdownReport | undefined;
          void shutDownWhen('finished', 'again').then((value) => (report = value));
          const again = rejectionOf(postRepeatingTask(runner, () => time.after(3), { interval: 1, name: 'again' }));
          await time.pass(2);
          const dropped = rejectionOf(runner.postTask(noting('b'), { name: 'b' }));
          const blocking = runner.postTask(noting('c'), BLOCK);
          await time.pass(10);
          // The run was told to have finished, and was just about to end; the next one is refused.
          expect(report!).to.deep.equal({ ran: ['again', 'block'], skipped: ['b'], abandoned: [] });
          expect(await again).to.have.property('reason', 'shutdown');
          expect(log).to.deep.equal(['c']);
          await Promise.all([dropped, blocking]);
        } finally {
          time.end();
        }
      });

      it('although an observer asks for it when an action has finished that left another behind, in nowhere', async () => {
        const report = shutDownWhen('finished', 'runner');
        runner.schedule(() => {
          queued.cancel();
          void rejectionOf(runner.postTask(noting('b'), { name: 'b' }));
        });
        const queued = runner.postTask(noting('cancelled'));
        await rejectionOf(queued);
        expect(await report).to.deep.equal({ ran: [], skipped: ['b'], abandoned: [] });
        await macrotask();
        expect(log).to.deep.equal([]);
      });

      it('waits for the task of whose start an observer was told as it asked for it', async () => {
        const report = shutDownWhen('started', 'slow');
        const hold = gate();
        const slow = runner.postTask(() => hold.promise, { name: 'slow' });
        let isOver = false;
        void report.then(() => (isOver = true));
        await macrotask();
        await macrotask();
        expect(isOver).to.be.false;
        hold.open();
        expect(await report).to.deep.equal({ ran: ['slow'], skipped: [], abandoned: [] });
        await slow;
      });

      it('refuses the very task, and the very action, of whose post an observer was told as it asked for it', async () => {
        const report = shutDownWhen('posted', 'runner');
        expect(errorOf(() => runner.schedule(noting('action')))).to.have.property('reason', 'shutdown');
        expect(await report).to.deep.equal({ ran: [], skipped: [], abandoned: [] });
        await macrotask();
        expect(log).to.deep.equal([]);
        expect(stats(runner)).to.include({ rejected: 1, queued: 0 });
      });
    });
  }
});
