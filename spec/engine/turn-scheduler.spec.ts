import { expect } from 'chai';
import { configure, settings } from '../../src/engine/settings.js';
import { TinyOwner } from './support/hand-scheduler.js';
import { microtasks, Turns } from './support/turns.js';

describe('A turn', () => {
  beforeEach(() => configure({ turnBudget: 5 }));

  let turns: Turns;
  const before = structuredClone(settings);

  beforeEach(() => (turns = new Turns()));

  afterEach(() => Object.assign(settings, structuredClone(before)));

  it('never begins inside of a post, and is asked for once for any number of them', () => {
    for (let i = 0; i < 100; i++) turns.post('t');
    expect(turns.ran).to.be.empty;
    expect(turns.host.read()).to.deep.equal(['wake']);
    turns.host.comeWake();
    expect(turns.ran).to.have.length(100);
    expect(turns.host.read()).to.be.empty;
  });

  it('takes in what is posted in its course, without a wake-up', () => {
    turns.post('a', 0, { work: () => void turns.post('c') });
    turns.post('b');
    turns.host.comeWake();
    expect(turns.read()).to.equal('a b c');
    expect(turns.host.read()).to.deep.equal(['wake']);
  });

  it('ends when its budget is spent, and then asks for exactly one wake-up', () => {
    for (let i = 0; i < 12; i++) turns.post('t', 1);
    const perTurn: number[] = [];
    while (turns.host.isWakeOutstanding) {
      turns.host.comeWake();
      perTurn.push(turns.ran.splice(0).length);
    }
    expect(perTurn).to.deep.equal([5, 5, 2]);
    expect(turns.host.read()).to.deep.equal(['wake', 'wake', 'wake']);
  });

  it('has the budget that is configured', () => {
    settings.turnBudget = 3;
    for (let i = 0; i < 12; i++) turns.post('t', 1);
    turns.host.comeWake();
    expect(turns.ran).to.have.length(3);
  });

  it('ends even if its clock stands still, because somebody replaced performance alone', () => {
    const endless = turns.post('', 0, { work: (task) => turns.scheduler.arm(task, 0) });
    turns.host.comeWake();
    expect(endless.runs).to.equal(100_000);
    expect(turns.host.read()).to.deep.equal(['wake', 'wake']);
  });

  describe('looks at the clock', () => {
    /** How many tasks ran between one look and the next, in the turn that comes now. */
    function strides(): number[] {
      const seen: number[] = [];
      const { host } = turns;
      const now = host.now.bind(host);
      host.now = () => {
        seen.push(turns.ran.length);
        return now();
      };
      host.comeWake();
      return seen.slice(1).map((ran, index) => ran - seen[index]!);
    }

    it('at each task first, then ever less often, and at most every 8 tasks', () => {
      for (let i = 0; i < 100; i++) turns.post('t');
      expect(strides().slice(0, 6)).to.deep.equal([1, 2, 4, 8, 8, 8]);
      for (let i = 0; i < 1000; i++) turns.post('t');
      expect(Math.max(...strides())).to.equal(8);
      expect(turns.host.looks).to.be.below(1100 / 8 + 10);
    });

    it('at each task again after a long one', () => {
      for (let i = 0; i < 40; i++) turns.post('t', i === 20 ? 1 : 0);
      expect(strides().slice(0, 9)).to.deep.equal([1, 2, 4, 8, 8, 1, 2, 4, 8]);
    });

    it('not at all when something is posted', () => {
      for (let i = 0; i < 100; i++) turns.post('t');
      expect(turns.host.looks).to.equal(0);
    });
  });

  describe('that meets a task which is pending afterwards', () => {
    const pending = { work: () => true, needsWorker: true };

    it('goes on in a microtask, so that the first continuation is not held up', async () => {
      turns.post('a', 0, {
        work: () => {
          void Promise.resolve().then(() => turns.ran.push('continuation'));
          return true;
        },
      });
      turns.postTo(new TinyOwner(turns.scheduler), 'b', 0, 0);
      turns.host.comeWake();
      expect(turns.read()).to.equal('a');
      await microtasks();
      expect(turns.read()).to.equal('continuation b');
      expect(turns.host.read()).to.deep.equal(['wake']);
    });

    it('goes on without renewing its budget', async () => {
      for (let i = 0; i < 8; i++) turns.postTo(new TinyOwner(turns.scheduler), 't', 2, 0, pending);
      turns.host.comeWake();
      await microtasks();
      expect(turns.ran).to.have.length(3);
      expect(turns.host.read()).to.deep.equal(['wake', 'wake']);
    });

    it('asks for no wake-up when something is posted meanwhile', async () => {
      turns.post('a', 0, pending);
      turns.host.comeWake();
      turns.postTo(new TinyOwner(turns.scheduler), 'b', 0, 0);
      await microtasks();
      expect(turns.read()).to.equal('a b');
      expect(turns.host.read()).to.deep.equal(['wake']);
    });
  });

  describe('and delayed tasks:', () => {
    it('they join the tail in the turn that finds them due', () => {
      turns.postDelayed('due', 10);
      turns.host.time = 10;
      turns.post('queued first');
      turns.host.comeWake();
      expect(turns.read()).to.equal('queued first due');
    });

    it('they are found due in the middle of a turn', () => {
      settings.turnBudget = 100;
      turns.postDelayed('due', 2);
      const other = new TinyOwner(turns.scheduler, 'other');
      for (let i = 0; i < 6; i++) turns.postTo(other, `${i}`, 1, 0);
      turns.host.comeWake();
      expect(turns.read()).to.equal('0 1 2 due 3 4 5');
    });

    it('the timer is armed again for the next one that is not due', () => {
      turns.postDelayed('a', 10);
      turns.postDelayed('b', 10);
      turns.postDelayed('c', 25);
      turns.host.advanceTo(10);
      expect(turns.read()).to.equal('a b');
      turns.host.advanceTo(100);
      expect(turns.read()).to.equal('c');
      expect(turns.host.read()).to.deep.equal(['wakeAt 10', 'wakeAt 25']);
      expect(turns.host.isTimerArmed).to.equal(false);
    });

    it('the timer is turn enough: it asks for a wake-up only if the budget ends first', () => {
      turns.postDelayed('due', 10, { work: () => void (turns.host.time += 7) });
      turns.postDelayed('due too', 10);
      turns.host.advanceTo(10);
      expect(turns.read()).to.equal('due');
      expect(turns.host.read()).to.deep.equal(['wakeAt 10', 'wake']);
      turns.host.comeWake();
      expect(turns.read()).to.equal('due too');
      expect(turns.host.read()).to.be.empty;
    });

    it('the timer leaves them to a wake-up that is outstanding: two turns in a row would hold up I/O', () => {
      turns.postDelayed('due', 10);
      turns.post('queued');
      turns.host.advanceTo(10);
      expect(turns.read()).to.equal('');
      turns.host.comeWake();
      expect(turns.read()).to.equal('queued due');
      expect(turns.host.read()).to.deep.equal(['wakeAt 10', 'wake']);
    });

    it('a withdrawn one never runs, and leaves no timer behind', () => {
      const [delayed, queued] = [turns.postDelayed('delayed', 10), turns.post('queued')];
      delayed.unsubscribe();
      queued.unsubscribe();
      turns.host.comeAll();
      turns.host.advanceTo(100);
      expect(turns.read()).to.equal('');
      expect(turns.host.read()).to.deep.equal(['wakeAt 10', 'wake', 'disarm']);
    });
  });

  describe('keeps the process alive until it comes', () => {
    it('unless nothing that is ready does', () => {
      turns.post('quiet', 0, { keepAlive: false });
      expect(turns.host.keepsProcessAlive).to.equal(false);
      turns.post('loud');
      expect(turns.host.keepsProcessAlive).to.equal(true);
      turns.host.comeWake();
      expect(turns.host.keepsProcessAlive).to.equal(false);
    });

    it('when what is left at the end of one does, and not when it does not', () => {
      turns.post('long', 7, { keepAlive: false });
      turns.post('long too', 7);
      turns.post('quiet', 0, { keepAlive: false });
      turns.host.comeWake();
      expect(turns.host.keepsProcessAlive).to.equal(true);
      turns.host.comeWake();
      expect(turns.host.keepsProcessAlive).to.equal(false);
      turns.host.comeWake();
      expect(turns.read()).to.equal('long long too quiet');
    });
  });
});
