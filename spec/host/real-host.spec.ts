import { expect } from 'chai';
import sinon from 'sinon';
import { LONGEST_TIMEOUT } from '../../src/host/host.js';
import { RealHost } from '../../src/host/real-host.js';
import { type Available, HostCalls } from './support/host-calls.js';

const nothing = (): void => undefined;

describe('RealHost', () => {
  let calls: HostCalls;

  /** A host on stand-ins of which these are available, whose timer is to keep the process alive. */
  function hostOn(available: Available = {}): RealHost {
    calls = new HostCalls(available);
    const host = new RealHost();
    host.keepTimer(true);
    return host;
  }

  afterEach(() => calls.restore());

  describe('wakes up', () => {
    it('by setImmediate where there is one', () => {
      const host = hostOn();
      const run = sinon.spy();
      host.wake(run, true);
      expect(calls.read()).to.deep.equal(['setImmediate#1']);
      expect(run.callCount).to.equal(0);
      calls.fire('setImmediate#1');
      expect(run.callCount).to.equal(1);
      expect(calls.read()).to.be.empty;
    });

    it('by a message where there is no setImmediate', () => {
      const host = hostOn({ setImmediate: false, refs: false });
      const run = sinon.spy();
      host.wake(run, true);
      expect(calls.read()).to.deep.equal(['new MessageChannel', 'postMessage']);
      expect(run.callCount).to.equal(0);
      calls.deliver();
      expect(run.callCount).to.equal(1);
      host.wake(run, true);
      expect(calls.read()).to.deep.equal(['postMessage']);
    });

    it('by setTimeout where there is neither', () => {
      const host = hostOn({ setImmediate: false, MessageChannel: false });
      const run = sinon.spy();
      host.wake(run, true);
      expect(calls.read()).to.deep.equal(['setTimeout#1 0']);
      calls.fire('setTimeout#1');
      expect(run.callCount).to.equal(1);
      expect(calls.read()).to.be.empty;
    });

    it('without keeping the process alive, and keeping it alive after all, as it is told', () => {
      const host = hostOn();
      host.wake(nothing, false);
      // An unreferenced immediate waits for the next event of the host, whenever that is.
      expect(calls.read()).to.deep.equal(['setTimeout#1 0', 'unref setTimeout#1']);
      host.keepWake();
      expect(calls.read()).to.deep.equal(['ref setTimeout#1']);
    });

    it('in doubt, once the function it has asked is another one', () => {
      const host = hostOn();
      const { setImmediate, setTimeout } = globalThis;
      for (const keepAlive of [true, false]) {
        globalThis.setImmediate = (() => 1) as unknown as typeof setImmediate;
        globalThis.setTimeout = (() => 1) as unknown as typeof setTimeout;
        expect(host.wake(nothing, keepAlive)).to.equal(false);
        expect(host.isWakeDoubtful()).to.equal(false);
        if (keepAlive) Object.assign(globalThis, { setImmediate });
        else Object.assign(globalThis, { setTimeout });
        expect(host.isWakeDoubtful()).to.equal(true);
        Object.assign(globalThis, { setImmediate, setTimeout });
      }
    });

    it('where handles are numbers that cannot be unreferenced', () => {
      const host = hostOn({ refs: false });
      host.wake(nothing, false);
      host.keepWake();
      expect(calls.read()).to.deep.equal(['setTimeout#1 0']);
    });

    it('later in a macrotask of its own', () => {
      hostOn().later(nothing);
      expect(calls.read()).to.deep.equal(['setImmediate#1']);
      calls.restore();
      hostOn({ setImmediate: false }).later(nothing);
      expect(calls.read()).to.deep.equal(['setTimeout#1 0']);
    });
  });

  describe('has one timer', () => {
    it('which stands for later deadlines too', () => {
      const host = hostOn();
      host.wakeAt(1010, nothing);
      host.wakeAt(1010, nothing);
      host.wakeAt(1500, nothing);
      expect(calls.read()).to.deep.equal(['setTimeout#1 10']);
    });

    it('which is replaced for an earlier deadline', () => {
      const host = hostOn();
      host.wakeAt(1010, nothing);
      host.wakeAt(1005, nothing);
      expect(calls.read()).to.deep.equal(['setTimeout#1 10', 'clearTimeout setTimeout#1', 'setTimeout#2 5']);
      expect(calls.outstanding).to.deep.equal(['setTimeout#2']);
    });

    it('which is free for another deadline when it calls back', () => {
      const host = hostOn();
      host.wakeAt(1010, () => host.wakeAt(1030, nothing));
      calls.time = 1010;
      calls.fire('setTimeout#1');
      expect(calls.read()).to.deep.equal(['setTimeout#1 10', 'setTimeout#2 20']);
    });

    it('whose delay is rounded up to a whole millisecond, lest it should be early', () => {
      const host = hostOn();
      calls.time = 1000.75;
      host.wakeAt(1003, nothing);
      expect(calls.read()).to.deep.equal(['setTimeout#1 3']);
    });

    it('which waits for a long delay in chunks of 2^31-1 ms, the longest that setTimeout takes', () => {
      const host = hostOn();
      const deadline = 1000 + 2.5 * LONGEST_TIMEOUT;
      const again = (): void => {
        if (calls.time < deadline) host.wakeAt(deadline, again);
      };
      host.wakeAt(deadline, again);
      calls.time += LONGEST_TIMEOUT;
      calls.fire('setTimeout#1');
      calls.time += LONGEST_TIMEOUT;
      calls.fire('setTimeout#2');
      calls.time = deadline;
      calls.fire('setTimeout#3');
      const half = Math.ceil(LONGEST_TIMEOUT / 2);
      expect(calls.read()).to.deep.equal([
        'setTimeout#1 2147483647',
        'setTimeout#2 2147483647',
        `setTimeout#3 ${half}`,
      ]);
      expect(calls.outstanding).to.be.empty;
    });

    it('which keeps the process alive, or does not, as it was told last', () => {
      const host = hostOn();
      host.wakeAt(1010, nothing);
      host.keepTimer(true);
      host.keepTimer(false);
      host.keepTimer(false);
      host.keepTimer(true);
      expect(calls.read()).to.deep.equal(['setTimeout#1 10', 'unref setTimeout#1', 'ref setTimeout#1']);
      host.keepTimer(false);
      host.wakeAt(1005, nothing);
      expect(calls.read().slice(-2)).to.deep.equal(['setTimeout#2 5', 'unref setTimeout#2']);
    });

    it('which lets the process end until it is told otherwise', () => {
      hostOn();
      const host = new RealHost();
      host.wakeAt(1010, nothing);
      expect(calls.read()).to.deep.equal(['setTimeout#1 10', 'unref setTimeout#1']);
    });

    it('which may be a number, as in browsers', () => {
      const host = hostOn({ refs: false });
      host.wakeAt(1010, nothing);
      host.keepTimer(false);
      host.keepTimer(true);
      host.wakeAt(1005, nothing);
      expect(calls.read()).to.deep.equal(['setTimeout#1 10', 'clearTimeout setTimeout#1', 'setTimeout#2 5']);
    });
  });

  describe('looks its functions up', () => {
    it('at each use, so that a wrapped setTimeout is used from then on', () => {
      const host = hostOn();
      const wrapped = sinon.spy(globalThis.setTimeout);
      calls.put('setTimeout', wrapped);
      host.wakeAt(1010, nothing);
      expect(wrapped.callCount).to.equal(1);
    });

    it('but goes on with the real ones, seen last, while fake timers are installed', () => {
      const host = hostOn();
      const clock = sinon.useFakeTimers();
      try {
        host.wake(nothing, true);
        host.wakeAt(1010, nothing);
        host.later(nothing);
        clock.tick(5000);
        expect(host.now()).to.equal(1000);
        expect(clock.countTimers()).to.equal(0);
        expect(calls.read()).to.deep.equal(['setImmediate#1', 'setTimeout#2 10', 'setImmediate#3']);
      } finally {
        clock.restore();
      }
      host.wake(nothing, true);
      expect(calls.read()).to.deep.equal(['setImmediate#4']);
    });
  });

  describe('tells the time', () => {
    it('by the monotonic clock, and the time of day in whole milliseconds', () => {
      const host = hostOn();
      const before = Date.now();
      const epoch = host.epoch();
      expect(epoch).to.be.within(before, Date.now()).and.satisfy(Number.isInteger);
      calls.time += 20.5;
      expect(host.now()).to.equal(1020.5);
      expect(host.epoch()).to.equal(epoch + 20);
    });
  });
});
