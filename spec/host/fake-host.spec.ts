import { expect } from 'chai';
import sinon from 'sinon';
import { FakeHost } from '../../src/host/fake-host.js';
import { LONGEST_TIMEOUT } from '../../src/host/host.js';

describe('FakeHost', () => {
  let clock: sinon.SinonFakeTimers;
  let host: FakeHost;
  let log: string[];

  /** Logs the time at which it is called. */
  const logAs = (text: string) => (): void => {
    log.push(`${text} at ${clock.now}`);
  };

  beforeEach(() => {
    clock = sinon.useFakeTimers(0);
    host = new FakeHost(clock);
    log = [];
  });

  afterEach(() => clock.restore());

  it('wakes up in a macrotask of the fake clock, and never by itself', () => {
    host.wake(logAs('woken'));
    host.later(logAs('later'));
    expect(log).to.be.empty;
    clock.tick(0);
    expect(log).to.deep.equal(['woken at 0', 'later at 0']);
    expect(clock.countTimers()).to.equal(0);
  });

  it('has one timer, which is replaced for an earlier deadline', () => {
    host.wakeAt(20, logAs('timer'));
    expect(clock.countTimers()).to.equal(1);
    host.wakeAt(10, logAs('timer'));
    expect(clock.countTimers()).to.equal(1);
    clock.tick(100);
    expect(log).to.deep.equal(['timer at 10']);
    host.wakeAt(150, logAs('timer'));
    clock.tick(100);
    expect(log).to.deep.equal(['timer at 10', 'timer at 150']);
  });

  it('leaves no timer behind when nothing is waited for any more', () => {
    host.disarm();
    host.wakeAt(20, logAs('timer'));
    host.disarm();
    expect(clock.countTimers()).to.equal(0);
    host.wakeAt(30, logAs('timer'));
    clock.tick(100);
    expect(log).to.deep.equal(['timer at 30']);
  });

  it('waits for a long delay in chunks of the longest that setTimeout takes', () => {
    host.wakeAt(2 * LONGEST_TIMEOUT, logAs('chunk'));
    clock.tick(LONGEST_TIMEOUT);
    expect(log).to.deep.equal([`chunk at ${LONGEST_TIMEOUT}`]);
  });

  it('arms and cancels in its own clock after the real timers are back, and after others are installed', () => {
    host.wakeAt(20, logAs('timer'));
    clock.restore();
    const other = sinon.useFakeTimers(0);
    try {
      host.wakeAt(10, logAs('timer'));
      host.wake(logAs('woken'));
      expect(other.countTimers()).to.equal(0);
      clock.tick(100);
      expect(log).to.deep.equal(['woken at 0', 'timer at 10']);
    } finally {
      other.restore();
    }
  });

  it('has a time that setSystemTime does not move, and a time of day that never goes back', () => {
    clock.tick(50);
    const before = host.now();
    expect(host.epoch()).to.equal(50);
    clock.setSystemTime(10);
    expect(host.now()).to.equal(before);
    expect(host.epoch()).to.equal(50);
    clock.setSystemTime(100_000);
    expect(host.now()).to.equal(before);
    expect(host.epoch()).to.equal(100_000);
    clock.tick(5);
    expect(host.now()).to.equal(before + 5);
    expect(host.epoch()).to.equal(100_005);
  });

  it('takes the time of a clock that has no performance', () => {
    const plain = new FakeHost({ now: 7, setTimeout: () => 0, clearTimeout: () => undefined });
    expect(plain.now()).to.equal(7);
    expect(plain.epoch()).to.equal(7);
  });

  it('asks nothing of the clock when it is told what keeps a process alive: fake timers do not', () => {
    host.wake(logAs('woken'));
    host.wakeAt(20, logAs('timer'));
    host.keepWake();
    host.keepTimer();
    expect(clock.countTimers()).to.equal(2);
  });

  it('arms anew after all timers of the clock were cleared, as between two tests', () => {
    host.wakeAt(20, logAs('timer'));
    clock.reset();
    host.wakeAt(30, logAs('timer'));
    clock.tick(100);
    expect(log).to.deep.equal(['timer at 30']);
  });
});
