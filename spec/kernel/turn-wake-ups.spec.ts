import { expect } from 'chai';
import { IDLE } from '../../src/kernel/place.js';
import { TinyTask } from './support/tiny-task.js';
import { Turns } from './support/turns.js';

describe('The wake-up of a turn', () => {
  let turns: Turns;

  beforeEach(() => (turns = new Turns()));

  describe('that is lost, with the function it was asked of,', () => {
    beforeEach(() => {
      turns.host.isDoubtful = true;
      turns.post('lost');
      turns.host.loseSteps();
      turns.host.read();
    });

    it('is asked for again by the next post to the same sequence', () => {
      turns.post('next');
      expect(turns.host.read()).to.deep.equal(['wake']);
      turns.host.comeAll();
      expect(turns.read()).to.equal('lost next');
    });

    it('is asked for again when a delay is over', () => {
      turns.postDelayed('late', 5);
      turns.host.advanceTo(5);
      expect(turns.read()).to.equal('lost late');
    });
  });

  it('that does not keep the process alive does so once something is due that does', () => {
    turns.postDelayed('save', 5);
    turns.postTo(turns.runner({ keepAlive: false }), 'quiet');
    turns.host.time = 5;
    turns.host.fire();
    expect(turns.host.keepsProcessAlive).to.equal(true);
    turns.host.comeAll();
    expect(turns.read()).to.equal('quiet save');
  });

  it('that does not keep the process alive does not do so for what is due and does not either', () => {
    const quiet = turns.runner({ keepAlive: false });
    turns.postTo(quiet, 'log', { delay: 5 });
    turns.postTo(quiet, 'quiet');
    turns.host.time = 5;
    turns.host.fire();
    expect(turns.host.keepsProcessAlive).to.equal(false);
  });

  describe('for which a function of the host throws once', () => {
    /** A post that throws: the task. */
    function throwingPost(delay = 0): TinyTask {
      const task = new TinyTask(turns.owner.sequence, 'thrown');
      turns.host.throwing.add(delay > 0 ? 'wakeAt' : 'wake');
      expect(() => turns.scheduler.arm(task, delay)).to.throw('threw');
      return task;
    }

    /** That nothing of the task was taken in, and the next one runs. */
    function expectUnchanged(task: TinyTask): void {
      const { sequence } = turns.owner;
      expect(task).to.include({ place: IDLE, delay: null, prev: null, next: null });
      expect(sequence).to.include({ size: 0, delayed: 0, head: null, isIdle: true, busyAt: -1 });
      expect(turns.scheduler.delays.isEmpty).to.equal(true);
      turns.post('next');
      turns.host.comeAll();
      turns.host.advanceTo(1000);
      expect(turns.read()).to.equal('next');
      expect(task.runs).to.equal(0);
    }

    it('tells whoever posts, has changed nothing, and is asked for again by the next post', () => {
      expectUnchanged(throwingPost());
    });

    it('tells whoever posts with a delay, has changed nothing, and is asked for again by the next post', () => {
      expectUnchanged(throwingPost(5));
    });

    it('lets the same task be posted again', () => {
      for (const delay of [0, 5]) {
        const task = throwingPost(delay);
        turns.scheduler.arm(task, delay);
        turns.host.comeAll();
        turns.host.advanceTo(turns.host.time + 10);
        expect(task.runs).to.equal(1);
      }
    });

    it('as a delay is over, does not lose what was due: the next post finds it', () => {
      turns.postDelayed('due', 5);
      turns.host.throwing.add('wake');
      turns.host.time = 5;
      expect(() => turns.host.fire()).to.throw('wake threw');
      turns.post('next');
      turns.host.comeAll();
      expect(turns.read()).to.equal('next due');
    });

    it('as a task ends, does not lose what waits behind it: the next post finds it', () => {
      const pending = turns.post('pending', 0, { work: () => true });
      turns.post('behind');
      turns.host.comeAll();
      turns.host.throwing.add('wake');
      expect(() => pending.end()).to.throw('wake threw');
      turns.post('next');
      turns.host.comeAll();
      expect(turns.read()).to.equal('pending behind next');
    });
  });

  it('comes again after a step that throws, whoever has thrown', () => {
    turns.post('a', 0, {
      work: () => {
        // What a task throws is caught; what those throw who are told of its end is not.
        turns.scheduler.sweep = () => {
          Reflect.deleteProperty(turns.scheduler, 'sweep');
          throw new Error('swept');
        };
      },
    });
    turns.host.comeStep();
    turns.postDelayed('c', 5);
    expect(() => turns.host.comeStep()).to.throw('swept');
    turns.post('b');
    turns.host.comeAll();
    turns.host.advanceTo(10);
    expect(turns.read()).to.equal('a b c');
  });
});
