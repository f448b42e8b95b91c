import { expect } from 'chai';
import fc from 'fast-check';
import sinon from 'sinon';
import { RealTime, TimeOfDay } from '../../src/host/real-time.js';

const TODAY = 1_700_000_000_000;

describe('RealTime', () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'performance')!;
  let time: number | (() => number);

  /** In the place of `performance` of the host. */
  function put(performance: unknown): void {
    Object.defineProperty(globalThis, 'performance', { value: performance, writable: true, configurable: true });
  }

  const performance = (): { now(): number } => ({ now: () => (typeof time === 'function' ? time() : time) });

  beforeEach(() => {
    time = 1000;
    put(performance());
  });
  afterEach(() => {
    sinon.restore();
    Object.defineProperty(globalThis, 'performance', before);
  });

  const throws = (): never => {
    throw new Error('torn down');
  };

  it('is that of performance.now, fractions and all', () => {
    const real = new RealTime();
    time = 1000.25;
    expect(real.now()).to.equal(1000.25);
  });

  it('is that of the function there was when it was made, whatever a test puts in its place', () => {
    const real = new RealTime();
    globalThis.performance.now = () => 5;
    expect(real.now()).to.equal(1000);
    put({ now: throws });
    time = 1010;
    expect(real.now()).to.equal(1010);
    put(undefined);
    expect(real.now()).to.equal(1010);
  });

  it('uses up no reading of performance.now that is meant for others', () => {
    const real = new RealTime();
    const spy = sinon.spy(globalThis.performance, 'now');
    real.now();
    expect(spy.callCount).to.equal(0);
  });

  it('is not that of fake timers, in whose time it may be made', () => {
    const clock = sinon.useFakeTimers(50);
    const real = new RealTime();
    clock.restore();
    put(performance());
    const first = real.now();
    time = 1010;
    expect(real.now() - first).to.equal(10);
  });

  it('does not move for one reading that is NaN, and goes on with the next', () => {
    const real = new RealTime();
    real.now();
    time = NaN;
    expect(real.now()).to.equal(1000);
    time = 1005;
    expect(real.now()).to.equal(1005);
  });

  it('does not go back with its source, and goes on as that goes on', () => {
    const real = new RealTime();
    real.now();
    time = 3;
    expect(real.now()).to.equal(1000);
    time = 10;
    expect(real.now()).to.equal(1007);
  });

  it('goes on where it stands, with another source, after one that throws', () => {
    const real = new RealTime();
    real.now();
    time = throws;
    expect(real.now()).to.equal(1000);
    let other = 7;
    put({ now: () => other });
    expect(real.now()).to.equal(1000);
    other = 9;
    expect(real.now()).to.equal(1002);
  });

  it('goes on where it stands with Date.now, while there is no other, and then with that', () => {
    const wall = sinon.stub(Date, 'now').returns(TODAY);
    const real = new RealTime();
    real.now();
    time = throws;
    put(undefined);
    expect(real.now()).to.equal(1000);
    expect(real.now()).to.equal(1000);
    wall.returns(TODAY + 5);
    expect(real.now()).to.equal(1005);
    time = 3;
    put(performance());
    expect(real.now()).to.equal(1005);
    time = 4;
    expect(real.now()).to.equal(1006);
  });

  it('does not stop for good where another source says NaN once as it is taken', () => {
    const real = new RealTime();
    real.now();
    time = throws;
    real.now();
    let other = NaN;
    put({ now: () => other });
    expect(real.now()).to.equal(1000);
    other = 5;
    expect(real.now()).to.equal(1000);
    other = 8;
    expect(real.now()).to.equal(1003);
  });

  it('is finite and never goes back, whatever its source says', () => {
    const reading = fc.oneof(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constantFrom(NaN, 'throws' as const));
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 40 }), (readings) => {
        time = 0;
        const real = new RealTime();
        let last = real.now();
        for (const each of readings) {
          time = each === 'throws' ? throws : each;
          const now = real.now();
          expect(Number.isFinite(now) && now >= last).to.equal(true);
          last = now;
        }
      }),
    );
  });
});

describe('TimeOfDay', () => {
  it('begins with the wall clock', () => {
    const anyTime = fc.double({ min: 0, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(anyTime, fc.nat(2 ** 40), fc.boolean(), (monotonic, wall, mayStep) => {
        expect(new TimeOfDay().at(monotonic, wall, mayStep)).to.be.within(wall - 1, wall);
      }),
    );
    expect(new TimeOfDay().at(123.456, TODAY, false)).to.equal(TODAY);
  });

  it('gives integers that never go back while a delay is pending, and never fall far behind', () => {
    const readings = fc.array(
      fc.tuple(fc.double({ min: 0, max: 5000, noNaN: true }), fc.integer({ min: -5000, max: 5000 })),
    );
    fc.assert(
      fc.property(readings, (steps) => {
        const timeOfDay = new TimeOfDay();
        let [monotonic, wall, last] = [0, TODAY, -Infinity];
        for (const [forward, jump] of steps) {
          monotonic += forward;
          wall += jump;
          const now = timeOfDay.at(monotonic, wall, false);
          expect(now).to.satisfy(Number.isInteger);
          expect(now).to.be.at.least(last);
          expect(wall - now).to.be.at.most(1001);
          last = now;
        }
      }),
    );
  });

  it('follows the loop’s clock while a delay is pending, when the wall clock goes back or is adjusted a little', () => {
    const timeOfDay = new TimeOfDay();
    timeOfDay.at(0, TODAY, false);
    expect(timeOfDay.at(100, TODAY - 3_600_000, false)).to.equal(TODAY + 100);
    expect(timeOfDay.at(200, TODAY + 200 + 1000, false)).to.equal(TODAY + 200);
  });

  it('follows at once a wall clock that is more than a second ahead, as after a sleep', () => {
    const timeOfDay = new TimeOfDay();
    timeOfDay.at(0, TODAY, false);
    expect(timeOfDay.at(100, TODAY + 60_000, false)).to.equal(TODAY + 60_000);
    expect(timeOfDay.at(150, TODAY + 60_050, false)).to.equal(TODAY + 60_050);
  });

  it('is the wall clock while no delay is pending, whichever way that steps', () => {
    const timeOfDay = new TimeOfDay();
    timeOfDay.at(0, TODAY, true);
    expect(timeOfDay.at(100, TODAY - 3_600_000, true)).to.equal(TODAY - 3_600_000);
    expect(timeOfDay.at(200, TODAY + 500, true)).to.equal(TODAY + 500);
    expect(timeOfDay.at(300, TODAY, false)).to.equal(TODAY + 600);
  });

  it('rounds down, so that a deadline made of it is never early', () => {
    const timeOfDay = new TimeOfDay();
    timeOfDay.at(0, TODAY, false);
    expect(timeOfDay.at(0.99, TODAY, false)).to.equal(TODAY);
    expect(timeOfDay.at(1, TODAY, false)).to.equal(TODAY + 1);
  });

  it('recovers from a wall clock that says NaN once', () => {
    const timeOfDay = new TimeOfDay();
    timeOfDay.at(0, TODAY, true);
    timeOfDay.at(1, NaN, true);
    expect(timeOfDay.at(2, TODAY + 2, false)).to.equal(TODAY + 2);
  });
});
