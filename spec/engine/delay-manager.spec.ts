import { expect } from 'chai';
import fc from 'fast-check';
import { DelayManager } from '../../src/engine/delay-manager.js';
import type { Sequence } from '../../src/engine/sequence.js';
import { IDLE, QUEUED, RUNNING } from '../../src/engine/task.js';
import { HandHost } from './support/hand-host.js';
import { HandScheduler, TinyOwner } from './support/hand-scheduler.js';
import { TinyTask } from './support/tiny-task.js';

describe('DelayManager', () => {
  let host: HandHost;
  let delays: DelayManager;
  let sequence: Sequence;

  beforeEach(() => {
    host = new HandHost();
    delays = new DelayManager(host, turn);
    ({ sequence } = new TinyOwner(new HandScheduler()));
  });

  /** What a scheduler does with it in a turn. */
  function turn(): void {
    for (let task = delays.takeDue(host.time); task !== undefined; task = delays.takeDue(host.time)) {
      sequence.push(task);
    }
    delays.arm();
  }

  /** A task with this delay, named after it. */
  function delayed(delay: number, name = String(delay), keepAlive = true): TinyTask {
    const task = new TinyTask(sequence, name, { keepAlive });
    delays.add(task, delay);
    return task;
  }

  /** Who has joined the sequence, in order. */
  function joined(): string[] {
    return [...sequence].flatMap((task) => (task instanceof TinyTask ? task.name : []));
  }

  it('arms exactly one host timer, for the earliest', () => {
    delayed(30);
    delayed(40);
    delayed(30);
    delayed(10);
    delayed(20);
    expect(host.read()).to.deep.equal(['wakeAt 30', 'wakeAt 10']);
    host.advanceTo(40);
    expect(host.read()).to.deep.equal(['wakeAt 20', 'wakeAt 30', 'wakeAt 40']);
    expect(host.isTimerArmed).to.equal(false);
    expect(joined()).to.deep.equal(['10', '20', '30', '30', '40']);
  });

  it('hands due tasks over by deadline, then by the order in which they were armed', () => {
    delayed(20, 'a');
    delayed(10, 'b');
    host.time = 10;
    delayed(10, 'c');
    delayed(5, 'd');
    host.time = 20;
    turn();
    expect(joined()).to.deep.equal(['b', 'd', 'a', 'c']);
  });

  it('never makes a task due early: when the timer comes early it is armed again for the rest', () => {
    delayed(10.5);
    host.time = 10;
    host.fire();
    expect(joined()).to.be.empty;
    expect(host.read()).to.deep.equal(['wakeAt 10.5', 'wakeAt 10.5']);
    host.advanceTo(10.5);
    expect(joined()).to.deep.equal(['10.5']);
  });

  it('keeps the place of a task that arms itself again with the same delay among those due with it', () => {
    const interval = delayed(2, 'interval');
    delayed(4, 'timer');
    host.advanceTo(2);
    expect(sequence.begin()).to.equal(interval);
    delays.add(interval, 2);
    host.advanceTo(4);
    expect(joined()).to.deep.equal(['interval', 'timer']);
  });

  it('gives it a place behind them when the delay is another, or it is armed from outside of its run', () => {
    const first = delayed(1, 'first');
    const second = delayed(2, 'second');
    delayed(4, 'timer');
    host.advanceTo(2);
    sequence.begin();
    sequence.begin();
    first.place = IDLE;
    delays.add(first, 2);
    expect(second.place).to.equal(RUNNING);
    delays.add(second, 2);
    const other = delayed(1, 'other');
    host.advanceTo(3);
    sequence.begin();
    delays.add(other, 1);
    host.advanceTo(4);
    expect(joined()).to.deep.equal(['second', 'timer', 'first', 'other']);
  });

  it('keeps what is never due, without a timer and without keeping the process alive', () => {
    const task = delayed(Infinity);
    expect(host.read()).to.be.empty;
    expect(sequence.delayed).to.equal(1);
    delayed(10, 'quiet', false);
    expect(host.isTimerArmed).to.equal(true);
    expect(host.keepsProcessAlive).to.equal(false);
    host.advanceTo(Number.MAX_VALUE);
    expect(delays.values()).to.deep.equal([task]);
    expect(host.isTimerArmed).to.equal(false);
    delays.remove(task);
    expect(sequence.delayed).to.equal(0);
  });

  it('is exact with delays that no host timer can take', () => {
    delayed(2 ** 33);
    host.advanceTo(2 ** 33 - 1);
    expect(joined()).to.be.empty;
    host.advanceTo(2 ** 33);
    expect(joined()).to.have.length(1);
  });

  it('takes the timer back when nothing is waited for any more', () => {
    const [first, second] = [delayed(10), delayed(20)];
    delays.remove(first);
    expect(host.isTimerArmed).to.equal(true);
    delays.remove(second);
    expect(host.read()).to.deep.equal(['wakeAt 10', 'disarm']);
    expect(second.place).to.equal(IDLE);
    expect(delays.nextDeadline).to.equal(Infinity);
  });

  it('keeps the process alive while a task waits that does', () => {
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

  it('does not keep it alive for the very first task, when that one does not', () => {
    delayed(20, 'quiet', false);
    expect(host.isTimerArmed).to.equal(true);
    expect(host.keepsProcessAlive).to.equal(false);
  });

  it('is a naive sorted list, with a timer that is never too late, after any adds, removals and time', () => {
    const delay = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constant(Infinity));
    const steps = fc.oneof(
      fc.record({ add: delay }),
      fc.record({ remove: fc.nat(100) }),
      fc.record({ pass: fc.nat(5) }),
    );
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 60, size: 'max' }), (program) => {
        host = new HandHost();
        delays = new DelayManager(host, turn);
        ({ sequence } = new TinyOwner(new HandScheduler()));
        let waiting: { name: string; at: number; task: TinyTask }[] = [];
        const due: string[] = [];
        program.forEach((step, index) => {
          if ('add' in step) {
            const name = String(index);
            waiting.push({ name, at: host.time + step.add, task: delayed(step.add, name) });
          } else if ('remove' in step) {
            const [removed] = waiting.splice(step.remove % Math.max(1, waiting.length), 1);
            if (removed !== undefined) delays.remove(removed.task);
          } else {
            host.advanceTo(host.time + step.pass);
            const isDue = ({ at }: { at: number }): boolean => at <= host.time;
            due.push(
              ...waiting
                .filter(isDue)
                .sort((a, b) => a.at - b.at)
                .map(({ name }) => name),
            );
            waiting = waiting.filter((each) => !isDue(each));
          }
          expect(joined()).to.deep.equal(due);
          expect(delays.nextDeadline).to.equal(Math.min(Infinity, ...waiting.map(({ at }) => at)));
          expect(host.timerDue).to.be.at.most(delays.nextDeadline);
          expect(sequence.delayed).to.equal(waiting.length);
          expect(sequence.workers.delayed).to.equal(waiting.length);
        });
        for (const task of sequence) expect(task.place).to.equal(QUEUED);
      }),
    );
  });
});
