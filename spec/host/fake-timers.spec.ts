import { expect } from 'chai';
import sinon from 'sinon';
import { fakeClockOf } from '../../src/host/fake-timers.js';

/** A host function with this as its `clock`. */
function functionWith(clock: unknown): unknown {
  return Object.assign(() => 0, { clock });
}

describe('fakeClockOf', () => {
  it('finds the clock of installed fake timers, and none once they are restored', () => {
    const clock = sinon.useFakeTimers();
    try {
      expect(fakeClockOf(globalThis.setTimeout)).to.equal(clock);
    } finally {
      clock.restore();
    }
    expect(fakeClockOf(globalThis.setTimeout)).to.equal(undefined);
  });

  it('takes a wrapped function without the marker for real, as zone.js and monitoring tools leave it', () => {
    const { setTimeout } = globalThis;
    const wrapped = (run: () => void, delay: number): unknown => setTimeout(run, delay);
    expect(fakeClockOf(wrapped)).to.equal(undefined);
    expect(fakeClockOf(wrapped.bind(null))).to.equal(undefined);
  });

  it('takes a function for real whose clock is something else', () => {
    for (const clock of [{}, { now: 5 }, { setTimeout: true }, 5, 'clock', () => 0, true]) {
      expect(fakeClockOf(functionWith(clock))).to.equal(undefined);
    }
  });

  it('takes a function for real whose clock is null', () => {
    expect(fakeClockOf(functionWith(null))).to.equal(undefined);
  });
});
