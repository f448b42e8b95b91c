import { expect } from 'chai';
import { asyncScheduler } from 'rxjs';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';
import sinon from 'sinon';
import { FakeHost } from '../../src/host/fake-host.js';
import { clockInForce, now, realHost } from '../../src/host/in-force.js';
import { VirtualClock } from '../../src/host/virtual-clock.js';

function run<T>(callback: (helpers: RunHelpers) => T): T {
  return new TestScheduler(() => undefined).run(callback);
}

/** The clock of this `run()`, and a spy that sees it end. */
function watchedClock(): { clock: VirtualClock; onEnd: sinon.SinonSpy } {
  const clock = clockInForce() as VirtualClock;
  const onEnd = sinon.spy();
  clock.onEnd = onEnd;
  return { clock, onEnd };
}

describe('The clock in force', () => {
  afterEach(() => sinon.restore());

  it('is the real one, when nothing else is', () => {
    expect(clockInForce()).to.equal(realHost);
  });

  it('is that of the fake timers while they are installed: one per installation', () => {
    const first = sinon.useFakeTimers();
    const host = clockInForce();
    expect(host).to.be.instanceOf(FakeHost);
    expect(clockInForce()).to.equal(host);
    first.restore();
    expect(clockInForce()).to.equal(realHost);
    sinon.useFakeTimers();
    expect(clockInForce()).to.be.instanceOf(FakeHost).and.not.equal(host);
  });

  it('is the real one under a wrapped setTimeout', () => {
    const { setTimeout } = globalThis;
    sinon.replace(globalThis, 'setTimeout', ((handler: () => void) => setTimeout(handler)) as typeof setTimeout);
    expect(clockInForce()).to.equal(realHost);
  });

  it('is that of a run() inside of it, before fake timers, and what it was afterwards', () => {
    expect(run(clockInForce)).to.be.instanceOf(VirtualClock);
    expect(clockInForce()).to.equal(realHost);
    sinon.useFakeTimers(0);
    const fake = clockInForce();
    expect(run(clockInForce)).to.be.instanceOf(VirtualClock);
    expect(clockInForce()).to.equal(fake);
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

  it('is one and the same for the length of a run()', () => {
    run(({ flush }) => {
      const clock = clockInForce();
      const seen: unknown[] = [];
      asyncScheduler.schedule(() => seen.push(clockInForce()), 5);
      flush();
      expect(seen).to.deep.equal([clock]);
      expect(clockInForce()).to.equal(clock);
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
      expect(clockInForce()).not.to.equal(old.clock);
      expect(old.onEnd.callCount).to.equal(1);
      expect(old.clock.isInForce()).to.equal(false);
    });
  });

  it('is another in a new run() that is still in the frame in which the old one was left', () => {
    const old = run(watchedClock);
    run(() => {
      expect(clockInForce()).to.be.instanceOf(VirtualClock).and.not.equal(old.clock);
      expect(clockInForce()).to.equal(clockInForce());
      expect(old.onEnd.callCount).to.equal(1);
    });
  });

  it('is another in a run() of a later macrotask, the old one having ended in the first microtask, once', async () => {
    const { clock, onEnd } = run(watchedClock);
    expect(onEnd.callCount).to.equal(0);
    await Promise.resolve();
    expect(onEnd.callCount).to.equal(1);
    const other = run(clockInForce);
    expect(other).to.be.instanceOf(VirtualClock).and.not.equal(clock);
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
