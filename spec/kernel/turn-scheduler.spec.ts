import { expect } from 'chai';
import { MORE, NOTHING, PAUSE, REST, type Verdict } from '../../src/host/host.js';
import { Action } from '../../src/kernel/action.js';
import { configure, settings } from '../../src/kernel/settings.js';
import { BEST_EFFORT, type Lane, USER_BLOCKING, USER_VISIBLE } from '../../src/kernel/traits.js';
import { Turns } from './support/turns.js';

describe('A turn', () => {
  let turns: Turns;
  const before = structuredClone(settings);

  beforeEach(() => {
    configure({ turnBudget: 5 });
    turns = new Turns();
  });

  afterEach(() => Object.assign(settings, structuredClone(before)));

  it('never begins inside of a post, and is asked for once for any number of them', () => {
    for (let i = 0; i < 100; i++) turns.post('t');
    expect(turns.ran).to.be.empty;
    expect(turns.host.read()).to.deep.equal(['wake']);
    turns.host.comeAll();
    expect(turns.ran).to.have.length(100);
    expect(turns.host.read()).to.be.empty;
  });

  it('runs one task a step, so that the host lets all microtasks run between two', () => {
    ['a', 'b', 'c'].forEach((name) => turns.post(name));
    const steps: [Verdict, string][] = [];
    while (turns.host.isWoken) steps.push([turns.host.comeStep(), turns.read()]);
    expect(steps).to.deep.equal([
      [MORE, 'a'],
      [MORE, 'b'],
      [MORE, 'c'],
      [NOTHING, ''],
    ]);
  });

  it('takes in what is posted in its course, without asking for another', () => {
    turns.post('a', 0, { work: () => void turns.post('c') });
    turns.post('b');
    turns.host.comeTurn();
    expect(turns.read()).to.equal('a b c');
    expect(turns.host.read()).to.deep.equal(['wake']);
  });

  it('takes in what is posted between two of its steps, as by a promise, without asking for another', () => {
    turns.post('a');
    turns.host.comeStep();
    turns.post('b');
    expect(turns.host.comeTurn()).to.equal(NOTHING);
    expect(turns.read()).to.equal('a b');
    expect(turns.host.read()).to.deep.equal(['wake']);
  });

  it('ends when its budget is spent, and then lets the host have its turn before the next', () => {
    for (let i = 0; i < 12; i++) turns.post('t', 1);
    const perTurn: [number, Verdict][] = [];
    while (turns.host.isWoken) {
      const verdict = turns.host.comeTurn();
      perTurn.push([turns.ran.splice(0).length, verdict]);
    }
    expect(perTurn).to.deep.equal([
      [5, REST],
      [5, REST],
      [2, NOTHING],
    ]);
    expect(turns.host.read()).to.deep.equal(['wake', 'rest', 'rest']);
  });

  it('has the budget that is configured', () => {
    settings.turnBudget = 3;
    for (let i = 0; i < 12; i++) turns.post('t', 1);
    turns.host.comeTurn();
    expect(turns.ran).to.have.length(3);
  });

  it('has its budget for all of its tasks, pending ones too', () => {
    const others = Array.from({ length: 8 }, () => turns.runner());
    for (const other of others) turns.postTo(other, 't', { cost: 2, work: () => true });
    expect(turns.host.comeTurn()).to.equal(REST);
    expect(turns.ran).to.have.length(3);
  });

  it('ends before its budget is spent when somebody waits for the host, but not before its first task', () => {
    for (let i = 0; i < 6; i++) turns.post('t', 1);
    turns.host.isInputPending = true;
    expect([turns.host.comeTurn(), turns.ran.length]).to.deep.equal([REST, 1]);
    expect([turns.host.comeTurn(), turns.ran.length]).to.deep.equal([REST, 2]);
    turns.host.isInputPending = false;
    expect([turns.host.comeTurn(), turns.ran.length]).to.deep.equal([NOTHING, 6]);
  });

  describe('pauses, so that less urgent work of others has a turn,', () => {
    /** What each turn says, while there are tasks of `lane` that take 5 ms, and have 20 ms of age. */
    function turnsOf(lane: Lane, count = 10): Verdict[] {
      configure({ maxWait: { 'best-effort': 20 } });
      const owner = turns.runner({ lane });
      for (let i = 0; i < count; i++) turns.postTo(owner, 't', { cost: 5 });
      const verdicts: Verdict[] = [];
      while (turns.host.isWoken) verdicts.push(turns.host.comeTurn());
      return verdicts;
    }

    it('once for each time that a lane may wait, while best-effort work keeps it busy', () => {
      const expected = [REST, REST, REST, PAUSE, REST, REST, REST, PAUSE, REST, NOTHING];
      expect(turnsOf(BEST_EFFORT, 9)).to.deep.equal(expected);
    });

    it('and not for more urgent work', () => {
      expect(turnsOf(USER_VISIBLE)).not.to.include(PAUSE);
    });

    it('and not when it was idle in between', () => {
      const verdicts = [1, 2, 3, 4, 5, 6].flatMap(() => turnsOf(BEST_EFFORT, 3));
      expect(verdicts).not.to.include(PAUSE);
    });
  });

  it('has a number of its own, by which tasks that yield are told from others', () => {
    for (let i = 0; i < 12; i++) turns.post('t', 1);
    const numbers: number[] = [];
    while (turns.host.isWoken) {
      turns.host.comeTurn();
      numbers.push(turns.scheduler.turnNumber);
    }
    expect(numbers).to.deep.equal([1, 2, 3]);
  });

  it('is not entered again by a task that makes its host step inside of it', () => {
    const inner: Verdict[] = [];
    turns.post('outer', 0, {
      work: () => {
        inner.push(turns.host.comeStep());
        turns.ran.push('end of outer');
        return undefined;
      },
    });
    turns.post('queued');
    turns.host.comeAll();
    expect(inner).to.deep.equal([MORE]);
    expect(turns.read()).to.equal('outer end of outer queued');
  });

  it('goes on to the next sequence when a task is pending afterwards, and to the same one when that has ended', () => {
    const pending = turns.post('a', 0, { work: () => true });
    turns.post('behind a');
    turns.postTo(turns.runner(), 'b');
    turns.host.comeAll();
    expect(turns.read()).to.equal('a b');
    pending.end();
    expect(turns.host.read()).to.deep.equal(['wake', 'wake']);
    turns.host.comeAll();
    expect(turns.read()).to.equal('behind a');
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
      host.comeTurn();
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

  describe('and delayed tasks:', () => {
    it('they join the tail in the turn that finds them due', () => {
      turns.postDelayed('due', 10);
      turns.host.time = 10;
      turns.post('queued first');
      turns.host.comeAll();
      expect(turns.read()).to.equal('queued first due');
    });

    it('they are found due in the middle of a turn', () => {
      settings.turnBudget = 100;
      turns.postDelayed('due', 2);
      const other = turns.runner();
      for (let i = 0; i < 6; i++) turns.postTo(other, `${i}`, { cost: 1 });
      turns.host.comeTurn();
      expect(turns.read()).to.equal('0 1 2 due 3 4 5');
    });

    it('they are found due at the end of a turn, lest they wait for another', () => {
      turns.postDelayed('due', 2);
      // So many that no look at the clock comes after the last of them.
      for (let i = 0; i < 8; i++) turns.post('t');
      turns.post('long', 3);
      expect(turns.host.comeTurn()).to.equal(NOTHING);
      expect(turns.read()).to.equal('t t t t t t t t long due');
    });

    it('the timer is armed again for the next one that is not due', () => {
      turns.postDelayed('a', 10);
      turns.postDelayed('b', 10);
      turns.postDelayed('c', 25);
      turns.host.advanceTo(10);
      expect(turns.read()).to.equal('a b');
      turns.host.advanceTo(100);
      expect(turns.read()).to.equal('c');
      expect(turns.host.read()).to.deep.equal(['wakeAt 10', 'wake', 'wakeAt 25', 'wake']);
      expect(turns.host.isTimerArmed).to.equal(false);
    });

    it('the timer is replaced by one for an earlier task only, whatever is posted meanwhile', () => {
      turns.postDelayed('a', 10);
      for (let i = 0; i < 5; i++) {
        turns.postDelayed('later', 20);
        turns.post('now');
        turns.host.comeAll();
      }
      expect(turns.host.read().filter((line) => line.startsWith('wakeAt'))).to.deep.equal(['wakeAt 10']);
      turns.postDelayed('earlier', 5);
      expect(turns.host.read()).to.deep.equal(['wakeAt 5']);
    });

    it('the timer leaves them to a turn that is asked for already', () => {
      turns.postDelayed('due', 10);
      turns.post('queued');
      turns.host.time = 10;
      turns.host.fire();
      expect(turns.read()).to.equal('');
      turns.host.comeTurn();
      expect(turns.read()).to.equal('queued due');
      expect(turns.host.read()).to.deep.equal(['wakeAt 10', 'wake']);
    });

    it('one that is withdrawn never runs, and what is left of it keeps no process alive', () => {
      const [delayed, queued] = [turns.postDelayed('delayed', 10), turns.post('queued')];
      delayed.unsubscribe();
      queued.unsubscribe();
      turns.host.comeAll();
      expect(turns.host.keepsProcessAlive).to.equal(false);
      turns.host.advanceTo(100);
      expect(turns.read()).to.equal('');
      expect(turns.owner.sequence).to.include({ size: 0, delayed: 0 });
    });

    it('an alarm rings before them, in a step of its own', () => {
      turns.postDelayed('task', 10);
      turns.scheduler.alarm(10, () => turns.ran.push('alarm'), true);
      turns.host.time = 10;
      turns.host.fire();
      expect([turns.host.comeStep(), turns.read()]).to.deep.equal([MORE, 'alarm']);
      turns.host.comeAll();
      expect(turns.read()).to.equal('task');
    });
  });

  describe('and an action that arms itself again in its own run:', () => {
    /** When it has run, if each run comes so late and takes so long, and it asks for these delays. */
    function timesOf(delays: readonly number[], late: number, cost = 0): number[] {
      const times: number[] = [];
      const action = new Action<undefined>(
        turns.owner.sequence,
        function () {
          times.push(turns.host.time);
          turns.host.time += cost;
          const next = delays[times.length];
          if (next !== undefined) this.schedule(undefined, next);
        },
        undefined,
      );
      turns.scheduler.arm(action, delays[0]!);
      while (turns.host.isTimerArmed) {
        turns.host.time = turns.host.timerDue + late;
        turns.host.fire();
        turns.host.comeAll();
      }
      return times;
    }

    it('with the same delay it is due one delay after it was due, so that lateness does not add up', () => {
      expect(timesOf([10, 10, 10, 10], 3)).to.deep.equal([13, 23, 33, 43]);
    });

    it('with another delay it is due that long after now', () => {
      expect(timesOf([10, 10, 20, 10], 3)).to.deep.equal([13, 23, 46, 59]);
    });

    it('after that moment has passed it is due one delay after now', () => {
      expect(timesOf([10, 10, 10], 0, 12)).to.deep.equal([10, 32, 54]);
    });
  });

  describe('says that a task should yield', () => {
    /** What a task of this lane is told after `cost` ms, when this is posted meanwhile. */
    function told(lane: Lane, cost: number, post = (): unknown => undefined): boolean | undefined {
      let answer: boolean | undefined;
      turns.postTo(turns.runner({ lane }), 'asks', {
        cost,
        work: () => {
          post();
          answer = turns.scheduler.shouldYield(lane);
        },
      });
      turns.host.comeAll();
      return answer;
    }

    it('once its budget is spent', () => {
      expect([told(USER_VISIBLE, 4), told(USER_VISIBLE, 5)]).to.deep.equal([false, true]);
    });

    it('when somebody waits for the host', () => {
      turns.host.isInputPending = true;
      expect(told(USER_BLOCKING, 0)).to.equal(true);
    });

    it('outside of any turn once a budget is spent since it has asked first, and anew when the host has gone on', () => {
      const asks = (cost: number): boolean => {
        turns.host.time += cost;
        return turns.scheduler.shouldYield(USER_BLOCKING);
      };
      expect([asks(100), asks(4), asks(1)]).to.deep.equal([false, false, true]);
      turns.host.comeLater();
      expect([asks(100), asks(5)]).to.deep.equal([false, true]);
    });

    it('for something more urgent that is ready, and for nothing else', () => {
      const urgent = turns.runner({ lane: USER_BLOCKING });
      const post = (): unknown => turns.postTo(urgent, 'urgent');
      expect([told(USER_VISIBLE, 0, post), told(USER_BLOCKING, 0, post)]).to.deep.equal([true, false]);
      expect(told(BEST_EFFORT, 0, () => turns.postTo(turns.runner({ lane: BEST_EFFORT }), 'equal'))).to.equal(false);
    });

    it('for something more urgent that has become due meanwhile', () => {
      turns.postTo(turns.runner({ lane: USER_BLOCKING }), 'urgent', { delay: 2 });
      expect(told(USER_VISIBLE, 3)).to.equal(true);
    });
  });

  describe('keeps the process alive until it comes', () => {
    it('unless nothing that is ready does', () => {
      const quiet = turns.runner({ keepAlive: false });
      turns.postTo(quiet, 'quiet');
      expect(turns.host.keepsProcessAlive).to.equal(false);
      turns.post('loud');
      expect(turns.host.keepsProcessAlive).to.equal(true);
      turns.host.comeAll();
      expect(turns.host.keepsProcessAlive).to.equal(false);
      expect(turns.host.read()).to.deep.equal(['wake quietly', 'wake']);
    });

    it('when what is left at the end of one does, or nothing is left, so that microtasks may yet post something', () => {
      turns.postTo(turns.runner({ keepAlive: false }), 'quiet', { cost: 7 });
      turns.post('loud', 7);
      turns.postTo(turns.runner({ keepAlive: false }), 'quiet too', { cost: 7 });
      const keeps = [turns.host.keepsProcessAlive];
      while (turns.host.isWoken) {
        turns.host.comeTurn();
        keeps.push(turns.host.keepsProcessAlive);
      }
      expect(keeps).to.deep.equal([true, true, false, true, false]);
      expect(turns.read()).to.equal('quiet loud quiet too');
    });
  });
});
