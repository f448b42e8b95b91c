import { expect } from 'chai';
import sinon from 'sinon';
import { LONGEST_TIMEOUT, MORE, NOTHING, type Pump, type Verdict } from '../../src/host/host.js';
import { RealHost } from '../../src/host/real-host.js';
import { TurnScheduler } from '../../src/kernel/turn-scheduler.js';
import { TinyOwner } from '../kernel/support/hand-scheduler.js';
import { TinyTask } from '../kernel/support/tiny-task.js';
import { type Available, HostCalls } from './support/host-calls.js';

const nothing = (): void => undefined;

describe('RealHost', () => {
  let calls: HostCalls;
  let pump: Pump;
  let step: sinon.SinonStub<[boolean], Verdict>;

  /** A host on stand-ins of which these are available, whose timer is to keep the process alive. */
  function hostOn(available: Available = {}): RealHost {
    calls = new HostCalls(available);
    const host = new RealHost();
    host.keepTimer(true);
    step = sinon.stub<[boolean], Verdict>().returns(NOTHING);
    pump = host.pump(step, () => true);
    return host;
  }

  afterEach(() => calls.restore());

  describe('steps', () => {
    it('by setImmediate where there is one', () => {
      hostOn();
      pump.wake(true);
      expect(calls.read()).to.deep.equal(['setImmediate#1', 'setImmediate#2']);
      expect(step.callCount).to.equal(0);
      calls.iterate();
      expect(step.callCount).to.equal(1);
      expect(calls.read()).to.be.empty;
    });

    it('by a message where there is no setImmediate', () => {
      hostOn({ setImmediate: false, refs: false });
      pump.wake(true);
      expect(calls.read()).to.deep.equal(['new MessageChannel', 'start port', 'postMessage']);
      expect(step.callCount).to.equal(0);
      calls.deliver();
      expect(step.callCount).to.equal(1);
      pump.wake(true);
      expect(calls.read()).to.deep.equal(['postMessage']);
    });

    it('by setTimeout where there is neither', () => {
      hostOn({ setImmediate: false, MessageChannel: false, refs: false });
      pump.wake(true);
      expect(calls.read()).to.deep.equal(['setTimeout#1 0']);
      calls.fire('setTimeout#1');
      expect(step.callCount).to.equal(1);
      expect(calls.read()).to.be.empty;
    });

    it('by what there is when it is asked', () => {
      hostOn({ refs: false });
      const { setImmediate } = globalThis;
      calls.put('setImmediate', undefined);
      pump.wake(true);
      expect(calls.read()).to.deep.equal(['new MessageChannel', 'start port', 'postMessage']);
      calls.deliver();
      calls.put('setImmediate', setImmediate);
      pump.wake(true);
      expect(calls.read()).to.deep.equal(['setImmediate#1', 'setImmediate#2']);
    });

    it('without keeping the process alive, where handles are numbers too', () => {
      hostOn({ refs: false });
      pump.wake(false);
      expect(calls.read()).to.deep.equal(['setTimeout#1 0']);
      expect(pump.isSure).to.equal(false);
    });
  });

  describe('must rest', () => {
    const descriptor = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
    const answers = (navigator: unknown): boolean => {
      Object.defineProperty(globalThis, 'navigator', { configurable: true, writable: true, value: navigator });
      return new RealHost().mustRest();
    };

    afterEach(() => {
      if (descriptor === undefined) delete (globalThis as { navigator?: unknown }).navigator;
      else Object.defineProperty(globalThis, 'navigator', descriptor);
    });

    it('while input waits, where the browser can tell', () => {
      const told = [true, false].map((isPending) => answers({ scheduling: { isInputPending: () => isPending } }));
      expect(told).to.deep.equal([true, false]);
    });

    it('never, where it cannot', () => {
      for (const navigator of [undefined, {}, { scheduling: {} }]) expect(answers(navigator)).to.equal(false);
    });
  });

  it('calls later in a macrotask of its own', () => {
    hostOn().later(nothing);
    expect(calls.read()).to.deep.equal(['setImmediate#1']);
    calls.restore();
    hostOn({ setImmediate: false }).later(nothing);
    expect(calls.read()).to.deep.equal(['setTimeout#1 0']);
  });

  describe('has one timer', () => {
    it('which stands for later deadlines too', () => {
      const host = hostOn();
      host.wakeAt(1010, nothing);
      host.wakeAt(1010, nothing);
      host.wakeAt(1500, nothing);
      expect(calls.read()).to.deep.equal(['setTimeout#1 10']);
    });

    it('which is replaced for an earlier deadline only, and armed before the other is cleared', () => {
      const host = hostOn();
      host.wakeAt(1010, nothing);
      host.wakeAt(1005, nothing);
      host.wakeAt(1007, nothing);
      expect(calls.read()).to.deep.equal(['setTimeout#1 10', 'setTimeout#2 5', 'clearTimeout setTimeout#1']);
      expect(calls.outstanding).to.deep.equal(['setTimeout#2']);
    });

    it('which nothing puts off that is asked for later, also when it is overdue', () => {
      const host = hostOn();
      const run = sinon.spy();
      host.wakeAt(1010, run);
      calls.time = 1020;
      host.wakeAt(1015, nothing);
      host.wakeAt(1030, nothing);
      expect(calls.read()).to.deep.equal(['setTimeout#1 10']);
      calls.fire('setTimeout#1');
      expect(run.callCount).to.equal(1);
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

    it('which comes in a millisecond for what is due already', () => {
      const host = hostOn();
      host.wakeAt(900, nothing);
      expect(calls.read()).to.deep.equal(['setTimeout#1 1']);
    });

    it('which waits for a long delay in pieces of 2^31-1 ms, the longest that setTimeout takes', () => {
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
      expect(calls.read().slice(-3)).to.deep.equal([
        'setTimeout#2 5',
        'unref setTimeout#2',
        'clearTimeout setTimeout#1',
      ]);
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
      expect(calls.read()).to.deep.equal(['setTimeout#1 10', 'setTimeout#2 5', 'clearTimeout setTimeout#1']);
    });

    it('which stays as it is when setTimeout throws', () => {
      const host = hostOn();
      const run = sinon.spy();
      host.wakeAt(1010, run);
      const { setTimeout } = globalThis;
      calls.put('setTimeout', () => {
        throw new Error('no timer');
      });
      expect(() => host.wakeAt(1005, nothing)).to.throw('no timer');
      calls.put('setTimeout', setTimeout);
      host.wakeAt(1020, nothing);
      expect(calls.read()).to.deep.equal(['setTimeout#1 10']);
      calls.fire('setTimeout#1');
      expect(run.callCount).to.equal(1);
    });

    it('which is armed anew when the function it was asked of is another one', () => {
      const host = hostOn();
      const first = globalThis.setTimeout;
      calls.put('setTimeout', () => ({ id: 'swallowed' }));
      host.wakeAt(1010, nothing);
      calls.put('setTimeout', first);
      host.wakeAt(1020, nothing);
      expect(calls.read()).to.deep.equal(['setTimeout#1 20', 'clearTimeout swallowed']);
    });

    it('which is left to the loop where setTimeout calls back at once', () => {
      const host = hostOn();
      const run = sinon.spy();
      calls.put('setTimeout', (call: () => void) => {
        call();
        return 0;
      });
      host.wakeAt(1010, run);
      expect([run.callCount, step.callCount]).to.deep.equal([0, 0]);
      expect(calls.read()).to.deep.equal(['setImmediate#1', 'setImmediate#2']);
      calls.iterate();
      expect(step.callCount).to.equal(1);
    });

    it('which is replaced eight times in one stretch, and then armed once by the turn that this asks for', () => {
      const host = hostOn();
      const run = sinon.spy();
      for (let deadline = 1100; deadline > 1000; deadline--) host.wakeAt(deadline, run);
      expect(calls.counts()).to.equal('8 setTimeout, 7 clearTimeout, 2 setImmediate');
      step.callsFake(() => {
        host.wakeAt(1001, run);
        return NOTHING;
      });
      calls.iterate();
      expect(calls.counts()).to.equal('1 setTimeout, 1 clearTimeout');
      expect(calls.outstanding).to.deep.equal(['setTimeout#11']);
    });

    it('which a turn arms for the earliest at its end, also after a task that posts ever shorter delays', () => {
      calls = new HostCalls();
      const host = new RealHost();
      const scheduler = new TurnScheduler(host);
      const { sequence } = new TinyOwner(scheduler);
      const post = (delay: number, work = nothing): TinyTask => {
        const task = new TinyTask(sequence, '', { work });
        scheduler.arm(task, delay);
        return task;
      };
      let shortest!: TinyTask;
      post(0, () => {
        for (let delay = 300; delay >= 50; delay--) shortest = post(delay);
      });
      calls.iterate();
      expect(calls.outstanding).to.have.lengthOf(1);
      expect(
        calls
          .read()
          .filter((line) => line.startsWith('setTimeout'))
          .at(-1),
      ).to.match(/ 50$/);
      calls.time += 50;
      calls.fire(calls.outstanding[0]!);
      calls.iterate();
      expect(shortest.runs).to.equal(1);
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
      host.later(nothing);
      calls.iterate();
      calls.read();
      const clock = sinon.useFakeTimers();
      try {
        pump.wake(true);
        host.wakeAt(1010, nothing);
        host.later(nothing);
        clock.tick(5000);
        expect(host.now()).to.equal(1000);
        expect(clock.countTimers()).to.equal(0);
        expect(calls.read()).to.deep.equal(['setImmediate#2', 'setImmediate#3', 'setTimeout#4 10', 'setImmediate#5']);
      } finally {
        clock.restore();
      }
      calls.iterate();
      step.returns(MORE);
      pump.wake(true);
      expect(calls.read()).to.deep.equal(['setImmediate#6', 'setImmediate#7']);
    });
  });

  describe('tells the time', () => {
    it('by the monotonic clock, and the time of day in whole milliseconds', () => {
      const host = hostOn();
      const before = Date.now();
      const epoch = host.epoch(false);
      expect(epoch).to.be.within(before, Date.now()).and.satisfy(Number.isInteger);
      calls.time += 20.5;
      expect(host.now()).to.equal(1020.5);
      expect(host.epoch(false)).to.equal(epoch + 20);
    });

    it('of day as the wall clock has it, where that may step', () => {
      const host = hostOn();
      host.epoch(true);
      const wall = sinon.stub(Date, 'now').returns(5);
      try {
        expect([host.epoch(true), host.epoch(false)]).to.deep.equal([5, 5]);
      } finally {
        wall.restore();
      }
    });
  });
});
