import { expect } from 'chai';
import { asyncScheduler } from 'rxjs';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';
import sinon from 'sinon';
import type { TaskScheduler } from '../../src/kernel/scheduler.js';
import { FakeTimersClock } from '../../src/host/fake-clock.js';
import {
  currentEnvironment,
  now,
  realScheduler,
  schedulerInForce,
  useEnvironment,
} from '../../src/virtual/in-force.js';
import { RunClock } from '../../src/virtual/run-clock.js';
import { HandScheduler } from '../kernel/support/hand-scheduler.js';

function run<T>(callback: (helpers: RunHelpers) => T): T {
  return new TestScheduler(() => undefined).run(callback);
}

/** The clock of this `run()`, and a spy that sees it end. */
function watchedClock(): { clock: RunClock; onEnd: sinon.SinonSpy } {
  const { clock } = schedulerInForce();
  if (!(clock instanceof RunClock)) throw new Error('It is not in a run().');
  const onEnd = sinon.spy();
  clock.onEnd = onEnd;
  return { clock, onEnd };
}

describe('The scheduler in force', () => {
  afterEach(() => sinon.restore());

  it('is the one of real time, when nothing else is', () => {
    expect(schedulerInForce()).to.equal(realScheduler);
  });

  it('is that of the fake timers while they are installed: one per installation', () => {
    const first = sinon.useFakeTimers();
    const scheduler = schedulerInForce();
    expect(scheduler.clock).to.be.instanceOf(FakeTimersClock);
    expect([schedulerInForce(), scheduler.isLive]).to.deep.equal([scheduler, true]);
    first.restore();
    expect([schedulerInForce(), scheduler.isLive]).to.deep.equal([realScheduler, false]);
    sinon.useFakeTimers();
    expect(schedulerInForce().clock).to.be.instanceOf(FakeTimersClock);
    expect(schedulerInForce()).not.to.equal(scheduler);
    expect(scheduler.isLive).to.equal(false);
  });

  it('is the one of real time under a wrapped setTimeout', () => {
    const { setTimeout } = globalThis;
    sinon.replace(globalThis, 'setTimeout', ((handler: () => void) => setTimeout(handler)) as typeof setTimeout);
    expect(schedulerInForce()).to.equal(realScheduler);
  });

  it('is that of a run() inside of it, before fake timers, and what it was afterwards', () => {
    expect(run(schedulerInForce).clock).to.be.instanceOf(RunClock);
    expect(schedulerInForce()).to.equal(realScheduler);
    sinon.useFakeTimers(0);
    const fake = schedulerInForce();
    expect(run(schedulerInForce).clock).to.be.instanceOf(RunClock);
    expect(schedulerInForce()).to.equal(fake);
  });

  it('is that of an environment before fake timers and real time, but not before a run()', () => {
    const environment = new HandScheduler();
    useEnvironment(environment);
    try {
      expect([schedulerInForce(), currentEnvironment()]).to.deep.equal([environment, environment]);
      sinon.useFakeTimers(5);
      expect(schedulerInForce()).to.equal(environment);
      expect(now()).to.equal(0);
      expect(run(schedulerInForce).clock).to.be.instanceOf(RunClock);
    } finally {
      useEnvironment(null);
    }
    expect(currentEnvironment()).to.equal(null);
    expect(schedulerInForce()).not.to.equal(environment);
  });

  it('tells the time: in real time, under fake timers, and in frames, without beginning anything in a run()', () => {
    expect(now()).to.be.closeTo(Date.now(), 1000).and.satisfy(Number.isInteger);
    sinon.useFakeTimers(1234);
    expect(now()).to.equal(1234);
    run(({ flush }) => {
      expect(now()).to.equal(0);
      const seen: number[] = [];
      asyncScheduler.schedule(() => seen.push(now()), 7);
      flush();
      expect(seen).to.deep.equal([7]);
    });
  });

  it('tells exactly the fake Date.now(), wherever setSystemTime puts it', () => {
    const clock = sinon.useFakeTimers(1_000_000);
    for (const time of [5, 2_000_000, 0]) {
      clock.setSystemTime(time);
      expect([now(), Date.now()]).to.deep.equal([time, time]);
    }
    clock.tick(7);
    expect(now()).to.equal(7);
  });

  it('is one and the same for the length of a run()', () => {
    run(({ flush }) => {
      const scheduler = schedulerInForce();
      const seen: TaskScheduler[] = [];
      asyncScheduler.schedule(() => seen.push(schedulerInForce()), 5);
      flush();
      expect(seen).to.deep.equal([scheduler]);
      expect(schedulerInForce()).to.equal(scheduler);
    });
  });

  it('is another in a new run(), recognised by frames that go back; the old one ends then', () => {
    const old = run(({ flush }) => {
      const watched = watchedClock();
      asyncScheduler.schedule(() => watched.clock.now(), 5);
      flush();
      return watched;
    });
    run(() => {
      expect(schedulerInForce().clock).not.to.equal(old.clock);
      expect(old.onEnd.callCount).to.equal(1);
      expect(old.clock.isInForce()).to.equal(false);
    });
  });

  it('is another in a new run() that is still in the frame in which the old one was left', () => {
    const old = run(watchedClock);
    run(() => {
      expect(schedulerInForce().clock).to.be.instanceOf(RunClock).and.not.equal(old.clock);
      expect(schedulerInForce()).to.equal(schedulerInForce());
      expect(old.onEnd.callCount).to.equal(1);
    });
  });

  it('is another in a run() of a later macrotask, the old one having ended in the first microtask, once', async () => {
    const { clock, onEnd } = run(watchedClock);
    expect(onEnd.callCount).to.equal(0);
    await Promise.resolve();
    expect(onEnd.callCount).to.equal(1);
    expect(run(schedulerInForce).clock).to.be.instanceOf(RunClock).and.not.equal(clock);
    await Promise.resolve();
    expect(onEnd.callCount).to.equal(1);
  });

  it('does not end a run() in the microtask of the one before it', async () => {
    const first = run(({ flush }) => {
      const watched = watchedClock();
      asyncScheduler.schedule(() => watched.clock.now(), 1);
      flush();
      return watched;
    });
    void Promise.resolve().then(() => {
      expect(first.onEnd.callCount).to.equal(1);
    });
    const second = run(watchedClock);
    expect(second.clock).not.to.equal(first.clock);
    expect(second.onEnd.callCount).to.equal(0);
    await Promise.resolve();
    expect(first.onEnd.callCount).to.equal(1);
    expect(second.onEnd.callCount).to.equal(1);
  });
});
