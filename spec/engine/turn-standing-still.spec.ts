import { expect } from 'chai';
import sinon from 'sinon';
import { TurnScheduler } from '../../src/engine/turn-scheduler.js';
import { FakeHost } from '../../src/host/fake-host.js';
import { TinyOwner } from './support/hand-scheduler.js';
import { TinyTask } from './support/tiny-task.js';
import { Turns } from './support/turns.js';

describe('A turn where time stands still', () => {
  it('runs what was ready when it began, and what that posts one wake-up later', () => {
    const turns = new Turns(true);
    turns.post('a', 0, { work: () => void turns.post('c') });
    turns.post('b');
    turns.host.comeWake();
    expect(turns.read()).to.equal('a b');
    turns.host.comeWake();
    expect(turns.read()).to.equal('c');
    expect(turns.host.read()).to.deep.equal(['wake', 'wake']);
  });

  it('goes on at once after a task that is pending, in the same call', () => {
    const turns = new Turns(true);
    turns.post('a', 0, { work: () => true, needsWorker: true });
    turns.postTo(new TinyOwner(turns.scheduler), 'b', 0, 0);
    turns.host.comeWake();
    expect(turns.read()).to.equal('a b');
    expect(turns.host.read()).to.deep.equal(['wake']);
  });

  it('is not entered again by a task that lets time pass inside of it', () => {
    const turns = new Turns(true);
    turns.post('outer', 0, {
      work: () => {
        turns.post('inner');
        turns.host.advanceTo(20);
        turns.ran.push('end of outer');
        return undefined;
      },
    });
    turns.postDelayed('due meanwhile', 10);
    turns.post('queued');
    turns.host.comeAll();
    expect(turns.ran.slice(0, 2)).to.deep.equal(['outer', 'end of outer']);
    expect(turns.ran.filter((name) => !name.includes('outer'))).to.have.members(['queued', 'inner', 'due meanwhile']);
  });

  it('sees at its end to a timer that came inside of it', () => {
    const turns = new Turns(true);
    turns.postDelayed('due meanwhile', 10);
    turns.postDelayed('due later', 30);
    turns.post('outer', 0, { work: () => turns.host.advanceTo(20) });
    turns.host.comeAll();
    turns.host.advanceTo(25);
    turns.host.comeAll();
    expect(turns.read()).to.equal('outer due meanwhile');
    turns.host.advanceTo(30);
    expect(turns.read()).to.equal('due later');
  });

  describe('after somebody cleared all timers of the clock, as one does between two tests,', () => {
    let clock: sinon.SinonFakeTimers;
    let post: (delay: number) => TinyTask;

    beforeEach(() => {
      clock = sinon.useFakeTimers();
      const scheduler = new TurnScheduler(new FakeHost(clock));
      const { sequence } = new TinyOwner(scheduler);
      post = (delay) => {
        const task = new TinyTask(sequence);
        scheduler.arm(task, delay);
        return task;
      };
    });

    afterEach(() => clock.restore());

    it('comes for what is posted then', () => {
      post(0);
      clock.reset();
      const task = post(0);
      clock.tick(1000);
      expect(task.runs).to.equal(1);
    });

    it('comes for what is delayed then, even if something before was to come earlier', () => {
      post(10);
      clock.reset();
      const task = post(20);
      clock.tick(1000);
      expect(task.runs).to.equal(1);
    });
  });
});
