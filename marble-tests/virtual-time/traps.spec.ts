import { expect } from 'chai';
import { delay, NEVER } from 'rxjs';
import { ThreadPool } from 'rxjs-task-runner';
import sinon from 'sinon';
import { rawRun } from '../support/raw-run.js';
import { RunOrder } from '../support/run-order.js';

const pool = new ThreadPool();
const runner = pool.createSequencedTaskRunner();

/** A marble test that fails when the runner's clock, queue or wake-up is not that of this `run()`. */
function marbleTestWorks(): void {
  rawRun(({ hot, expectObservable }) => {
    const source = hot('a-b--c|    ');
    const expected = '  ---a-b--(c|)';
    expectObservable(source.pipe(delay(3, runner))).toBe(expected);
  });
}

/** A `run()` that is thrown out of after something was posted in it; whether that ran is what the result says. */
function thrownOutOf(after: number): RunOrder {
  const order = new RunOrder();
  const thrower = () =>
    rawRun(() => {
      runner.schedule(order.mark('x'), after);
      throw new Error('thrown out of');
    });
  expect(thrower).to.throw('thrown out of');
  return order;
}

/**
 * These are of RxJS's own `run()`, since `marbles` ends its clock by itself.
 *
 * A scheduler with one wake-up for many tasks can fall into these; asyncScheduler, with a timer per action, cannot.
 * The remedy: no clock ever touches a wake-up of another.
 */
describe('Traps of a shared wake-up', () => {
  it('T1: a real wake-up that is armed survives what is posted inside run(), and comes once', async () => {
    const log: string[] = [];
    const later = runner.postDelayedTask(() => log.push('later'), 3);
    rawRun(({ expectObservable }) => {
      const order = new RunOrder();
      // Earlier than the real one: a shared wake-up would be armed anew, and cancelled with the wrong function.
      runner.schedule(order.mark('a'), 1);
      const expected = '-a';
      expectObservable(order.ran).toBe(expected);
    });
    const sooner = runner.postDelayedTask(() => log.push('sooner'), 1);
    await Promise.all([later, sooner]);
    await runner.postDelayedTask(() => log.push('last'), 5);
    // Which of the first two is due first depends on how long the run() took.
    expect(log).to.have.members(['sooner', 'later', 'last']);
    expect(log.at(-1)).to.equal('last');
  });

  it('T2: a run() whose callback throws does not silence the next one', async () => {
    const order = thrownOutOf(3);
    await Promise.resolve();
    marbleTestWorks();
    rawRun(({ expectObservable }) => {
      const nothing = '----------';
      expectObservable(order.ran).toBe(nothing);
    });
  });

  it('T3: fake timers may be installed between arming and cancelling', async () => {
    const log: string[] = [];
    const cancelled = runner.schedule(() => log.push('cancelled'), 1);
    const kept = runner.postDelayedTask(() => log.push('kept'), 2);
    const clock = sinon.useFakeTimers();
    try {
      cancelled.unsubscribe();
      clock.tick(10);
      expect(log).to.deep.equal([]);
    } finally {
      clock.restore();
    }
    await kept;
    expect(log).to.deep.equal(['kept']);
  });

  it('T3: fake timers may be removed between arming and cancelling', async () => {
    const log: string[] = [];
    const clock = sinon.useFakeTimers();
    const cancelled = runner.schedule(() => log.push('cancelled'), 1);
    runner.schedule(() => log.push('fake'), 2);
    clock.restore();
    cancelled.unsubscribe();
    await runner.postDelayedTask(() => log.push('real'), 3);
    expect(log).to.deep.equal(['real']);
    clock.tick(10);
    expect(log).to.deep.equal(['real', 'fake']);
  });

  it('T4: cancelling a virtual wake-up after its run() does not clear an interval of the program', async () => {
    // Handles of a run() are small numbers, and so are those of a browser's intervals.
    const clearInterval = sinon.spy(globalThis, 'clearInterval');
    const clearTimeout = sinon.spy(globalThis, 'clearTimeout');
    try {
      const actions = rawRun(() => [
        runner.schedule(() => undefined, Infinity),
        pool.schedule(() => undefined, Infinity),
      ]);
      await Promise.resolve();
      for (const action of actions) action.unsubscribe();
      expect(actions.map((action) => action.closed)).to.deep.equal([true, true]);
      expect(clearInterval.callCount + clearTimeout.callCount).to.equal(0);
    } finally {
      clearInterval.restore();
      clearTimeout.restore();
    }
    marbleTestWorks();
  });

  it('T5: run() under fake timers whose clock stands at 0 is virtual all the same', () => {
    const clock = sinon.useFakeTimers({ now: 0 });
    try {
      const log: string[] = [];
      runner.schedule(() => log.push('fake'), 4);
      marbleTestWorks();
      expect(log).to.deep.equal([]);
      clock.tick(3);
      expect(log).to.deep.equal([]);
      clock.tick(1);
      expect(log).to.deep.equal(['fake']);
    } finally {
      clock.restore();
    }
  });

  it('T5: the same once the fake clock has gone on', () => {
    const clock = sinon.useFakeTimers({ now: 0 });
    try {
      clock.tick(2);
      const log: number[] = [];
      runner.schedule(() => log.push(clock.now), 4);
      marbleTestWorks();
      clock.tick(10);
      expect(log).to.deep.equal([6]);
    } finally {
      clock.restore();
    }
  });

  for (const after of [0, 1, 3]) {
    it(`T6: of two run()s in one stretch the first may be thrown out of, with work due in frame ${after}`, () => {
      const order = thrownOutOf(after);
      marbleTestWorks();
      rawRun(({ expectObservable }) => {
        const nothing = '----------';
        expectObservable(order.ran).toBe(nothing);
      });
    });
  }

  it('T6: nor does the second wait when it has work in frame 0 only', () => {
    const lost = thrownOutOf(0);
    rawRun(({ expectObservable }) => {
      const order = new RunOrder();
      runner.schedule(order.mark('a'));
      runner.schedule(order.mark('b'));
      const expected = '(ab)';
      expectObservable(order.ran).toBe(expected);
      expectObservable(lost.ran).toBe('-');
    });
  });

  it('T6: nor does what was ready when the first was thrown out of run in the second', () => {
    for (const due of [0, 3]) {
      const order = new RunOrder();
      const thrower = () =>
        rawRun(() => {
          runner.schedule(() => {
            throw new Error('thrown out of');
          }, due);
          runner.schedule(order.mark('x'), due);
        });
      expect(thrower).to.throw('thrown out of');
      rawRun(({ hot, expectObservable }) => {
        // The runner is first used in a frame that the first run() never came to: nothing says that time went back.
        const source = hot('----s');
        const expected = '  ----(ab)';
        source.subscribe(() => {
          runner.schedule(order.mark('a'));
          runner.schedule(order.mark('b'));
        });
        expectObservable(order.ran).toBe(expected);
      });
    }
  });

  it('T6: nor is the second held by a task of the first that never ended', () => {
    const held = pool.createSequencedTaskRunner();
    rawRun(() => held.postTask(() => NEVER));
    rawRun(({ expectObservable }) => {
      const order = new RunOrder();
      held.schedule(order.mark('a'));
      const expected = 'a';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('T6: nor does it lack the workers that the first never gave back', () => {
    const single = new ThreadPool({ workers: 1 });
    rawRun(() => single.postTask(() => NEVER));
    rawRun(({ expectObservable }) => {
      const order = new RunOrder();
      single.postTask(order.mark('a'));
      const expected = 'a';
      expectObservable(order.ran).toBe(expected);
    });
  });
});
