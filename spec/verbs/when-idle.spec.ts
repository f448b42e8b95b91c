import { expect } from 'chai';
import { NEVER } from 'rxjs';
import { useFakeTimers } from 'sinon';
import { keyed, stats, TaskTimeoutError, ThreadPool, whenIdle } from '../../src/index.js';
import { hub } from '../../src/kernel/events.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { FakeTime } from '../support/fake-time.js';
import { RUNNER_KINDS } from '../support/runner-kinds.js';
import { errorOf, gate, macrotask, microtasks, rejectionOf, turns } from '../support/support.js';

describe('whenIdle', () => {
  let log: string[];

  beforeEach(() => {
    log = [];
  });

  const noting = (what: string) => (): void => void log.push(what);

  for (const [kind, make] of Object.entries(RUNNER_KINDS)) {
    describe(`of ${kind}`, () => {
      it('resolves as soon as nothing is queued and nothing runs', async () => {
        const runner = make();
        const [one, two] = [gate(), gate()];
        const first = runner.postTask(() => one.promise);
        const idle = whenIdle(runner).then(noting('idle'));
        await turns();
        const second = runner.postTask(() => two.promise);
        one.open();
        await first;
        await turns();
        expect(log).to.deep.equal([]);
        two.open();
        await second;
        await idle;
        expect(log).to.deep.equal(['idle']);
      });

      it('resolves at once when there is nothing; what is delayed does not count', async () => {
        const runner = make();
        const delayed = runner.postTask(noting('delayed'), { delay: 1_000_000 });
        await whenIdle(runner);
        expect(stats(runner).delayed).to.equal(1);
        delayed.cancel();
      });

      it('resolves when the last that waits is cancelled', async () => {
        const runner = make();
        const handle = runner.postTask(noting('task'));
        const idle = whenIdle(runner);
        handle.cancel();
        await idle;
        expect(log).to.deep.equal([]);
      });

      it('resolves when the last was an action', async () => {
        const runner = make();
        runner.schedule(noting('action'));
        await whenIdle(runner);
        expect(log).to.deep.equal(['action']);
      });

      it('waits under fake timers too for what is posted and has not had its wake-up', async () => {
        const time = new FakeTime();
        try {
          const runner = make();
          const handle = runner.postTask(time.noting('task'));
          const cancelled = runner.postTask(time.noting('cancelled'));
          const delayed = runner.postTask(time.noting('delayed'), { delay: 1_000 });
          const idle = whenIdle(runner).then(time.noting('idle'));
          await microtasks();
          expect(time.log).to.deep.equal([]);
          cancelled.cancel();
          await rejectionOf(cancelled);
          expect(time.log).to.deep.equal([]);
          await time.settle();
          await Promise.all([handle, idle]);
          expect(time.log).to.deep.equal(['task at 0', 'idle at 0']);
          delayed.cancel();
          await rejectionOf(delayed);
        } finally {
          time.end();
        }
      });

      it('asked for from inside a task waits for that task', async () => {
        const runner = make();
        const hold = gate();
        const handle = runner.postTask(() => {
          void whenIdle(runner).then(noting('idle'));
          return hold.promise.then(noting('task'));
        });
        await turns();
        expect(log).to.deep.equal([]);
        hold.open();
        await handle;
        await turns();
        expect(log).to.deep.equal(['task', 'idle']);
      });

      it('waits for what the last task posts', async () => {
        const runner = make();
        void runner.postTask(() => {
          log.push('first');
          void runner.postTask(noting('second'));
        });
        await whenIdle(runner);
        expect(log).to.deep.equal(['first', 'second']);
      });

      it('rejects with the reason of its signal', async () => {
        const runner = make();
        const handle = runner.postTask(() => NEVER);
        await turns();
        const controller = new AbortController();
        const idle = rejectionOf(whenIdle(runner, { signal: controller.signal }));
        controller.abort('no more');
        expect(await idle).to.equal('no more');
        expect(await rejectionOf(whenIdle(runner, { signal: AbortSignal.abort('already') }))).to.equal('already');
        handle.cancel();
        await rejectionOf(handle);
      });
    });
  }

  it('of a pool covers all its runners, whose tasks hold it up, and not those of another pool', async () => {
    const pool = new ThreadPool();
    const other = new ThreadPool().postTask(() => NEVER);
    const hold = gate();
    const runners = [
      pool.createSequencedTaskRunner(),
      pool.createParallelTaskRunner({ maxConcurrency: 2 }),
      keyed(pool).runner('key'),
    ];
    for (const runner of runners) void runner.postTask(() => hold.promise);
    const idle = whenIdle(pool).then(noting('idle'));
    await turns();
    expect(log).to.deep.equal([]);
    hold.open();
    await idle;
    expect(stats(pool)).to.include({ queued: 0, running: 0, busy: 0 });
    other.cancel();
    await rejectionOf(other);
  });

  it('resolves with a stop, when what ran has ended', async () => {
    const runner = new ThreadPool().createSequencedTaskRunner();
    const hold = gate();
    const running = rejectionOf(runner.postTask(() => hold.promise));
    const queued = rejectionOf(runner.postTask(noting('queued')));
    await macrotask();
    void whenIdle(runner).then(noting('idle'));
    void runner.stop();
    await microtasks();
    expect(log).to.deep.equal([]);
    hold.open();
    await turns();
    expect(log).to.deep.equal(['idle']);
    await Promise.all([running, queued]);
  });

  describe('with a timeout', () => {
    it('rejects after it with what is left, and leaves nothing behind', () => {
      const wasHeard = hub.isHeard;
      const environment = new TaskEnvironment();
      const told: unknown[] = [];
      try {
        const pool = new ThreadPool({ workers: 1, name: 'app' });
        const runner = pool.createSequencedTaskRunner({ name: 'io' });
        runner.postTask(() => NEVER, { name: 'load' });
        runner.postTask(() => undefined, { name: 'save' });
        runner.postTask(() => undefined, { name: 'later', delay: 50 });
        for (let i = 0; i < 5; i++) pool.postTask(() => undefined, { name: `t${i}` });
        void whenIdle(pool, { timeout: 20 }).catch((error: unknown) => told.push(error));
        environment.advanceBy(20);
      } finally {
        environment.dispose({ allowPending: true });
      }
      return Promise.resolve().then(() => {
        const [error] = told;
        expect(error).to.be.an.instanceof(TaskTimeoutError);
        expect((error as Error).message).to.equal(
          "Not idle after 20 ms: task 'load' of 'io' has not ended; task 'save' of 'io' is queued; " +
            "task 't0' of 'app' is queued; task 't1' of 'app' is queued; task 't2' of 'app' is queued; and 2 more.",
        );
        expect(hub.isHeard).to.equal(wasHeard);
      });
    });

    it('resolves as without one when it is idle in time, and disarms its timer', async () => {
      const clock = useFakeTimers();
      try {
        const runner = new ThreadPool().createSequencedTaskRunner();
        runner.postTask(noting('task'));
        const idle = whenIdle(runner, { timeout: 1_000 }).then(noting('idle'));
        await clock.tickAsync(5);
        await idle;
        expect(log).to.deep.equal(['task', 'idle']);
        expect(clock.countTimers()).to.equal(0);
      } finally {
        clock.restore();
      }
    });

    it('keeps the others who wait for the same', async () => {
      const clock = useFakeTimers();
      try {
        const runner = new ThreadPool().createSequencedTaskRunner();
        const hold = gate();
        const task = runner.postTask(() => hold.promise);
        await clock.tickAsync(1);
        const idle = whenIdle(runner).then(noting('idle'));
        const late = rejectionOf(whenIdle(runner, { timeout: 10 })).then(noting('timed out'));
        await clock.tickAsync(10);
        await late;
        hold.open();
        await task;
        await idle;
        expect(log).to.deep.equal(['timed out', 'idle']);
      } finally {
        clock.restore();
      }
    });

    it('must be a number of milliseconds, 0 or more, or Infinity', () => {
      for (const timeout of [-1, NaN, '5']) {
        const error = errorOf(() => void whenIdle(new ThreadPool(), { timeout: timeout as number }));
        expect(error.message).to.contain('The option timeout must be a number of milliseconds');
      }
    });
  });
});
