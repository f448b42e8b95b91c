import { expect } from 'chai';
import { timer } from 'rxjs';
import sinon from 'sinon';
import {
  bounded,
  postRepeatingTask,
  type RepeatOptions,
  type Runner,
  stats,
  type TaskHandle,
  ThreadPool,
} from '../../src/index.js';
import { FakeTime } from '../support/fake-time.js';
import { errorOf } from '../support/support.js';

describe('A repeating task', () => {
  let time: FakeTime;
  let runner: Runner;

  beforeEach(() => {
    time = new FakeTime();
    runner = new ThreadPool().createSequencedTaskRunner({ name: 'poller' });
  });
  afterEach(() => {
    time.end();
  });

  /** Runs of the given lengths, the last of which is that of all that follow; its log has the starts. */
  function post(repeat: RepeatOptions, ...lengths: number[]): TaskHandle<never> {
    return postRepeatingTask(
      runner,
      () => {
        time.note('run');
        const length = (lengths.length > 1 ? lengths.shift() : lengths[0]) ?? 0;
        return length === 0 ? undefined : time.after(length);
      },
      repeat,
    );
  }

  const runsAt = (...times: number[]): string[] => times.map((at) => `run at ${at}`);

  describe('with a fixed delay, the default,', () => {
    it('has its interval between the end of one run and the start of the next', async () => {
      post({ interval: 10 }, 3);
      await time.pass(50);
      expect(time.log).to.deep.equal(runsAt(10, 23, 36, 49));
    });

    it('runs first after its initialDelay, at once when that is 0', async () => {
      post({ interval: 10, initialDelay: 0 });
      await time.pass(25);
      expect(time.log).to.deep.equal(runsAt(0, 10, 20));
    });

    it('makes up for nothing after a long block', async () => {
      post({ interval: 10 });
      runner.schedule(() => {
        time.block(35);
      }, 15);
      await time.pass(40);
      expect(time.log).to.deep.equal(runsAt(10, 50, 60, 70));
    });
  });

  describe('with a fixed rate', () => {
    it('has its runs at whole intervals from the first one on, however long they take: there is no drift', async () => {
      post({ interval: 10, initialDelay: 5, mode: 'fixed-rate' }, 3, 9, 0, 7);
      await time.pass(50);
      expect(time.log).to.deep.equal(runsAt(5, 15, 25, 35, 45));
    });

    it('is anchored to when the first run was due, not to when it began', async () => {
      runner.schedule(() => {
        time.block(3);
      }, 9);
      post({ interval: 10, mode: 'fixed-rate' });
      await time.pass(30);
      expect(time.log).to.deep.equal(runsAt(12, 20, 30));
    });

    it('that is late waits for the next run that is due', async () => {
      post({ interval: 10, mode: 'fixed-rate' }, 25, 0);
      await time.pass(60);
      expect(time.log).to.deep.equal(runsAt(10, 40, 50, 60));
    });

    it('that is late, and is to run once, runs at once for all that it has missed, and is not moved by it', async () => {
      post({ interval: 10, mode: 'fixed-rate', ifLate: 'run-once' }, 35, 0);
      await time.pass(60);
      expect(time.log).to.deep.equal(runsAt(10, 45, 50, 60));
    });

    for (const ifLate of ['skip', 'run-once'] as const) {
      it(`that ends right when a run is due starts that one (${ifLate})`, async () => {
        post({ interval: 10, mode: 'fixed-rate', ifLate }, 10, 20, 0);
        await time.pass(55);
        expect(time.log.length).to.equal(4);
        // What comes in the tick in which it was asked for is 1 ms later under fake timers.
        expect(time.log).to.deep.equal(runsAt(10, 20, 40, 50));
      });

      it(`has no burst after a sleep (${ifLate})`, async () => {
        post({ interval: 10, mode: 'fixed-rate', ifLate });
        await time.pass(15);
        await time.sleep(1_000);
        await time.pass(25);
        expect(time.log).to.deep.equal(runsAt(10, 1_015, 1_020, 1_030, 1_040));
      });

      it(`has no burst after its runner was held for long (${ifLate})`, async () => {
        void runner.postTask(() => time.after(95));
        post({ interval: 10, mode: 'fixed-rate', ifLate });
        await time.pass(120);
        expect(time.log).to.deep.equal(runsAt(95, 100, 110, 120));
      });
    }
  });

  describe('never overlaps itself', () => {
    for (const [kind, work] of [
      ['promise', () => time.after(25)],
      ['observable', () => timer(25)],
    ] as const) {
      it(`while its ${kind} is pending, on a parallel runner too`, async () => {
        const parallel = new ThreadPool().createParallelTaskRunner({ maxConcurrency: 4 });
        let running = 0;
        let most = 0;
        postRepeatingTask(
          parallel,
          async () => {
            most = Math.max(most, ++running);
            time.note('run');
            const result = work();
            await ('then' in result
              ? result
              : new Promise<void>((resolve) =>
                  result.subscribe(() => {
                    resolve();
                  }),
                ));
            running--;
          },
          { interval: 10, mode: 'fixed-rate', ifLate: 'run-once' },
        );
        await time.pass(100);
        expect(most).to.equal(1);
        expect(time.log).to.deep.equal(runsAt(10, 35, 60, 85));
      });
    }

    it('when it returns an observable, whose end is the end of the run', async () => {
      postRepeatingTask(
        runner,
        () => {
          time.note('run');
          return timer(5);
        },
        { interval: 10 },
      );
      await time.pass(50);
      expect(time.log).to.deep.equal(runsAt(10, 25, 40));
    });
  });

  describe('misses a run when', () => {
    it('its queue is full, which is counted, and of which nobody else is told', async () => {
      const errors: unknown[] = [];
      const pool = new ThreadPool({ onTaskError: (error) => errors.push(error) });
      const narrow = pool.createSequencedTaskRunner({ queue: bounded(1) });
      postRepeatingTask(narrow, time.noting('run'), { interval: 10, mode: 'fixed-rate' });
      void narrow.postTask(() => time.after(25));
      await time.pass(1);
      void narrow.postTask(() => undefined);
      await time.pass(39);
      expect(time.log).to.deep.equal(runsAt(30, 40));
      expect(stats(narrow).rejected).to.equal(2);
      expect(errors).to.deep.equal([]);
    });

    it('it is the oldest in a queue that drops the oldest, and goes on', async () => {
      const narrow = new ThreadPool().createSequencedTaskRunner({ queue: bounded(1, 'drop-oldest') });
      const handle = postRepeatingTask(narrow, time.noting('run'), { interval: 10, mode: 'fixed-rate' });
      void narrow.postTask(() => time.after(15));
      await time.pass(12);
      void narrow.postTask(time.noting('newer'));
      await time.pass(10);
      expect(time.log).to.deep.equal(['newer at 15', 'run at 20']);
      expect(handle.state).to.equal('pending');
    });
  });

  it('goes on when a run has asked to give way and not waited for it', async () => {
    postRepeatingTask(
      runner,
      (context) => {
        void context.yield();
        time.note('run');
      },
      { interval: 10 },
    );
    await time.pass(30);
    expect(time.log).to.deep.equal(runsAt(10, 20, 30));
  });

  it('says how it is: pending between two runs, running in one', async () => {
    const handle = post({ interval: 10 }, 5);
    const states: string[] = [];
    for (const ms of [5, 6, 6, 9]) {
      await time.pass(ms);
      states.push(handle.state);
    }
    expect(states).to.deep.equal(['pending', 'running', 'pending', 'running']);
  });

  it('refuses options that it cannot have, with a sentence', () => {
    const posting = (repeat: unknown) => () => postRepeatingTask(runner, () => undefined, repeat as RepeatOptions);
    for (const [repeat, message] of [
      [undefined, /options of a repeating task must be an object/],
      [{}, /interval .* more than 0/],
      [{ interval: 0 }, /got 0/],
      [{ interval: -1 }, /got -1/],
      [{ interval: NaN }, /got NaN/],
      [{ interval: 1, initialDelay: 'soon' }, /initialDelay .* 'soon'/],
      [{ interval: 1, mode: 'weekly' }, /mode .* 'weekly'/],
      [{ interval: 1, ifLate: 'never' }, /ifLate .* 'never'/],
    ] as const) {
      expect(errorOf(posting(repeat)).message).to.match(message);
    }
    expect(stats(runner)).to.include({ queued: 0, delayed: 0 });
  });
});

describe('A repeating task under fake timers', () => {
  it('keeps its grid at a fixed rate when the wall clock is set', () => {
    const clock = sinon.useFakeTimers();
    try {
      const start = performance.now();
      const at: number[] = [];
      const repeating = postRepeatingTask(
        new ThreadPool().createSequencedTaskRunner(),
        () => at.push(performance.now() - start),
        { interval: 10, mode: 'fixed-rate' },
      );
      clock.tick(25);
      clock.setSystemTime(1_003);
      clock.tick(20);
      clock.setSystemTime(99_999);
      clock.tick(20);
      repeating.cancel();
      expect(at).to.deep.equal([10, 20, 30, 40, 50, 60]);
    } finally {
      clock.restore();
    }
  });
});
