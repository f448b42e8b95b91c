import { expect } from 'chai';
import { observeOn, of } from 'rxjs';
import { type Runner, stats, TaskRejectedError, ThreadPool } from '../../../src/index.js';
import { errorOf, macrotask, rejectionOf, turns, uncaughtDuring } from '../../support/support.js';

describe('After a shutdown', () => {
  let pool: ThreadPool;
  let log: string[];

  beforeEach(() => {
    pool = new ThreadPool({ name: 'app' });
    log = [];
  });

  it('postTask gives a rejected handle, which is counted', async () => {
    await pool.shutdown();
    const runner = pool.createSequencedTaskRunner();
    const handles = [pool.postTask(() => 1), runner.postTask(() => 1), runner.postDelayedTask(() => 1, 5)];
    for (const handle of handles) {
      expect([handle.state, handle.closed]).to.deep.equal(['rejected', true]);
      expect(await rejectionOf(handle)).to.be.an.instanceof(TaskRejectedError);
    }
    expect(stats(pool).rejected).to.equal(3);
  });

  it('schedule throws a TaskRejectedError', async () => {
    await pool.shutdown();
    const runner = pool.createSequencedTaskRunner({ name: 'account' });
    for (const scheduler of [pool, runner, runner.withPriority('best-effort'), pool.withPriority('best-effort')]) {
      const error = errorOf(() => scheduler.schedule(() => undefined));
      expect(error).to.be.an.instanceof(TaskRejectedError);
      expect(error).to.have.property('reason', 'shutdown');
    }
    expect(errorOf(() => runner.schedule(() => undefined)).message).to.contain("'account'");
  });

  it('a stream ends loudly: observeOn turns that into an error notification', async () => {
    await pool.shutdown();
    let error: unknown;
    of(1, 2)
      .pipe(observeOn(pool))
      .subscribe({ error: (reason: unknown) => (error = reason) });
    expect(error).to.be.an.instanceof(TaskRejectedError);
  });

  it('re-arming is a no-op, for an action that rests and for one that runs', async () => {
    const resting = pool.schedule(() => log.push('rests')) as ReturnType<typeof pool.schedule> & {
      schedule(): unknown;
    };
    await macrotask();
    const runner = pool.createSequencedTaskRunner();
    let report: Promise<unknown> | undefined;
    runner.schedule(function () {
      log.push('runs');
      report = pool.shutdown();
      this.schedule();
    });
    await turns();
    expect(resting.schedule()).to.equal(resting);
    await report;
    await turns();
    expect(log).to.deep.equal(['rests', 'runs']);
    expect(stats(pool)).to.include({ queued: 0, delayed: 0 });
  });

  for (const [scope, shutDown] of [
    ['pool', (_: Runner, timeout: number) => pool.shutdown({ timeout })],
    ['runner', (runner: Runner, timeout: number) => runner.shutdown({ timeout })],
  ] as const) {
    it(`an action that is to block the shutdown of its ${scope} may arm itself again, and is waited for`, async () => {
      const runner = pool.createSequencedTaskRunner({ name: 'account', shutdownBehavior: 'block-shutdown' });
      runner.schedule(function () {
        if (log.push('runs') < 10) this.schedule();
      });
      expect(await shutDown(runner, Infinity)).to.deep.equal({ ran: ['account'], skipped: [], abandoned: [] });
      expect(log).to.have.lengthOf(10);
      expect(stats(pool)).to.include({ queued: 0, delayed: 0 });
    });

    it(`an action that arms itself again without end is abandoned at the time-out of its ${scope}`, async () => {
      const runner = pool.createSequencedTaskRunner({ name: 'account', shutdownBehavior: 'block-shutdown' });
      runner.schedule(function () {
        log.push('runs');
        this.schedule();
      });
      expect(await shutDown(runner, 2)).to.deep.equal({ ran: [], skipped: [], abandoned: ['account'] });
      const { length } = log;
      await turns();
      expect(log).to.have.lengthOf(length);
      expect(stats(pool)).to.include({ queued: 0, delayed: 0 });
    });
  }

  it('re-arming an action that is to block the shutdown, and still waits, does not keep it from running', async () => {
    const runner = pool.createSequencedTaskRunner({ name: 'account', shutdownBehavior: 'block-shutdown' });
    const waiting = runner.schedule(() => log.push('runs')) as ReturnType<typeof pool.schedule> & {
      schedule(): unknown;
    };
    let isOver = false;
    void pool.shutdown().then(() => (isOver = true));
    waiting.schedule();
    await turns();
    expect({ log, isOver }).to.deep.equal({ log: ['runs'], isOver: true });
  });

  it('nothing is reported that somebody was told already', async () => {
    const uncaught = await uncaughtDuring(async () => {
      void pool.postTask(() => 1);
      await pool.shutdown();
    });
    expect(uncaught).to.deep.equal([]);
  });
});
