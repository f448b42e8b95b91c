import { expect } from 'chai';
import { useFakeTimers } from 'sinon';
import {
  bounded,
  configure,
  keyed,
  postRepeatingTask,
  postTaskAndReply,
  stats,
  steps,
  ThreadPool,
  whenIdle,
  whenRoom,
} from '../../src/index.js';
import { growthPerTask, heapUsed } from '../support/heap.js';

/** A million tasks of each kind, in rounds; whatever one of them leaves behind has 16 bytes at least. */
describe('A million tasks return the heap to where it was', () => {
  const ROUNDS = 100;
  const TASKS = 10_000;
  const MOST = 2;
  const noop = (): void => undefined;
  const ignore = (): void => undefined;
  const { stackTraceLimit } = Error;

  let pool: ThreadPool;

  beforeEach(() => {
    pool = new ThreadPool();
    // Most of the time of a cancelled or dropped task is its error's stack, which nobody reads here.
    Error.stackTraceLimit = 0;
  });
  afterEach(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });

  const leavesNothing = async (round: (tasks: number) => unknown): Promise<void> => {
    expect(await growthPerTask(ROUNDS, TASKS, round)).to.be.below(MOST);
    expect(stats(pool)).to.include({ queued: 0, delayed: 0, busy: 0 });
  };

  it('when they are posted and run', () => {
    const runner = pool.createSequencedTaskRunner();
    return leavesNothing(async (tasks) => {
      for (let i = 1; i < tasks; i++) void runner.postTask(noop);
      await runner.postTask(noop);
    });
  });

  it('when they are delayed and cancelled', () => {
    const runner = pool.createParallelTaskRunner({ maxConcurrency: 2 });
    return leavesNothing((tasks) => {
      for (let i = 0; i < tasks; i++) runner.postDelayedTask(noop, 60_000 + i).cancel();
    });
  });

  it('when they are cancelled, and the signal that they follow lives on', () => {
    const runner = pool.createSequencedTaskRunner();
    const { signal } = new AbortController();
    return leavesNothing((tasks) => {
      for (let i = 0; i < tasks; i++) runner.postTask(noop, { signal }).cancel();
    });
  });

  it('when they are the runs of repeating tasks', async () => {
    // 250 tasks whose time comes 2,000 times: each is a timer of the fake clock, which takes most of the time.
    const clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
    try {
      let runs = 0;
      const options = { interval: 1, mode: 'fixed-rate' } as const;
      const runners = Array.from({ length: 250 }, () => pool.createSequencedTaskRunner());
      const repeating = runners.map((runner) => postRepeatingTask(runner, () => runs++, options));
      // The tables of the fake clock, and compiled code, grow at first, whoever uses them: a leak would go on.
      const bytesPerRun: number[] = [];
      for (let stretch = 0; stretch < 4; stretch++) {
        const [before, from] = [await heapUsed(), runs];
        clock.tick(500);
        expect(runs - from).to.equal(125_000);
        bytesPerRun.push(((await heapUsed()) - before) / 125_000);
      }
      expect(Math.min(...bytesPerRun.slice(1))).to.be.below(MOST);
      for (const handle of repeating) handle.cancel();
    } finally {
      clock.restore();
    }
  });

  it('when they yield, and go on', () => {
    const yields = steps(function* () {
      yield;
    });
    return leavesNothing(async (tasks) => {
      for (let i = 1; i < tasks; i++) void pool.postTask(yields);
      await pool.postTask(async (context) => {
        for (let i = 0; i < 10; i++) await context.yield();
      });
      await whenIdle(pool);
    });
  });

  it('when they are replied to', () => {
    const [asker, answerer] = [pool.createSequencedTaskRunner(), pool.createSequencedTaskRunner()];
    return leavesNothing(async (tasks) => {
      for (let i = 1; i < tasks; i++) void postTaskAndReply(answerer, noop, noop, { on: asker });
      await postTaskAndReply(answerer, noop, noop, { on: asker });
    });
  });

  for (const whenFull of ['drop-oldest', 'drop-newest', 'reject'] as const) {
    it(`when a full queue drops them, with '${whenFull}'`, () => {
      const runner = pool.createSequencedTaskRunner({ queue: bounded(10, whenFull) });
      return leavesNothing(async (tasks) => {
        for (let i = 0; i < tasks; i++) void runner.postTask(noop);
        await whenRoom(runner);
        await whenIdle(runner);
      });
    });
  }

  it('when each of them has a key of its own', () => {
    const byKey = keyed<number>(pool);
    let key = 0;
    return leavesNothing(async (tasks) => {
      for (let i = 1; i < tasks; i++) void byKey.runner(key++).postTask(noop);
      await byKey.runner(key++).postTask(noop);
      await whenIdle(pool);
      expect(byKey.size).to.equal(0);
    });
  });

  it('when they hold a worker, and fail', async () => {
    configure({ turnBudget: 60_000 });
    const failing = (): Promise<never> => Promise.reject(new Error('expected'));
    await leavesNothing(async (tasks) => {
      for (let i = 0; i < tasks; i++) pool.postTask(failing).then(null, ignore);
      await whenIdle(pool);
    });
  });
}).timeout(180_000);
