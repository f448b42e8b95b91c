import { expect } from 'chai';
import { delay, interval, map, observeOn, take } from 'rxjs';
import { createTaskRunner, initGlobalThreadPool, shutdownGlobalThreadPool, stats, ThreadPool } from 'rxjs-task-runner';
import { marbles } from 'rxjs-task-runner/testing';
import { rawRun } from '../support/raw-run.js';
import { RunOrder } from '../support/run-order.js';

// As in a program: made once, at module level, with nothing injected and nothing known of tests.
const pool = new ThreadPool();
const runner = pool.createSequencedTaskRunner({ name: 'runner' });

/** A program that knows nothing of tests either. */
const ticker = () =>
  interval(60_000, runner).pipe(
    map((n) => `minute ${n + 1}`),
    take(2),
  );

/** RxJS's own way to have virtual time, and the one of this library, which is the same with more help. */
const WAYS: readonly (readonly [name: string, run: typeof rawRun])[] = [
  ['testScheduler.run()', rawRun],
  ['marbles()', marbles],
];

for (const [name, run] of WAYS) {
  describe(`The very runner that runs in production is virtual inside ${name}`, () => {
    it('minutes pass in no time', () => {
      run(({ expectObservable }) => {
        const expected = '1m a 59999ms (b|)';
        expectObservable(ticker()).toBe(expected, { a: 'minute 1', b: 'minute 2' });
      });
    });

    it('its clock shows frames inside, and the time of day outside', () => {
      const before = runner.now();
      run(({ cold, expectObservable }) => {
        const source = cold('a--b-(c|)');
        const expected = '   a--b-(c|)';
        expectObservable(source.pipe(map(() => runner.now()))).toBe(expected, { a: 0, b: 3, c: 5 });
      });
      expect(runner.now()).to.be.at.least(before);
      expect(before).to.be.greaterThan(Date.UTC(2020, 0));
    });

    it('each begins in frame 0, with a queue of its own', () => {
      for (let i = 0; i < 3; i++) {
        run(({ hot, expectObservable }) => {
          const source = hot('-a-b|    ');
          const expected = '  ---a-(b|)';
          expectObservable(source.pipe(delay(2, runner))).toBe(expected);
        });
      }
    });

    it('flush() in the middle runs all there is, and time goes on from there', () => {
      run(({ flush }) => {
        const log: string[] = [];
        runner.schedule(() => log.push(`a ${runner.now()}`), 4);
        flush();
        expect(log).to.deep.equal(['a 4']);
        runner.schedule(() => log.push(`b ${runner.now()}`), 3);
        flush();
        expect(log).to.deep.equal(['a 4', 'b 7']);
      });
    });

    it('runners, views and pools see the same frame', () => {
      run(({ hot, expectObservable }) => {
        const clocks = [runner, runner.withPriority('best-effort'), pool, pool.withPriority('user-blocking')];
        const source = hot('---a|');
        const expected = '  ---a|';
        const frames = source.pipe(map(() => clocks.map((clock) => clock.now())));
        expectObservable(frames).toBe(expected, { a: [3, 3, 3, 3] });
      });
    });

    it('stats are those of the clock in force', () => {
      const real = runner.schedule(() => undefined, 1_000_000);
      expect(stats(runner)).to.include({ queued: 0, running: 0, delayed: 1 });
      run(() => {
        expect(stats(runner)).to.include({ queued: 0, running: 0, delayed: 0 });
        runner.schedule(() => undefined, 5);
        runner.schedule(() => undefined, 6);
        expect(stats(runner)).to.include({ queued: 0, running: 0, delayed: 2 });
      });
      real.unsubscribe();
      expect(stats(runner).delayed).to.equal(0);
    });

    it('a runner of the global pool, too', async () => {
      const early = createTaskRunner({ name: 'early' });
      initGlobalThreadPool(2);
      try {
        run(({ hot, expectObservable }) => {
          const source = hot('-a-b-|');
          const expected = '  -a-b-|';
          expectObservable(source.pipe(observeOn(early))).toBe(expected);
        });
      } finally {
        await shutdownGlobalThreadPool();
      }
    });
  });

  describe(`Work posted under one clock never runs under another, such as that of ${name}`, () => {
    it('real work that is pending stays where it is, and goes on afterwards', async () => {
      const log: string[] = [];
      const queued = runner.postTask(() => log.push('queued'));
      const delayed = runner.postDelayedTask(() => log.push('delayed'), 2);
      run(({ expectObservable }) => {
        const order = new RunOrder();
        runner.schedule(order.mark('a'), 5);
        const expected = '-----a';
        expectObservable(order.ran).toBe(expected);
      });
      expect(log).to.deep.equal([]);
      await Promise.all([queued, delayed]);
      expect(log).to.deep.equal(['queued', 'delayed']);
    });

    it('real work that holds the sequence does not hold it inside', async () => {
      let finish: () => void = () => undefined;
      const held = runner.postTask(() => new Promise<void>((resolve) => (finish = resolve)));
      await pool.postTask(() => undefined);
      expect(stats(runner).running).to.equal(1);
      run(({ expectObservable }) => {
        const order = new RunOrder();
        runner.schedule(order.mark('a'), 1);
        const expected = '-a';
        expectObservable(order.ran).toBe(expected);
      });
      finish();
      await held;
    });

    it('an action that belongs to real time is moved by arming it again inside', () => {
      const ran = new RunOrder();
      const action = runner.schedule(ran.mark('a'), 1_000_000) as ReturnType<typeof runner.schedule> & {
        schedule(state?: unknown, delay?: number): void;
      };
      run(({ expectObservable }) => {
        action.schedule(undefined, 3);
        const expected = '---a';
        expectObservable(ran.ran).toBe(expected);
      });
      expect(stats(runner).delayed).to.equal(0);
    });

    it('a task may itself call it: inside time is virtual, and afterwards the task goes on', async () => {
      const frames: number[] = [];
      const handle = runner.postTask(() => {
        run(() => runner.schedule(() => frames.push(runner.now()), 7));
        return runner.isCurrent();
      });
      expect(await handle).to.equal(true);
      expect(frames).to.deep.equal([7]);
    });
  });
}
