import { expect } from 'chai';
import {
  bounded,
  type JobHandle,
  type JobOptions,
  postJob,
  type Runner,
  type ShutdownBehavior,
  stats,
  type TaskRunner,
  ThreadPool,
} from '../../src/index.js';
import { gate, type Gate, rejectionOf, turns, uncaughtDuring } from '../support/support.js';

describe('A job', () => {
  let pool: ThreadPool;
  let log: string[];
  let reported: unknown[];
  /** Of the workers that have begun, by index. */
  let signals: AbortSignal[];
  let holds: Gate<void>[];
  const error = new Error('expected');

  beforeEach(() => {
    log = [];
    reported = [];
    signals = [];
    holds = Array.from({ length: 4 }, () => gate());
    pool = new ThreadPool({ workers: 4, onTaskError: (error, { name }) => reported.push([error, name]) });
  });

  /** So many workers, each of which takes one piece and keeps it until its gate opens. */
  function holding(pieces: number, options: Partial<JobOptions> = {}): JobOptions {
    let left = pieces;
    return {
      maxConcurrency: (active) => left + active,
      work: async ({ signal }, { index }) => {
        left--;
        signals[index] = signal;
        log.push(`begun ${index}`);
        await holds[index]!.promise;
        log.push(`ended ${index}`);
      },
      ...options,
    };
  }

  describe('of which a worker fails', () => {
    it('rejects with the first error, without waiting for the others, whose signals abort', async () => {
      const job = postJob(pool, holding(3));
      await turns();
      holds[1]!.fail(error);
      expect(await rejectionOf(job)).to.equal(error);
      expect(job.state).to.equal('failed');
      expect(signals.map(({ aborted }) => aborted)).to.deep.equal([true, false, true]);
      expect(signals[0]!.reason).to.include({ name: 'AbortError', cause: error });
      // They hold their workers until they have ended.
      expect(stats(pool).busy).to.equal(2);
      holds[0]!.fail(new Error('later'));
      holds[2]!.open();
      await turns();
      expect([stats(pool).busy, log.at(-1), reported]).to.deep.equal([0, 'ended 2', []]);
    });

    it('withdraws the worker that is queued', async () => {
      const job = postJob(pool, holding(9));
      await turns();
      expect(stats(pool).queued).to.equal(1);
      holds[0]!.fail(error);
      await rejectionOf(job);
      expect(stats(pool).queued).to.equal(0);
      for (const hold of holds) hold.open();
      await turns();
      expect(log.filter((entry) => entry.startsWith('begun'))).to.have.lengthOf(4);
    });

    it('and nobody awaits the handle, tells the pool once, as the error of that worker', async () => {
      postJob(pool, holding(3, { name: 'shared' }));
      await turns();
      for (const hold of holds.slice(0, 3)) hold.fail(error);
      await turns();
      expect(reported).to.deep.equal([[error, 'shared']]);
    });
  });

  describe('whose maxConcurrency', () => {
    it('throws as the first worker begins, rejects with that error', async () => {
      const fail = (): never => {
        throw error;
      };
      expect(await rejectionOf(postJob(pool, holding(1, { maxConcurrency: fail })))).to.equal(error);
      postJob(pool, holding(1, { maxConcurrency: fail, name: 'unheard' }));
      await turns();
      expect(reported).to.deep.equal([[error, 'unheard']]);
      expect(log).to.be.empty;
    });

    const failingAfterwards = (): JobOptions => {
      let isBroken = false;
      const maxConcurrency = (active: number): number => {
        if (isBroken) throw error;
        return 2 - active;
      };
      return holding(1, { maxConcurrency, work: () => (isBroken = true) });
    };

    it('throws when a worker has ended, rejects with that error', async () => {
      const job = postJob(pool, failingAfterwards());
      expect(await rejectionOf(job)).to.equal(error);
      expect(job.state).to.equal('failed');
    });

    it('throws when a worker has ended, and nobody awaits the handle, tells the pool', async () => {
      postJob(pool, failingAfterwards());
      await turns();
      expect(reported).to.have.lengthOf(1);
      const [[told]] = reported as [[{ readonly errors: unknown[] }]];
      expect(told.errors).to.deep.equal([error]);
    });

    for (const [wrong, type] of [
      [NaN, 'RangeError'],
      [-1, 'RangeError'],
      ['3', 'TypeError'],
      [undefined, 'TypeError'],
    ] as const) {
      it(`returns ${String(wrong)}, rejects with a ${type} that names the value`, async () => {
        const job = postJob(pool, holding(1, { maxConcurrency: () => wrong as number }));
        const thrown = await rejectionOf(job);
        expect(thrown.name).to.equal(type);
        const shown = typeof wrong === 'string' ? `'${wrong}'` : String(wrong);
        expect(thrown.message).to.contain(`must return a number of workers, 0 or more; got ${shown}.`);
        expect(log).to.be.empty;
      });
    }

    it('cancels the job, calls no work', async () => {
      const job: JobHandle = postJob(pool, holding(1, { maxConcurrency: () => (job.cancel('no more'), 1) }));
      expect(await rejectionOf(job)).to.have.property('cause', 'no more');
      await turns();
      expect([log, stats(pool).queued]).to.deep.equal([[], 0]);
    });
  });

  describe('that is cancelled', () => {
    it('before a worker has begun, calls nothing', async () => {
      const job = postJob(pool, holding(3));
      job.cancel('no more');
      expect(await rejectionOf(job)).to.include({ name: 'AbortError', cause: 'no more' });
      await turns();
      expect([log, job.state, stats(pool).queued]).to.deep.equal([[], 'cancelled', 0]);
    });

    it('aborts the signals of its workers with the reason, and posts no others', async () => {
      const job = postJob(pool, holding(9));
      await turns();
      job.cancel('no more');
      expect(signals.map(({ reason }) => (reason as Error).cause)).to.deep.equal(Array(4).fill('no more'));
      for (const hold of holds) hold.open();
      await rejectionOf(job);
      await turns();
      expect(log.filter((entry) => entry.startsWith('begun'))).to.have.lengthOf(4);
      expect([reported, stats(pool).busy]).to.deep.equal([[], 0]);
      expect(job.notifyConcurrencyIncrease()).to.equal(false);
    });

    it('by its signal, does the same', async () => {
      const controller = new AbortController();
      const job = postJob(pool, holding(2, { signal: controller.signal }));
      await turns();
      controller.abort('gone');
      expect(await rejectionOf(job)).to.include({ name: 'AbortError', cause: 'gone' });
      expect(signals.map(({ reason }) => (reason as Error).cause)).to.deep.equal(['gone', 'gone']);
      for (const hold of holds) hold.open();
    });

    it('by a signal that has aborted already, calls nothing', async () => {
      const job = postJob(pool, holding(2, { signal: AbortSignal.abort('gone'), name: 'shared' }));
      expect(job.state).to.equal('cancelled');
      expect((await rejectionOf(job)).message).to.contain("task 'shared'");
      await turns();
      expect([log, stats(pool).queued]).to.deep.equal([[], 0]);
    });

    it('on a runner that somebody else has written, calls nothing that begins all the same', async () => {
      const postTask: TaskRunner['postTask'] = (task, options) =>
        Object.assign(pool.postTask(task, options), { cancel: () => undefined });
      const stubborn = Object.assign(Object.create(pool) as TaskRunner, { postTask });
      const job = postJob(stubborn, holding(2));
      job.cancel('no more');
      await rejectionOf(job);
      await turns();
      expect(log).to.be.empty;
    });

    it('leaves nothing on its signal, as when it ends well', async () => {
      const { signal } = new AbortController();
      let listeners = 0;
      const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
      Object.assign(signal, {
        addEventListener: (...args: Parameters<typeof add>) => (listeners++, add(...args)),
        removeEventListener: (...args: Parameters<typeof remove>) => (listeners--, remove(...args)),
      });
      const cancelled = postJob(pool, holding(1, { signal }));
      const done = postJob(pool, holding(0, { signal }));
      expect(listeners).to.equal(1);
      cancelled.cancel();
      await rejectionOf(cancelled);
      await done;
      expect(listeners).to.equal(0);
    });
  });

  describe('in a shutdown', () => {
    let runner: Runner;
    const begun = async (pieces: number, shutdownBehavior?: ShutdownBehavior): Promise<{ job: JobHandle }> => {
      runner = pool.createParallelTaskRunner({ maxConcurrency: 2, name: 'runner' });
      const job = postJob(runner, holding(pieces, { shutdownBehavior }));
      await turns();
      // In an object, lest it be awaited.
      return { job };
    };

    it('is rejected when no worker has begun', async () => {
      const job = postJob(pool, holding(2));
      const dropped = rejectionOf(job);
      await pool.shutdown();
      expect(await dropped).to.have.property('reason', 'shutdown');
      expect([job.state, log]).to.deep.equal(['rejected', []]);
    });

    it('is done when the workers that have begun leave nothing', async () => {
      const { job } = await begun(2);
      const report = pool.shutdown();
      for (const hold of holds) hold.open();
      await job;
      expect((await report).ran).to.deep.equal(['runner', 'runner']);
      expect(job.state).to.equal('done');
    });

    it('is rejected when they leave something, after the last one has ended', async () => {
      const { job } = await begun(9);
      const rejection = rejectionOf(job);
      const report = pool.shutdown();
      holds[0]!.open();
      await turns();
      expect(job.state).to.equal('running');
      holds[1]!.open();
      expect(await rejection).to.have.property('reason', 'shutdown');
      expect(await report).to.deep.equal({ ran: ['runner', 'runner'], skipped: ['runner'], abandoned: [] });
      expect(reported).to.be.empty;
    });

    it("is waited for to its end with 'block-shutdown'", async () => {
      const { job } = await begun(5, 'block-shutdown');
      const report = pool.shutdown();
      for (const hold of holds) hold.open();
      await job;
      expect((await report).ran).to.have.lengthOf(5);
      expect(log.filter((entry) => entry.startsWith('ended'))).to.have.lengthOf(5);
    });

    it('is cancelled when the pool is stopped', async () => {
      const { job } = await begun(2);
      void pool.stop();
      expect(job.state).to.equal('cancelled');
      expect((await rejectionOf(job)).message).to.contain('was stopped');
      for (const hold of holds) hold.open();
    });

    it('that is over, is rejected at once', async () => {
      await pool.shutdown();
      const job = postJob(pool, holding(2));
      expect(job.state).to.equal('rejected');
      expect(await rejectionOf(job)).to.have.property('reason', 'shutdown');
    });

    it('tells the pool, when nobody awaits the handle, of the rejection that ends it, and of no other', async () => {
      await begun(9);
      void pool.shutdown();
      for (const hold of holds) hold.open();
      await turns();
      expect(reported).to.have.lengthOf(1);
      expect(reported[0]).to.have.nested.property('[0].reason', 'shutdown');
    });
  });

  describe('whose queue is full', () => {
    it('goes on with the workers that it has, and is rejected when it has none', async () => {
      const runner = pool.createParallelTaskRunner({ maxConcurrency: 1, queue: bounded(1) });
      const job = postJob(runner, holding(3));
      await turns();
      // The second one waits in the queue. Another task takes its place there.
      expect(stats(runner).queued).to.equal(1);
      const other = postJob(runner, holding(1));
      expect(await rejectionOf(other)).to.have.property('reason', 'full');
      holds[0]!.open();
      await job;
      expect(job.state).to.equal('done');
    });

    it('goes on when its queued worker is dropped, and posts another when one has ended', async () => {
      const runner = pool.createParallelTaskRunner({ maxConcurrency: 2, queue: bounded(1, 'drop-oldest') });
      const hold = gate();
      void runner.postTask(() => hold.promise);
      await turns();
      const job = postJob(runner, holding(3));
      await turns();
      expect(stats(runner)).to.include({ queued: 1, running: 2 });
      const other = runner.postTask(() => log.push('other'));
      expect([job.state, stats(runner).dropped]).to.deep.equal(['running', 1]);
      hold.open();
      await other;
      holds[0]!.open();
      await job;
      expect(log.filter((entry) => entry === 'begun 0')).to.have.lengthOf(3);
      expect(reported).to.be.empty;
    });
  });

  it('reports as uncaught, once, what a pool without onTaskError is not told', async () => {
    const quiet = new ThreadPool();
    const uncaught = await uncaughtDuring(async () => {
      postJob(quiet, { maxConcurrency: () => 2, work: () => Promise.reject(error) });
      await turns();
    });
    expect(uncaught).to.deep.equal([error]);
  });
});
