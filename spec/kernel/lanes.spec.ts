import { expect } from 'chai';
import fc from 'fast-check';
import { Lanes } from '../../src/kernel/lanes.js';
import { AT_GATE, NOWHERE, type Sequence } from '../../src/kernel/sequence.js';
import { settings } from '../../src/kernel/settings.js';
import { BEST_EFFORT, type Lane, USER_BLOCKING, USER_VISIBLE } from '../../src/kernel/traits.js';
import { HandScheduler, TinyOwner } from './support/hand-scheduler.js';
import { TinyTask } from './support/tiny-task.js';

/** Some runners on one scheduler, and a log of whose tasks ran. */
class Program {
  readonly scheduler = new HandScheduler();
  readonly ran: string[] = [];
  private readonly owners = new Map<string, TinyOwner>();

  runner(name: string, lane: Lane): this {
    this.owners.set(name, new TinyOwner(this.scheduler, name, { lane }));
    return this;
  }

  /** From now on it goes before others of its lane. */
  goesFirst(name: string): void {
    this.owners.get(name)!.sequence.goesFirst = true;
  }

  post(name: string, count = 1): void {
    const { sequence } = this.owners.get(name)!;
    for (let i = 0; i < count; i++) {
      const work = (): undefined => void this.ran.push(name);
      this.scheduler.arm(new TinyTask(sequence, name, { work }), 0);
    }
  }
}

/** The promises in the plainest way: an array of names per lane, and how many tasks each has left. */
class NaiveLanes {
  readonly ran: string[] = [];
  private readonly ready: [string[], string[], string[]] = [[], [], []];
  private readonly left = new Map<string, number>();

  post(name: string, lane: Lane): void {
    const left = this.left.get(name) ?? 0;
    if (left === 0) this.ready[lane].push(name);
    this.left.set(name, left + 1);
  }

  turn(): void {
    const lane = this.ready.find((names) => names.length > 0);
    if (lane === undefined) return;
    const name = lane.shift()!;
    this.ran.push(name);
    this.left.set(name, this.left.get(name)! - 1);
    if (this.left.get(name)! > 0) lane.push(name);
  }
}

/**
 * Turns of these lengths, with urgent work that never ends: the times at which the other lane got a task. Three tasks
 * run in each turn.
 */
function servedTimes(lane: Lane, lengths: readonly number[]): number[] {
  const program = new Program().runner('urgent', USER_BLOCKING).runner('other', lane);
  program.post('urgent', 4 * lengths.length);
  program.post('other', lengths.length);
  const times: number[] = [];
  let now = 0;
  for (const length of lengths) {
    program.scheduler.lanes.look(now);
    for (let i = 0; i < 3; i++) program.scheduler.turn();
    for (const name of program.ran.splice(0)) if (name === 'other') times.push(now);
    now += length;
  }
  return times;
}

describe('Lanes', () => {
  const before = structuredClone(settings);

  afterEach(() => Object.assign(settings, structuredClone(before)));

  it('give the highest lane its turn first, and within a lane take turns, one task at a time', () => {
    const program = new Program().runner('b', BEST_EFFORT).runner('v', USER_VISIBLE).runner('w', USER_VISIBLE);
    program.post('b');
    program.post('v', 3);
    program.post('w', 2);
    program.scheduler.drain();
    expect(program.ran.join('')).to.equal('vwvwvb');
  });

  it('give all tasks of a sequence that goes first their turn before the others of its lane', () => {
    const program = new Program().runner('a', USER_VISIBLE).runner('first', USER_VISIBLE).runner('too', USER_VISIBLE);
    program.goesFirst('first');
    program.goesFirst('too');
    program.post('a', 2);
    program.post('first', 3);
    program.post('too', 2);
    program.scheduler.drain();
    expect(program.ran.join(' ')).to.equal('first too first too first a a');
  });

  it('are strict and fair, as a naive model is, in any program of posts and turns', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const laneOf = (name: string): Lane => (names.indexOf(name) % 3) as Lane;
    const steps = fc.oneof(fc.constantFrom(...names), fc.constant('turn' as const));
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 100, size: 'max' }), (program) => {
        const real = new Program();
        const naive = new NaiveLanes();
        for (const name of names) real.runner(name, laneOf(name));
        for (const step of [...program, ...program.map(() => 'turn')]) {
          if (step === 'turn') {
            real.scheduler.turn();
            naive.turn();
          } else {
            real.post(step);
            naive.post(step, laneOf(step));
          }
          expect(real.ran).to.deep.equal(naive.ran);
        }
        expect(real.scheduler.lanes.isEmpty).to.equal(true);
      }),
    );
  });

  it('let no lane wait for longer than its limit: it gets exactly one task, and then its period begins anew', () => {
    expect(servedTimes(USER_VISIBLE, Array(50).fill(100))).to.deep.equal([1000, 2100, 3200, 4300]);
    expect(servedTimes(BEST_EFFORT, Array(50).fill(500))).to.deep.equal([10_000, 20_500]);
  });

  it('give that task at most a turn late, never early, and never two in a period, whatever turns take', () => {
    const length = fc.integer({ min: 1, max: 400 });
    fc.assert(
      fc.property(fc.array(length, { minLength: 10, maxLength: 100, size: 'max' }), (lengths) => {
        const times = [0, ...servedTimes(USER_VISIBLE, lengths)];
        for (let i = 1; i < times.length; i++) {
          // It begins to wait when it is next looked at, and is looked at once per turn.
          expect(times[i]! - times[i - 1]!).to.be.within(1000, 1000 + 2 * 400);
        }
        const total = lengths.reduce((sum, each) => sum + each);
        expect(total - times.at(-1)!).to.be.at.most(1000 + 3 * 400);
      }),
    );
  });

  it('let a lane wait for ever when its limit is Infinity', () => {
    settings.maxWait[USER_VISIBLE] = Infinity;
    expect(servedTimes(USER_VISIBLE, Array(50).fill(100_000))).to.be.empty;
  });

  it('owe nothing to a lane that was empty, or served, meanwhile', () => {
    const program = new Program().runner('urgent', USER_BLOCKING).runner('other', USER_VISIBLE);
    const { lanes } = program.scheduler;
    lanes.look(0);
    program.post('other');
    program.post('urgent');
    lanes.look(5000);
    program.scheduler.turn();
    program.scheduler.turn();
    program.post('urgent', 5);
    program.post('other', 5);
    lanes.look(5900);
    lanes.look(6500);
    program.scheduler.turn();
    expect(program.ran).to.deep.equal(['urgent', 'other', 'urgent']);
  });

  it('owe one task to each of two lanes that waited for too long', () => {
    const program = new Program().runner('u', USER_BLOCKING).runner('v', USER_VISIBLE).runner('b', BEST_EFFORT);
    for (const name of ['u', 'v', 'b']) program.post(name, 5);
    program.scheduler.lanes.look(0);
    program.scheduler.lanes.look(20_000);
    for (let i = 0; i < 4; i++) program.scheduler.turn();
    expect(program.ran.slice(0, 2)).to.have.members(['v', 'b']);
    expect(program.ran.slice(2)).to.deep.equal(['u', 'u']);
  });

  it('owe no more than one task to a lane that has yet to get it when it is looked at again', () => {
    const program = new Program().runner('u', USER_BLOCKING).runner('v', USER_VISIBLE).runner('b', BEST_EFFORT);
    for (const name of ['u', 'v', 'b']) program.post(name, 5);
    for (const now of [0, 20_000, 20_100, 20_200]) program.scheduler.lanes.look(now);
    for (let i = 0; i < 4; i++) program.scheduler.turn();
    expect(program.ran.filter((name) => name !== 'u')).to.have.members(['v', 'b']);
  });

  it('know whether one of their sequences keeps the process alive', () => {
    const scheduler = new HandScheduler();
    const { lanes } = scheduler;
    expect([lanes.keepAlive, lanes.isEmpty]).to.deep.equal([false, true]);
    for (const keepAlive of [false, false, true]) {
      const { sequence } = new TinyOwner(scheduler, '', { keepAlive });
      scheduler.arm(new TinyTask(sequence), 0);
      scheduler.arm(new TinyTask(sequence), 0);
      expect(lanes.keepAlive).to.equal(keepAlive);
    }
    expect([[...lanes].length, lanes.isEmpty]).to.deep.equal([3, false]);
  });

  describe('that stand for another spot than the loop’s', () => {
    let lanes: Lanes;
    let a: Sequence, b: Sequence, c: Sequence;

    beforeEach(() => {
      lanes = new Lanes(AT_GATE);
      const scheduler = new HandScheduler();
      [a, b, c] = ['a', 'b', 'c'].map((name) => new TinyOwner(scheduler, name).sequence) as [
        Sequence,
        Sequence,
        Sequence,
      ];
    });

    it('write it into the sequences that stand in them, and nothing into those that do not', () => {
      lanes.push(a, BEST_EFFORT);
      lanes.unshift(b, BEST_EFFORT);
      expect([a, b, c].map(({ spot, lane }) => [spot, lane])).to.deep.equal([
        [AT_GATE, BEST_EFFORT],
        [AT_GATE, BEST_EFFORT],
        [NOWHERE, BEST_EFFORT],
      ]);
      lanes.remove(a);
      expect([a.spot, [...lanes]]).to.deep.equal([NOWHERE, [b]]);
    });

    it('take a sequence in at either end, and look at the first without giving it its turn', () => {
      lanes.push(a, USER_VISIBLE);
      lanes.unshift(b, USER_VISIBLE);
      lanes.push(c, BEST_EFFORT);
      expect([...lanes]).to.deep.equal([b, a, c]);
      expect([lanes.peek(), lanes.peek(), lanes.next()]).to.deep.equal([b, b, b]);
      expect(lanes.nextWhere((head) => head !== b)).to.equal(c);
      expect(lanes.nextWhere(() => false)).to.equal(null);
    });

    it('take a sequence that a gate has called in behind those that go first, and before all others', () => {
      a.goesFirst = true;
      lanes.pushFirst(a, USER_VISIBLE);
      lanes.push(b, USER_VISIBLE);
      lanes.unshift(c, USER_VISIBLE);
      expect([...lanes]).to.deep.equal([a, c, b]);
      // A later one that goes first does not go behind the called one.
      lanes.remove(a);
      lanes.pushFirst(a, USER_VISIBLE);
      expect([...lanes]).to.deep.equal([a, c, b]);
    });

    it('give a gate the sequence that the loop would take, where two lanes are owed a task', () => {
      lanes.push(a, USER_BLOCKING);
      lanes.push(b, USER_VISIBLE);
      lanes.push(c, BEST_EFFORT);
      lanes.look(0);
      lanes.look(10_000);
      expect([lanes.isOwed(USER_VISIBLE), lanes.isOwed(BEST_EFFORT)]).to.deep.equal([true, true]);
      expect(lanes.nextWhere(() => true)).to.equal(lanes.peek());
    });

    it('owe a lane its task until it is served, also when a sequence that got none is put back', () => {
      lanes.push(a, USER_VISIBLE);
      lanes.look(0);
      lanes.look(500);
      lanes.remove(a);
      lanes.putBack(a, USER_VISIBLE);
      lanes.look(999);
      expect(lanes.isOwed(USER_VISIBLE)).to.equal(false);
      lanes.look(1000);
      expect(lanes.isOwed(USER_VISIBLE)).to.equal(true);
      lanes.remove(a);
      lanes.putBack(a, USER_VISIBLE);
      lanes.look(1001);
      expect(lanes.isOwed(USER_VISIBLE)).to.equal(true);
      lanes.serve(USER_VISIBLE);
      lanes.look(1002);
      lanes.look(2001);
      expect(lanes.isOwed(USER_VISIBLE)).to.equal(false);
      lanes.look(2002);
      expect(lanes.isOwed(USER_VISIBLE)).to.equal(true);
    });
  });
});
