import { expect } from 'chai';
import {
  bounded,
  createTaskRunner,
  flush,
  initGlobalThreadPool,
  postRepeatingTask,
  type RepeatingTaskHandle,
  type RepeatOptions,
  type Runner,
  shutdownGlobalThreadPool,
  stats,
  type TaskErrorInfo,
  type TaskRunner,
  ThreadPool,
} from '../../src/index.js';
import { EnvironmentTime } from '../support/environment-time.js';
import { FakeTime } from '../support/fake-time.js';
import { HandmadeRunner } from '../support/handmade-runner.js';
import { RUNNER_KINDS } from '../support/runner-kinds.js';
import { rejectionOf } from '../support/support.js';

describe('A repeating task that is run now', () => {
  let time: EnvironmentTime;
  let runner: Runner;
  let reported: [unknown, TaskErrorInfo][];

  beforeEach(() => {
    time = new EnvironmentTime();
    reported = [];
    const pool = new ThreadPool({ onTaskError: (...report) => reported.push(report) });
    runner = pool.createSequencedTaskRunner({ name: 'poller' });
  });
  afterEach(async () => {
    time.end();
    await shutdownGlobalThreadPool();
    expect(reported).to.deep.equal([]);
  });

  const runsAt = (...times: number[]): string[] => times.map((at) => `run at ${at}`);

  /** Runs that take `length` each; the log has their starts. */
  function post(repeat: RepeatOptions, length = 0, on: TaskRunner = runner): RepeatingTaskHandle {
    const work = () => {
      time.note('run');
      return length === 0 ? undefined : time.after(length);
    };
    return postRepeatingTask(on, work, repeat);
  }

  /** Calls `runNow` at each of the times, and lets time pass until the last one. */
  async function runNowAt(handle: RepeatingTaskHandle, times: readonly number[], until: number): Promise<void> {
    for (const at of times) {
      await time.pass(at - time.now);
      handle.runNow();
    }
    await time.pass(until - time.now);
  }

  const rate = { interval: 10, mode: 'fixed-rate' } as const;

  describe('while it waits for its delay', () => {
    it('runs at once instead: there is no second run when the delay would have been over', async () => {
      await runNowAt(post({ interval: 10 }), [4], 13);
      expect(time.log).to.deep.equal(runsAt(4));
      expect(stats(runner)).to.include({ queued: 0, delayed: 1 });
    });

    it('with a fixed delay counts the interval from the end of that run', async () => {
      await runNowAt(post({ interval: 10 }, 3), [4], 32);
      expect(time.log).to.deep.equal(runsAt(4, 17, 30));
    });

    it('at a fixed rate leaves out the run that it stands for, and the others come when they would have', async () => {
      await runNowAt(post(rate), [13], 42);
      expect(time.log).to.deep.equal(runsAt(10, 13, 30, 40));
    });

    it('at a fixed rate leaves out one run only, however often it is run now before that is due', async () => {
      await runNowAt(post(rate), [13, 15, 18], 32);
      expect(time.log).to.deep.equal(runsAt(10, 13, 15, 18, 30));
    });

    it('at a fixed rate keeps to it when that run begins late, and stands for all that were due until then', async () => {
      const handle = post({ ...rate, ifLate: 'run-once' });
      await time.pass(11);
      void runner.postTask(() => time.after(25));
      await runNowAt(handle, [12], 52);
      expect(time.log).to.deep.equal(runsAt(10, 36, 40, 50));
    });

    it('is queued behind what was posted before, as any task', async () => {
      const handle = post({ interval: 10 });
      void runner.postTask(time.noting('before'));
      handle.runNow();
      void runner.postTask(time.noting('after'));
      await time.settle();
      expect(time.log).to.deep.equal(['before at 0', 'run at 0', 'after at 0']);
    });

    it('is waited for by a flush, as any task', async () => {
      const handle = post({ interval: 10 }, 2);
      handle.runNow();
      void flush(runner).then(time.noting('flushed'));
      await time.pass(5);
      expect(time.log).to.deep.equal(['run at 0', 'flushed at 2']);
    });

    it('keeps the priority that its handle was given', async () => {
      const handle = post({ interval: 10, priority: 'best-effort' });
      handle.setPriority('user-blocking');
      const other = new ThreadPool().createSequencedTaskRunner();
      await time.pass(1);
      void other.postTask(time.noting('other'));
      handle.runNow();
      await time.settle();
      expect(time.log).to.deep.equal(['run at 1', 'other at 1']);
    });

    it('runs for the first time, when it waits for an initialDelay, for ever too', async () => {
      await runNowAt(post({ interval: 10, initialDelay: 1_000 }), [4], 16);
      await runNowAt(post({ ...rate, initialDelay: Infinity }), [17], 38);
      expect(time.log).to.deep.equal(runsAt(4, 14, 17, 24, 27, 34, 37));
    });
  });

  it('with an interval of Infinity runs on demand only, in either mode', async () => {
    for (const mode of ['fixed-delay', 'fixed-rate'] as const) {
      time.log.length = 0;
      const now = time.now;
      const handle = post({ interval: Infinity, mode }, 2);
      await runNowAt(
        handle,
        [5, 6, 20].map((at) => now + at),
        now + 1_000,
      );
      expect(time.log).to.deep.equal(runsAt(now + 5, now + 7, now + 20));
      handle.cancel();
    }
  });

  describe('while a run is queued', () => {
    it('does nothing: the run keeps its place, and no second one follows', async () => {
      const handle = post({ interval: 10 });
      await time.pass(8);
      void runner.postTask(() => time.after(5));
      await time.pass(3);
      void runner.postTask(time.noting('behind'));
      handle.runNow();
      handle.runNow();
      await time.pass(5);
      expect(time.log).to.deep.equal(['run at 13', 'behind at 13']);
    });

    it('does nothing when that was brought forward itself, in either mode', async () => {
      for (const mode of ['fixed-delay', 'fixed-rate'] as const) {
        time.log.length = 0;
        const handle = post({ interval: 10, mode });
        handle.runNow();
        handle.runNow();
        void runner.postTask(time.noting('behind'));
        handle.runNow();
        const { now } = time;
        await time.settle();
        expect(time.log).to.deep.equal([`run at ${now}`, `behind at ${now}`]);
        handle.cancel();
      }
    });

    it('does nothing before a first run that has no initialDelay', async () => {
      const handle = post({ interval: 10, initialDelay: 0 });
      handle.runNow();
      await time.pass(5);
      expect(time.log).to.deep.equal(runsAt(0));
    });
  });

  describe('while a run is going on', () => {
    it('runs once more as soon as that has ended, however often it is asked', async () => {
      await runNowAt(post({ interval: 10 }, 4), [11, 12, 13], 33);
      expect(time.log).to.deep.equal(runsAt(10, 14, 28));
    });

    it('at a fixed rate leaves out the run that this stands for, and the others come when they would have', async () => {
      await runNowAt(post(rate, 4), [12], 42);
      expect(time.log).to.deep.equal(runsAt(10, 14, 30, 40));
    });

    it('at a fixed rate is the same as the run that was missed meanwhile', async () => {
      await runNowAt(post({ ...rate, ifLate: 'run-once' }, 12), [15], 36);
      expect(time.log).to.deep.equal(runsAt(10, 22, 34));
    });

    it('lets others of its sequence have their turn before that run', async () => {
      const handle = post({ interval: 10 }, 4);
      await time.pass(11);
      void runner.postTask(time.noting('other'));
      await runNowAt(handle, [12], 16);
      expect(time.log).to.deep.equal(['run at 10', 'other at 14', 'run at 14']);
    });

    it('may be asked by the run itself, which is followed by another one', async () => {
      const handle = postRepeatingTask(
        runner,
        () => {
          time.note('run');
          if (time.log.length < 3) handle.runNow();
        },
        { interval: 10 },
      );
      await time.pass(21);
      expect(time.log).to.deep.equal(runsAt(10, 10, 10, 20));
    });

    it('is in vain when that run fails and so ends it', async () => {
      const handle = postRepeatingTask(runner, () => Promise.reject(new Error('boom')), { interval: 10 });
      const error = rejectionOf(handle);
      await time.pass(9);
      runner.schedule(() => void Promise.resolve().then(() => handle.runNow()), 1);
      await time.pass(30);
      expect((await error).message).to.equal('boom');
      expect(stats(runner)).to.include({ queued: 0, delayed: 0 });
    });
  });

  describe('once its handle has settled', () => {
    it('does nothing', async () => {
      const cancelled = post({ interval: 10 });
      cancelled.cancel();
      cancelled.runNow();
      const failed = postRepeatingTask(
        runner,
        () => {
          throw new Error('boom');
        },
        { interval: 1 },
      );
      void failed.then(undefined, () => undefined);
      await time.pass(2);
      failed.runNow();
      await runner.shutdown();
      await time.pass(20);
      expect([cancelled.state, failed.state, time.log.length]).to.deep.equal(['cancelled', 'failed', 0]);
      expect(stats(runner)).to.include({ queued: 0, delayed: 0, rejected: 0 });
    });

    it('by a cancellation, leaves neither a run nor a timer of what was brought forward', async () => {
      const handle = post({ interval: 10 });
      handle.runNow();
      handle.cancel('enough');
      await time.pass(20);
      expect(time.log).to.deep.equal([]);
      expect(time.isIdle).to.equal(true);
      expect(await rejectionOf(handle)).to.have.property('cause', 'enough');
    });
  });

  it('misses a run when its queue is full, and goes on', async () => {
    const narrow = new ThreadPool().createSequencedTaskRunner({ queue: bounded(1) });
    const handle = post({ interval: 10 }, 0, narrow);
    void narrow.postTask(() => time.after(5));
    await time.pass(1);
    void narrow.postTask(() => undefined);
    handle.runNow();
    await time.pass(20);
    expect(time.log).to.deep.equal(runsAt(11, 21));
    expect(stats(narrow).rejected).to.equal(1);
  });

  const kinds: Record<string, () => TaskRunner> = {
    ...RUNNER_KINDS,
    'a global runner': () => {
      initGlobalThreadPool();
      return createTaskRunner();
    },
  };
  for (const [kind, make] of Object.entries(kinds)) {
    it(`waiting, queued, running and settled, works on ${kind}`, async () => {
      const handle = post({ interval: 10 }, 4, make());
      await runNowAt(handle, [3, 5], 10);
      expect(handle.state).to.equal('running');
      await runNowAt(handle, [17, 17], 20);
      handle.cancel();
      handle.runNow();
      await time.pass(30);
      expect(time.log).to.deep.equal(runsAt(3, 7, 17));
    });
  }
});

describe("A repeating task on somebody else's runner", () => {
  it('is run now as on any other, and never twice for one run', async () => {
    const time = new FakeTime();
    try {
      const work = (): Promise<void> => {
        time.note('run');
        return time.after(4);
      };
      const handle = postRepeatingTask(new HandmadeRunner(), work, { interval: 10 });
      for (const pass of [3, 2, 12]) {
        await time.pass(pass);
        handle.runNow();
        handle.runNow();
      }
      await time.pass(20);
      handle.cancel();
      handle.runNow();
      await time.pass(30);
      expect(time.log).to.deep.equal(['run at 3', 'run at 7', 'run at 17', 'run at 31']);
      expect(time.timers).to.equal(0);
    } finally {
      time.end();
    }
  });
});

describe('A repeating task whose run fails', () => {
  it("with ifFailed: 'continue' goes on, in either mode, and each error is reported once", async () => {
    const time = new EnvironmentTime();
    const reported: unknown[] = [];
    try {
      const runner = new ThreadPool({ onTaskError: (error) => reported.push(error) }).createSequencedTaskRunner();
      for (const mode of ['fixed-delay', 'fixed-rate'] as const) {
        let runs = 0;
        const work = (): void => {
          time.note(mode);
          if (++runs < 3) throw new Error(`${mode} ${runs}`);
        };
        const handle = postRepeatingTask(runner, work, { interval: 10, initialDelay: 0, mode, ifFailed: 'continue' });
        await time.pass(35);
        expect(handle.state).to.equal('pending');
        handle.cancel();
      }
      const at = (mode: string, start: number) => [0, 10, 20, 30].map((ms) => `${mode} at ${start + ms}`);
      expect(time.log).to.deep.equal([...at('fixed-delay', 0), ...at('fixed-rate', 35)]);
      const errors = ['fixed-delay 1', 'fixed-delay 2', 'fixed-rate 1', 'fixed-rate 2'];
      expect(reported.map((error) => (error as Error).message)).to.deep.equal(errors);
    } finally {
      time.end();
    }
  });

  it("with ifFailed: 'continue' is run now, once that run has failed, if it was asked to be", async () => {
    const time = new EnvironmentTime();
    try {
      const runner = new ThreadPool({ onTaskError: time.noting('error') }).createSequencedTaskRunner();
      const work = async (): Promise<void> => {
        time.note('run');
        await time.after(3);
        if (time.now < 15) throw new Error('boom');
      };
      const handle = postRepeatingTask(runner, work, { interval: 10, ifFailed: 'continue' });
      await time.pass(11);
      handle.runNow();
      await time.pass(10);
      expect(time.log.filter((line) => line.startsWith('run'))).to.deep.equal(['run at 10', 'run at 13']);
    } finally {
      time.end();
    }
  });
});
