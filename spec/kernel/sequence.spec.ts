import { expect } from 'chai';
import fc from 'fast-check';
import { Admission } from '../../src/kernel/admission.js';
import { AT_GATE, IN_LANE, NOWHERE } from '../../src/kernel/sequence.js';
import { IDLE, QUEUED, RUNNING } from '../../src/kernel/place.js';
import { BEST_EFFORT, FOLLOW, type Lane, LANES, USER_BLOCKING, USER_VISIBLE } from '../../src/kernel/traits.js';
import { HandScheduler, TinyOwner, type TinyOwnerOptions } from './support/hand-scheduler.js';
import { TinyGroup } from './support/tiny-group.js';
import { TinyTask, type TinyTraits } from './support/tiny-task.js';

describe('A sequence', () => {
  let scheduler: HandScheduler;
  let owner: TinyOwner;

  beforeEach(() => {
    scheduler = new HandScheduler();
    owner = new TinyOwner(scheduler);
  });

  function own(options: TinyOwnerOptions): void {
    owner = new TinyOwner(scheduler, '', options);
  }

  function post(traits: TinyTraits = {}, name = ''): TinyTask {
    const task = new TinyTask(owner.sequence, name, traits);
    owner.sequence.push(task);
    return task;
  }

  const isPending: TinyTraits = { work: () => true };

  it('takes its tasks first in, first out, and one that is removed never', () => {
    const { sequence } = owner;
    const [a, b, c] = [post(), post(), post()];
    expect([...sequence]).to.deep.equal([a, b, c]);
    sequence.remove(b);
    expect([sequence.take(), sequence.take()]).to.deep.equal([a, c]);
    expect([a.place, b.place, c.place]).to.deep.equal([RUNNING, IDLE, RUNNING]);
    expect(sequence).to.include({ size: 0, running: 2, head: null, tail: null });
  });

  it('takes a task in before another one, where it is told to', () => {
    const [a, c] = [post(), post()];
    const b = new TinyTask(owner.sequence);
    owner.sequence.push(b, c);
    expect([...owner.sequence]).to.deep.equal([a, b, c]);
  });

  it('stands in the lanes while it has a task that may start, and nowhere while it has none', () => {
    const { sequence } = owner;
    expect(sequence.spot).to.equal(NOWHERE);
    const [first, second] = [post(), post()];
    expect(sequence.spot).to.equal(IN_LANE);
    expect([...scheduler.lanes]).to.deep.equal([sequence]);
    sequence.remove(first);
    expect(sequence.spot).to.equal(IN_LANE);
    sequence.remove(second);
    expect(sequence.spot).to.equal(NOWHERE);
    expect(scheduler.lanes.isEmpty).to.equal(true);
  });

  it('stands nowhere while as many of its tasks are pending as may be', () => {
    const { sequence } = owner;
    const pending = post(isPending);
    post();
    scheduler.drain();
    expect(sequence).to.include({ size: 1, running: 1, spot: NOWHERE, isReady: false });
    expect([...sequence.pending()]).to.deep.equal([pending]);
    pending.end();
    expect(sequence).to.include({ size: 1, running: 0, spot: IN_LANE });
    scheduler.drain();
    expect(sequence).to.include({ size: 0, running: 0, spot: NOWHERE, isIdle: true });
  });

  it('stands at the gate while its next task waits for a worker', () => {
    own({ admission: new Admission('', 1, null) });
    const other = new TinyOwner(scheduler, 'other', { admission: owner.sequence.workers.admission });
    scheduler.arm(new TinyTask(other.sequence, '', { needsWorker: true, work: () => true }), 0);
    post({ needsWorker: true });
    scheduler.drain();
    expect(owner.sequence).to.include({ size: 1, running: 0, spot: AT_GATE, gate: owner.sequence.workers });
    expect([...owner.sequence.workers.waiting]).to.deep.equal([owner.sequence]);
  });

  it('of a parallel runner never has more running than its limit', () => {
    own({ limit: 2 });
    const tasks = [1, 2, 3].map(() => post(isPending));
    scheduler.drain();
    expect(tasks.map((task) => task.runs)).to.deep.equal([1, 1, 0]);
    tasks[1]!.end();
    scheduler.drain();
    expect(tasks.map((task) => task.runs)).to.deep.equal([1, 1, 1]);
    expect([...owner.sequence.pending()]).to.deep.equal([tasks[0], tasks[2]]);
  });

  it('is lifted by urgent work behind slow work, and falls again when that is gone', () => {
    const { sequence } = owner;
    owner.lane = BEST_EFFORT;
    post();
    expect(sequence.lane).to.equal(BEST_EFFORT);
    const urgent = post({ lane: USER_BLOCKING });
    expect(sequence.lane).to.equal(USER_BLOCKING);
    sequence.remove(urgent);
    expect(sequence.lane).to.equal(BEST_EFFORT);
  });

  it('follows its owner, but for tasks that have a priority of their own', () => {
    const { sequence } = owner;
    post();
    owner.setLane(USER_BLOCKING);
    expect(sequence.lane).to.equal(USER_BLOCKING);
    sequence.remove(sequence.head!);
    post({ lane: BEST_EFFORT });
    expect(sequence.lane).to.equal(BEST_EFFORT);
    owner.setLane(USER_VISIBLE);
    expect(sequence.lane).to.equal(BEST_EFFORT);
    post();
    expect(sequence.lane).to.equal(USER_VISIBLE);
  });

  it('is quiet, though not idle, while only the library’s own tasks are queued', () => {
    const { sequence } = owner;
    post({ isInternal: true });
    expect(sequence).to.include({ size: 1, internal: 1, isQuiet: true, isIdle: false });
    post();
    expect(sequence.isQuiet).to.equal(false);
    scheduler.drain();
    expect(sequence).to.include({ size: 0, internal: 0, isQuiet: true, isIdle: true });
  });

  it('is busy while something of it is queued or runs, and stands among the busy ones of its workers', () => {
    const { sequence } = owner;
    const others = [1, 2, 3].map(() => new TinyOwner(scheduler, '', { admission: sequence.workers.admission }));
    const tasks = others.map((other) => new TinyTask(other.sequence));
    const pending = post(isPending);
    for (const task of tasks) scheduler.arm(task, 0);
    const busy = sequence.workers.busySequences;
    const everyPlaceIsRight = (): boolean => busy.every((each, place) => each.busyAt === place);
    expect(busy).to.have.members([sequence, ...others.map((other) => other.sequence)]);
    expect(everyPlaceIsRight()).to.equal(true);
    scheduler.cancel(tasks[1]!);
    expect(busy).to.not.include(others[1]!.sequence);
    expect(everyPlaceIsRight()).to.equal(true);
    scheduler.drain();
    expect(busy).to.deep.equal([sequence]);
    pending.end();
    expect(busy).to.be.empty;
    expect(sequence.busyAt).to.equal(-1);
  });

  describe('of a group', () => {
    let group: TinyGroup;

    beforeEach(() => {
      group = new TinyGroup(scheduler);
      own({ group });
    });

    it('is given back once it is idle, once for each time it became so', () => {
      post();
      scheduler.drain();
      scheduler.sweep();
      scheduler.sweep();
      expect(group.forgotten).to.deep.equal([owner.sequence]);
    });

    it('is kept while it has work again, or something of it is delayed', () => {
      post();
      scheduler.drain();
      post();
      scheduler.sweep();
      expect(group.forgotten).to.be.empty;
      const delayed = new TinyTask(owner.sequence);
      scheduler.arm(delayed, 5);
      scheduler.drain();
      scheduler.sweep();
      expect(group.forgotten).to.be.empty;
      delayed.unsubscribe();
      scheduler.sweep();
      expect(group.forgotten).to.deep.equal([owner.sequence]);
    });
  });

  describe('changes nothing when the wake-up throws', () => {
    it('for the first task of it, which can be pushed again', () => {
      const { sequence } = owner;
      const task = new TinyTask(sequence);
      scheduler.throwsOnce = true;
      expect(() => sequence.push(task)).to.throw('wake threw');
      expect(sequence).to.include({ size: 0, head: null, spot: NOWHERE });
      expect(scheduler.lanes.isEmpty).to.equal(true);
      expect(task.place).to.equal(IDLE);
      sequence.push(task);
      scheduler.drain();
      expect(task.runs).to.equal(1);
      expect(sequence.workers.busySequences).to.be.empty;
    });

    it('for one that would lift it, behind others that run all the same', () => {
      const [first, urgent] = [post(), new TinyTask(owner.sequence, '', { lane: USER_BLOCKING })];
      scheduler.throwsOnce = true;
      expect(() => owner.sequence.push(urgent)).to.throw('wake threw');
      expect(owner.sequence).to.include({ size: 1, lane: USER_VISIBLE, spot: IN_LANE });
      scheduler.drain();
      expect([first.runs, urgent.runs]).to.deep.equal([1, 0]);
    });
  });

  it('that stands in a lane with no task, after a post that was cut off there, is taken out by the loop', () => {
    const { sequence } = owner;
    scheduler.ready(sequence, USER_VISIBLE);
    expect(scheduler.turn()).to.equal(true);
    expect(sequence.spot).to.equal(NOWHERE);
    expect(scheduler.turn()).to.equal(false);
    const task = post();
    scheduler.drain();
    expect(task.runs).to.equal(1);
  });

  it('has the highest priority of its tasks, and right counts, after any pushes, removals and changes', () => {
    const lane = fc.constantFrom<Lane>(...LANES);
    const steps = fc.oneof(
      fc.record({ push: fc.oneof(lane, fc.constant(FOLLOW)), isInternal: fc.boolean(), at: fc.nat(100) }),
      fc.record({ remove: fc.nat(100) }),
      fc.record({ owner: lane }),
    );
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 50, size: 'max' }), (program) => {
        scheduler = new HandScheduler();
        own({});
        const { sequence } = owner;
        const naive: TinyTask[] = [];
        for (const step of program) {
          if ('push' in step) {
            const task = new TinyTask(sequence, '', { lane: step.push, isInternal: step.isInternal });
            const place = step.at % (naive.length + 1);
            sequence.push(task, naive[place] ?? null);
            naive.splice(place, 0, task);
          } else if ('owner' in step) owner.setLane(step.owner);
          else for (const task of naive.splice(step.remove % Math.max(1, naive.length), 1)) sequence.remove(task);

          const highest = Math.min(...naive.map((task) => (task.lane === FOLLOW ? owner.lane : task.lane)));
          if (naive.length > 0) expect([sequence.effectiveLane(), sequence.lane]).to.deep.equal([highest, highest]);
          expect([...sequence]).to.deep.equal(naive);
          expect([...scheduler.lanes]).to.deep.equal(naive.length > 0 ? [sequence] : []);
          expect(sequence.spot).to.equal(naive.length > 0 ? IN_LANE : NOWHERE);
          expect(sequence.workers.busySequences).to.deep.equal(naive.length > 0 ? [sequence] : []);
          expect(sequence.size).to.equal(naive.length);
          expect(sequence.internal).to.equal(naive.filter((task) => task.isInternal).length);
          expect(naive.every((task) => task.place === QUEUED)).to.equal(true);
        }
      }),
    );
  });
});
