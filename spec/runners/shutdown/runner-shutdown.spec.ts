import { expect } from 'chai';
import { type SchedulerAction, Subject } from 'rxjs';
import {
  createSingleThreadTaskRunner,
  type ShutdownReport,
  stats,
  TaskRejectedError,
  ThreadPool,
} from '../../../src/index.js';
import { FakeTime } from '../../support/fake-time.js';
import { errorOf, gate, macrotask, rejectionOf } from '../../support/support.js';

describe('The shutdown of', () => {
  const kinds = {
    'a sequenced runner': (pool: ThreadPool) => pool.createSequencedTaskRunner({ name: 'one' }),
    'a parallel runner': (pool: ThreadPool) => pool.createParallelTaskRunner({ name: 'one', maxConcurrency: 3 }),
    'a runner with a worker of its own': () =>
      createSingleThreadTaskRunner({ name: 'one', shutdownBehavior: 'skip-on-shutdown' }),
  };
  const behaviors = ['skip-on-shutdown', 'block-shutdown', 'continue-on-shutdown'] as const;

  for (const [kind, make] of Object.entries(kinds)) {
    describe(kind, () => {
      let pool: ThreadPool;
      let runner: ReturnType<typeof make>;
      let log: string[];

      beforeEach(() => {
        pool = new ThreadPool({ name: 'app' });
        runner = make(pool);
        log = [];
      });

      const noting = (what: string) => (): void => void log.push(what);

      it('drops what waits, and tells it, unless it is to block the shutdown', async () => {
        const handles = behaviors.map((shutdownBehavior) =>
          runner.postTask(noting(shutdownBehavior), { name: shutdownBehavior, shutdownBehavior }),
        );
        const errors = [handles[0]!, handles[2]!].map(rejectionOf);
        expect(await runner.shutdown()).to.deep.equal({
          ran: ['block-shutdown'],
          skipped: ['skip-on-shutdown', 'continue-on-shutdown'],
          abandoned: [],
        });
        expect(log).to.deep.equal(['block-shutdown']);
        for (const error of await Promise.all(errors)) {
          expect(error).to.be.an.instanceof(TaskRejectedError).with.property('reason', 'shutdown');
          expect(error.message).to.contain("the runner 'one' is shut down");
        }
      });

      for (const shutdownBehavior of behaviors) {
        it(`treats what has begun as it says: ${shutdownBehavior}`, async () => {
          const hold = gate();
          const handle = runner.postTask(() => hold.promise, { name: 'slow', shutdownBehavior });
          await macrotask();
          const report = runner.shutdown();
          if (shutdownBehavior === 'continue-on-shutdown') {
            expect(await report).to.deep.equal({ ran: [], skipped: [], abandoned: ['slow'] });
            hold.open();
          } else {
            let isOver = false;
            void report.then(() => (isOver = true));
            await macrotask();
            expect(isOver).to.be.false;
            hold.open();
            expect(await report).to.deep.equal({ ran: ['slow'], skipped: [], abandoned: [] });
          }
          await handle;
        });
      }

      it('always drops what is delayed', async () => {
        const handle = runner.postDelayedTask(noting('late'), 1_000_000, { shutdownBehavior: 'block-shutdown' });
        expect((await runner.shutdown()).skipped).to.deep.equal(['one']);
        expect(await rejectionOf(handle)).to.have.property('reason', 'shutdown');
        expect(stats(runner)).to.include({ delayed: 0, isShutdown: true });
      });

      it('gives up after its time-out: what is left is cancelled, and reported as abandoned', async () => {
        const time = new FakeTime();
        try {
          let signal!: AbortSignal;
          const handle = runner.postTask(
            (context) => {
              ({ signal } = context);
              return new Subject();
            },
            { name: 'endless' },
          );
          const error = rejectionOf(handle);
          await time.pass(1);
          let report: ShutdownReport | undefined;
          void runner.shutdown({ timeout: 50 }).then((value) => (report = value));
          await time.pass(49);
          expect(report).to.be.undefined;
          await time.pass(1);
          expect(report).to.deep.equal({ ran: [], skipped: [], abandoned: ['endless'] });
          expect(signal.aborted).to.be.true;
          expect((await error).message).to.contain("the shutdown of the runner 'one' has timed out");
          expect(time.timers).to.equal(0);
        } finally {
          time.end();
        }
      });

      it('refuses a time-out that is none', () => {
        for (const timeout of [-1, NaN, '1']) {
          const Kind = typeof timeout === 'number' ? RangeError : TypeError;
          expect(errorOf(() => void runner.shutdown({ timeout: timeout as number }))).to.be.an.instanceof(Kind);
        }
        expect(stats(runner).isShutdown).to.be.false;
      });

      it('happens once: whoever asks for it, or waits for it, gets the same report', async () => {
        const waiting = runner.whenShutdown();
        const hold = gate();
        void runner.postTask(() => hold.promise, { name: 'slow' });
        await macrotask();
        const reports = [runner.shutdown(), runner.shutdown({ timeout: 0 }), waiting];
        hold.open();
        const [first, second, third] = await Promise.all(reports);
        expect(first).to.deep.equal({ ran: ['slow'], skipped: [], abandoned: [] });
        expect([second === first, third === first]).to.deep.equal([true, true]);
        expect(await runner.whenShutdown()).to.equal(first);
        expect(await runner.stop()).to.equal(first);
      });

      it('is waited for with a signal, if need be', async () => {
        const controller = new AbortController();
        const waiting = rejectionOf(runner.whenShutdown({ signal: controller.signal }));
        controller.abort('no more');
        expect(await waiting).to.equal('no more');
        expect(stats(runner).isShutdown).to.be.false;
      });

      it('may be asked for from inside one of its tasks, and counts that', async () => {
        let report!: Promise<ShutdownReport>;
        const handle = runner.postTask(
          async () => {
            report = runner.shutdown();
            await macrotask();
            log.push('asking');
          },
          { name: 'asking' },
        );
        const dropped = rejectionOf(runner.postDelayedTask(noting('late'), 1_000_000, { name: 'late' }));
        await handle;
        expect(await report).to.deep.equal({ ran: ['asking'], skipped: ['late'], abandoned: [] });
        expect(log).to.deep.equal(['asking']);
        await dropped;
      });

      it('may be asked for from inside an action, and counts that', async () => {
        const { open, promise } = gate<Promise<ShutdownReport>>();
        runner.schedule(() => {
          open(runner.shutdown());
        });
        expect(await promise).to.deep.equal({ ran: ['one'], skipped: [], abandoned: [] });
      });

      it('refuses what comes afterwards: tasks through their handle, actions with an error', async () => {
        await runner.shutdown();
        const handle = runner.postTask(noting('task'));
        expect(handle.state).to.equal('rejected');
        expect(await rejectionOf(handle)).to.have.property('reason', 'shutdown');
        const error = errorOf(() => runner.schedule(noting('action')));
        expect(error).to.be.an.instanceof(TaskRejectedError);
        expect(error.message).to.contain("the runner 'one' is shut down");
        expect(stats(runner)).to.include({ isShutdown: true, rejected: 2 });
        await macrotask();
        expect(log).to.deep.equal([]);
      });

      it('lets an action arm itself again no more', async () => {
        const action = runner.schedule(function (this: SchedulerAction<unknown>) {
          log.push('ran');
          void runner.shutdown();
          this.schedule(null);
          this.schedule(null, 1);
        }) as SchedulerAction<unknown>;
        await runner.whenShutdown();
        action.schedule(null);
        await macrotask();
        await macrotask();
        expect(log).to.deep.equal(['ran']);
        expect(stats(runner)).to.include({ queued: 0, running: 0, delayed: 0 });
      });

      it('is the end of an await using block', async () => {
        await runner[Symbol.asyncDispose]();
        expect(stats(runner).isShutdown).to.be.true;
      });

      it('is a stop, if that is asked for: what waits is dropped, and what runs cancelled, at once', async () => {
        let signal!: AbortSignal;
        const hold = gate();
        const running = runner.postTask(
          (context) => {
            ({ signal } = context);
            return hold.promise;
          },
          { name: 'running', shutdownBehavior: 'block-shutdown' },
        );
        await macrotask();
        const waiting = runner.postDelayedTask(noting('late'), 1_000_000, { name: 'late' });
        const errors = Promise.all([running, waiting].map(rejectionOf));
        const report = await runner.stop();
        expect(report).to.deep.equal({ ran: [], skipped: ['late'], abandoned: ['running'] });
        expect(signal.aborted).to.be.true;
        const [first, second] = await errors;
        expect(first!.name).to.equal('AbortError');
        expect(first!.message).to.contain("the runner 'one' was stopped");
        expect(second).to.have.property('reason', 'shutdown');
        hold.open();
        await macrotask();
        expect(stats(runner)).to.include({ queued: 0, running: 0 });
      });

      it('that has begun is cut short by a stop', async () => {
        const hold = gate();
        const running = rejectionOf(runner.postTask(() => hold.promise, { name: 'running' }));
        await macrotask();
        const report = runner.shutdown();
        void runner.stop();
        expect(await report).to.deep.equal({ ran: [], skipped: [], abandoned: ['running'] });
        expect(await running).to.have.property('name', 'AbortError');
        hold.open();
      });
    });
  }
});
