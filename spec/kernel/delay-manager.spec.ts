import { expect } from 'chai';
import fc from 'fast-check';
import { DelayManager, Fired, type Delay, delayOf, type Timed } from '../../src/kernel/delay-manager.js';
import { heapUsed } from '../support/heap.js';
import { HandHost } from './support/hand-host.js';

describe('DelayManager', () => {
  let host: HandHost;
  let delays: DelayManager;
  /** Who has become due, in order. */
  let due: string[];

  beforeEach(() => {
    host = new HandHost();
    due = [];
    delays = new DelayManager({
      wakeAt: (deadline) => host.wakeAt(deadline, turn),
      keepTimer: (keepAlive) => host.keepTimer(keepAlive),
    });
  });

  /** What a scheduler does with it in a turn. */
  function turn(): void {
    for (let deadline = delays.nextDeadline; deadline <= host.time; deadline = delays.nextDeadline) {
      delays.takeFirst().due(deadline);
    }
    delays.arm();
  }

  /** The least that waits for a moment. */
  class TinyTimed implements Timed {
    place = -1;
    order = 0;
    delay: Delay = null;
    dueAt = NaN;

    constructor(
      readonly name: string,
      readonly keepAlive: boolean,
    ) {}

    due(deadline: number): void {
      this.dueAt = deadline;
      due.push(this.name);
    }
  }

  /** What has this delay, and is named after it. */
  function delayed(delay: number, name = String(delay), keepAlive = true): TinyTimed {
    const node = new TinyTimed(name, keepAlive);
    delays.add(node, delay, host.time + delay, false);
    return node;
  }

  it('arms the one timer of its host for the earliest only, and again for the next when that has come', () => {
    delayed(30);
    delayed(40);
    delayed(30);
    delayed(10);
    delayed(20);
    expect(host.read()).to.deep.equal(['wakeAt 30', 'wakeAt 10']);
    host.advanceTo(40);
    expect(host.read()).to.deep.equal(['wakeAt 20', 'wakeAt 30', 'wakeAt 40']);
    expect(host.isTimerArmed).to.equal(false);
    expect(due).to.deep.equal(['10', '20', '30', '30', '40']);
  });

  it('gives what is due by deadline, then by the order in which it was armed', () => {
    delayed(20, 'a');
    delayed(10, 'b');
    host.time = 10;
    delayed(10, 'c');
    delayed(5, 'd');
    host.time = 20;
    turn();
    expect(due).to.deep.equal(['b', 'd', 'a', 'c']);
  });

  it('never makes anything due early: when the timer comes early it is armed again for the rest', () => {
    const node = delayed(10.5);
    host.time = 10;
    host.fire();
    expect(due).to.be.empty;
    expect(host.read()).to.deep.equal(['wakeAt 10.5', 'wakeAt 10.5']);
    host.advanceTo(10.5);
    expect(due).to.deep.equal(['10.5']);
    expect(node.dueAt).to.equal(10.5);
  });

  it('tells what is due when it was due, however late that is', () => {
    const node = delayed(10);
    host.time = 25;
    turn();
    expect(node.dueAt).to.equal(10);
  });

  it('keeps the place of an interval that goes on among those that are due with it, and of no other', () => {
    const [interval, other] = [delayed(2, 'interval'), delayed(2, 'other')];
    delayed(4, 'timer');
    host.advanceTo(2);
    delays.add(other, 2, 4, false);
    delays.add(interval, 2, 4, true);
    host.advanceTo(4);
    expect(due.slice(2)).to.deep.equal(['interval', 'timer', 'other']);
  });

  it('keeps what is never due, without a timer and without keeping the process alive', () => {
    const node = delayed(Infinity);
    expect(host.read()).to.be.empty;
    expect(delays).to.include({ isEmpty: false, keepAlive: false, nextDeadline: Infinity });
    delayed(10, 'quiet', false);
    expect(host.isTimerArmed).to.equal(true);
    expect(host.keepsProcessAlive).to.equal(false);
    host.advanceTo(Number.MAX_VALUE);
    expect(delays.values()).to.deep.equal([node]);
    expect(host.isTimerArmed).to.equal(false);
    delays.remove(node);
    expect(delays.isEmpty).to.equal(true);
  });

  it('is exact with delays that no timer of a host can take', () => {
    delayed(2 ** 33);
    host.advanceTo(2 ** 33 - 1);
    expect(due).to.be.empty;
    host.advanceTo(2 ** 33);
    expect(due).to.have.length(1);
  });

  it('leaves a timer that nothing waits for armed, but does not let it keep the process alive', () => {
    const [first, second] = [delayed(10), delayed(20)];
    delays.remove(first);
    expect(host.keepsProcessAlive).to.equal(true);
    delays.remove(second);
    expect(host.keepsProcessAlive).to.equal(false);
    expect(host.read()).to.deep.equal(['wakeAt 10']);
    expect([first.place, second.place]).to.deep.equal([-1, -1]);
    expect(delays.nextDeadline).to.equal(Infinity);
    host.advanceTo(100);
    expect(due).to.be.empty;
    expect(host.read()).to.be.empty;
  });

  it('keeps the process alive while something waits that does, and not for the rest', () => {
    const loud = delayed(10);
    delayed(20, 'quiet', false);
    expect(host.keepsProcessAlive).to.equal(true);
    delays.remove(loud);
    expect(host.keepsProcessAlive).to.equal(false);
    delayed(30);
    expect(host.keepsProcessAlive).to.equal(true);
    host.advanceTo(30);
    expect(host.keepsProcessAlive).to.equal(false);
  });

  it('does not keep the process alive for the very first that waits, when that one does not', () => {
    delayed(20, 'quiet', false);
    expect(host.isTimerArmed).to.equal(true);
    expect(host.keepsProcessAlive).to.equal(false);
  });

  it('changes nothing when the host throws as the timer is armed', () => {
    delayed(20);
    const node = new TinyTimed('thrown', true);
    host.throwing.add('wakeAt');
    expect(() => delays.add(node, 10, 10, false)).to.throw('wakeAt threw');
    expect(node).to.include({ place: -1, order: 0, delay: null });
    expect(delays.nextDeadline).to.equal(20);
    host.advanceTo(20);
    expect(due).to.deep.equal(['20']);
    expect(host.keepsProcessAlive).to.equal(false);
  });

  it('without a timer, as where each task has a wake-up of its own, gives what is due all the same', () => {
    delays = new DelayManager(null);
    delayed(5);
    delayed(3);
    host.time = 5;
    turn();
    expect(due).to.deep.equal(['3', '5']);
  });

  it('remembers of a delay that is over how long it was', () => {
    expect([null, 7, new Fired(5, 12)].map((delay) => delayOf({ delay }))).to.deep.equal([0, 7, 5]);
  });

  it('gives its memory back after a million delays that were cancelled', async () => {
    const before = await heapUsed();
    const one = delayed(1e9);
    for (const node of Array.from({ length: 1_000_000 }, (_, index) => delayed(1 + (index % 5000), ''))) {
      delays.remove(node);
    }
    expect(delays.values()).to.deep.equal([one]);
    // The two arrays of the heap alone took 16 MB.
    expect((await heapUsed()) - before).to.be.below(1_000_000);
  });

  it('is a naive sorted list, with a timer that is never too late, after any adds, removals and time', () => {
    const delay = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constant(Infinity));
    const steps = fc.oneof(
      fc.record({ add: delay, keepAlive: fc.boolean() }),
      fc.record({ remove: fc.nat(100) }),
      fc.record({ pass: fc.nat(5) }),
    );
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 60, size: 'max' }), (program) => {
        host = new HandHost();
        delays = new DelayManager({
          wakeAt: (deadline) => host.wakeAt(deadline, turn),
          keepTimer: (keepAlive) => host.keepTimer(keepAlive),
        });
        due = [];
        let waiting: { name: string; at: number; node: TinyTimed }[] = [];
        const expected: string[] = [];
        program.forEach((step, index) => {
          if ('add' in step) {
            const name = String(index);
            waiting.push({ name, at: host.time + step.add, node: delayed(step.add, name, step.keepAlive) });
          } else if ('remove' in step) {
            const [removed] = waiting.splice(step.remove % Math.max(1, waiting.length), 1);
            if (removed !== undefined) delays.remove(removed.node);
          } else {
            host.advanceTo(host.time + step.pass);
            const isDue = ({ at }: { at: number }): boolean => at <= host.time;
            const now = waiting.filter(isDue).sort((a, b) => a.at - b.at);
            expected.push(...now.map(({ name }) => name));
            waiting = waiting.filter((each) => !isDue(each));
          }
          expect(due).to.deep.equal(expected);
          expect(delays.nextDeadline).to.equal(Math.min(Infinity, ...waiting.map(({ at }) => at)));
          expect(host.timerDue).to.be.at.most(delays.nextDeadline);
          const keepAlive = waiting.some(({ node, at }) => node.keepAlive && at !== Infinity);
          expect([delays.keepAlive, host.keepsProcessAlive]).to.deep.equal([keepAlive, keepAlive]);
          expect(delays.values()).to.have.members(waiting.map(({ node }) => node));
        });
      }),
    );
  });
});
