import { expect } from 'chai';
import sinon from 'sinon';
import { fakeClockOf } from '../../src/host/fake-timers.js';
import { LONGEST_TIMEOUT } from '../../src/host/host.js';
import { FakeAsyncClock, FakeTimersClock } from '../../src/host/fake-clock.js';

describe('FakeTimersClock', () => {
  let timers: sinon.SinonFakeTimers;
  let clock: FakeTimersClock;
  let log: string[];

  /** Logs the time at which it is called. */
  const logAs = (text: string) => (): void => {
    log.push(`${text} at ${timers.now}`);
  };

  beforeEach(() => {
    timers = sinon.useFakeTimers(0);
    clock = new FakeTimersClock(timers, () => fakeClockOf(globalThis.setTimeout));
    log = [];
  });

  afterEach(() => timers.restore());

  it('wakes up in a macrotask of the fake timers, and never by itself', () => {
    clock.arm(logAs('woken'), 0);
    clock.later(logAs('later'));
    expect(log).to.be.empty;
    timers.tick(0);
    expect(log).to.deep.equal(['woken at 0', 'later at 0']);
    expect(timers.countTimers()).to.equal(0);
  });

  it('has a wake-up for whoever asks for one, among the timers of others', () => {
    setTimeout(logAs('before'), 10);
    clock.arm(logAs('first'), 10);
    setTimeout(logAs('between'), 10);
    clock.arm(logAs('second'), 10);
    timers.tick(100);
    expect(log).to.deep.equal(['before at 10', 'first at 10', 'between at 10', 'second at 10']);
  });

  it('stops a wake-up, of which no timer is left', () => {
    const wakeUp = clock.arm(logAs('stopped'), 10);
    wakeUp.stop();
    expect(timers.countTimers()).to.equal(0);
    timers.tick(100);
    expect(log).to.be.empty;
  });

  it('lets a wake-up go on exactly as an interval of the timers does, among those due with it', () => {
    const plain = setInterval(() => {
      logAs('plain')();
      if (timers.now >= 6) clearInterval(plain);
    }, 2);
    const wakeUp = clock.arm(() => {
      logAs('woken')();
      if (timers.now < 6) wakeUp.again();
    }, 2);
    setTimeout(logAs('timer'), 4);
    timers.tick(100);
    const places = (name: string): number[] => log.flatMap((line, place) => (line.startsWith(name) ? [place] : []));
    expect(places('woken')).to.deep.equal(places('plain').map((place) => place + 1));
    expect(log).to.include.members(['woken at 2', 'woken at 4', 'timer at 4', 'woken at 6']);
    expect(timers.countTimers()).to.equal(0);
  });

  it('leaves no interval behind when what it wakes up throws', () => {
    clock.arm(() => {
      throw new Error('woken');
    }, 1);
    expect(() => timers.tick(1)).to.throw('woken');
    expect(timers.countTimers()).to.equal(0);
  });

  it('waits for a long delay in pieces of the longest that setTimeout takes, and may be stopped in any of them', () => {
    clock.arm(logAs('long'), 2 * LONGEST_TIMEOUT + 5);
    const stopped = clock.arm(logAs('stopped'), 2 * LONGEST_TIMEOUT + 5);
    timers.tick(2 * LONGEST_TIMEOUT + 4);
    expect(log).to.be.empty;
    stopped.stop();
    timers.tick(1);
    expect(log).to.deep.equal([`long at ${2 * LONGEST_TIMEOUT + 5}`]);
    expect(timers.countTimers()).to.equal(0);
  });

  it('arms nothing for a delay that never ends', () => {
    const wakeUp = clock.arm(logAs('never'), Infinity);
    expect(timers.countTimers()).to.equal(0);
    wakeUp.stop();
  });

  it('rounds fractions of a millisecond up, lest it should be early', () => {
    clock.arm(logAs('woken'), 2.25);
    timers.tick(2);
    expect(log).to.be.empty;
    timers.tick(1);
    expect(log).to.deep.equal(['woken at 3']);
  });

  it('arms and stops in its own timers after the real ones are back, and after others are installed', () => {
    const stopped = clock.arm(logAs('stopped'), 5);
    timers.restore();
    const other = sinon.useFakeTimers(0);
    try {
      clock.arm(logAs('woken'), 10);
      stopped.stop();
      expect(other.countTimers()).to.equal(0);
      timers.tick(100);
      expect(log).to.deep.equal(['woken at 10']);
    } finally {
      other.restore();
    }
  });

  it('is in force while its timers are installed', () => {
    expect(clock.isInForce()).to.equal(true);
    timers.restore();
    expect(clock.isInForce()).to.equal(false);
    expect(clock.canWake).to.equal(true);
  });

  it('has a time that setSystemTime does not move, and a time of day that is exactly what it says', () => {
    timers.tick(50);
    const before = clock.now();
    expect(clock.epoch()).to.equal(50);
    timers.setSystemTime(10);
    expect([clock.now(), clock.epoch()]).to.deep.equal([before, 10]);
    timers.setSystemTime(100_000);
    expect([clock.now(), clock.epoch()]).to.deep.equal([before, 100_000]);
    timers.tick(5);
    expect([clock.now(), clock.epoch()]).to.deep.equal([before + 5, 100_005]);
  });

  it('takes the time of timers that have no performance', () => {
    const nothing = (): number => 0;
    const plain = { now: 7, setTimeout: nothing, clearTimeout: nothing, setInterval: nothing, clearInterval: nothing };
    const plainClock = new FakeTimersClock(plain, () => undefined);
    expect([plainClock.now(), plainClock.epoch()]).to.deep.equal([7, 7]);
  });

  it('knows that a delay of 0 takes a millisecond while a timer is being called', () => {
    const least = [clock.leastDelay];
    setTimeout(() => least.push(clock.leastDelay), 1);
    timers.tick(1);
    least.push(clock.leastDelay);
    expect(least).to.deep.equal([0, 1, 0]);
  });
});

describe('FakeAsyncClock', () => {
  /** The zone of a `fakeAsync` test as zone.js has it, as far as it is asked. */
  function inZone<T>(spec: unknown, call: () => T): T {
    const root = { run: <R>(run: () => R): R => run(), get: () => undefined };
    const test = { ...root, get: (key: string) => (key === 'FakeAsyncTestZoneSpec' ? spec : undefined) };
    Object.assign(globalThis, { Zone: { root, current: test } });
    try {
      return call();
    } finally {
      Reflect.deleteProperty(globalThis, 'Zone');
    }
  }

  const time = { getCurrentTickTime: () => 12, getFakeSystemTime: () => 1_000_012 };

  it('tells the time of its test, and the time of day of that', () => {
    const clock = new FakeAsyncClock(time);
    expect([clock.now(), clock.epoch(), clock.leastDelay]).to.deep.equal([12, 1_000_012, 0]);
  });

  it('is in force in the zone of its test only', () => {
    const clock = new FakeAsyncClock(time);
    expect(inZone(time, () => clock.isInForce())).to.equal(true);
    expect(inZone({ ...time }, () => clock.isInForce())).to.equal(false);
    expect(clock.isInForce()).to.equal(false);
  });

  it('asks for time-outs of the zone it is used in, and clears them there only', () => {
    const clock = new FakeAsyncClock(time);
    const [setTimeout, clearTimeout] = [
      sinon.stub(globalThis, 'setTimeout').returns(5 as never),
      sinon.stub(globalThis, 'clearTimeout'),
    ];
    try {
      const run = (): void => undefined;
      const wakeUp = inZone(time, () => clock.arm(run, 7));
      wakeUp.stop();
      expect(clearTimeout.callCount).to.equal(0);
      inZone(time, () => {
        wakeUp.again();
        wakeUp.stop();
      });
      expect(setTimeout.args).to.deep.equal([
        [run, 7],
        [run, 7],
      ]);
      expect(clearTimeout.args).to.deep.equal([[5]]);
    } finally {
      setTimeout.restore();
      clearTimeout.restore();
    }
  });
});
