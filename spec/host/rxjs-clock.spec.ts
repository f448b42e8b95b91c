import { expect } from 'chai';
import { asyncScheduler, Scheduler } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import sinon from 'sinon';
import { isRxjsVirtual, rxjsNow } from '../../src/host/rxjs-clock.js';

/** What is said inside a `run()`. */
function inRun(): boolean {
  return new TestScheduler(() => undefined).run(() => isRxjsVirtual());
}

/** With a `Date.now` that cannot be replaced, as in hardened environments. */
function withFrozenNow<T>(call: () => T): T {
  const before = Object.getOwnPropertyDescriptor(Date, 'now')!;
  Object.defineProperty(Date, 'now', { ...before, writable: false });
  try {
    return call();
  } finally {
    Object.defineProperty(Date, 'now', before);
  }
}

describe('isRxjsVirtual', () => {
  afterEach(() => sinon.restore());

  it('is false in real time, and true inside testScheduler.run() only', () => {
    expect(isRxjsVirtual()).to.equal(false);
    expect(inRun()).to.equal(true);
    expect(isRxjsVirtual()).to.equal(false);
  });

  it('is false under fake timers, wherever their clock stands', () => {
    for (const now of [0, 5, Date.now()]) {
      const clock = sinon.useFakeTimers(now);
      expect(isRxjsVirtual()).to.equal(false);
      clock.restore();
    }
  });

  it('is true in a run() under fake timers whose clock stands at 0, where frame 0 looks like now', () => {
    sinon.useFakeTimers(0);
    expect(inRun()).to.equal(true);
    expect(isRxjsVirtual()).to.equal(false);
  });

  it('leaves Date.now as it was', () => {
    const before = Object.getOwnPropertyDescriptor(Date, 'now');
    isRxjsVirtual();
    inRun();
    expect(Object.getOwnPropertyDescriptor(Date, 'now')).to.deep.equal(before);
  });

  it('leaves Date.now as it was when the clock of RxJS throws', () => {
    const { now } = Date;
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the original of which the schedulers have copies
    sinon.replace(Scheduler, 'now', sinon.fake.throws('no time'));
    expect(() => isRxjsVirtual()).to.throw('no time');
    expect(Date.now).to.equal(now);
  });

  it('is not deceived by a test that stubs asyncScheduler.now, or Date.now', () => {
    sinon.replace(asyncScheduler, 'now', () => 5);
    expect([isRxjsVirtual(), inRun()]).to.deep.equal([false, true]);
    sinon.replace(Date, 'now', () => 0);
    expect([isRxjsVirtual(), inRun()]).to.deep.equal([false, true]);
    expect(rxjsNow()).to.equal(0);
  });

  it('reads no clock', () => {
    const now = sinon.spy(Date, 'now');
    isRxjsVirtual();
    expect(now.callCount).to.equal(0);
  });

  it('compares with real readings where Date.now cannot be replaced', () => {
    withFrozenNow(() => {
      expect(isRxjsVirtual()).to.equal(false);
      expect(inRun()).to.equal(true);
      expect(isRxjsVirtual()).to.equal(false);
    });
  });
});
