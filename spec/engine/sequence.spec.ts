import { expect } from 'chai';
import fc from 'fast-check';
import { IDLE, QUEUED, RUNNING } from '../../src/engine/task.js';
import { BEST_EFFORT, FOLLOW, type Lane, LANES, USER_BLOCKING, USER_VISIBLE } from '../../src/engine/traits.js';
import { Admission } from '../../src/engine/admission.js';
import { HandScheduler, TinyOwner } from './support/hand-scheduler.js';
import { TinyTask, type TinyTraits } from './support/tiny-task.js';

describe('A sequence', () => {
  let scheduler: HandScheduler;
  let owner: TinyOwner;

  beforeEach(() => {
    scheduler = new HandScheduler();
    owner = new TinyOwner(scheduler);
  });

  function post(traits: TinyTraits = {}, name = ''): TinyTask {
    const task = new TinyTask(owner.sequence, name, traits);
    owner.sequence.push(task);
    return task;
  }

  it('begins its tasks first in, first out', () => {
    const { sequence } = owner;
    const [a, b, c] = [post(), post(), post()];
    expect([...sequence]).to.deep.equal([a, b, c]);
    sequence.remove(b);
    expect([sequence.begin(), sequence.begin()]).to.deep.equal([a, c]);
    expect([a.place, b.place, c.place]).to.deep.equal([RUNNING, IDLE, RUNNING]);
    expect(sequence).to.include({ size: 0, running: 2, head: null });
  });

  it('is in the lanes while it has a task that may start, and nowhere else', () => {
    const { sequence } = owner;
    expect(sequence.lanes).to.equal(null);
    const [first, second] = [post(), post()];
    expect(sequence.lanes).to.equal(scheduler.lanes);
    expect([...scheduler.lanes]).to.deep.equal([sequence]);
    sequence.remove(first);
    expect(sequence.lanes).to.equal(scheduler.lanes);
    sequence.remove(second);
    expect(sequence.lanes).to.equal(null);
    expect(scheduler.lanes.isEmpty).to.equal(true);
  });

  it('is nowhere while as many of its tasks are pending as may be', () => {
    const { sequence } = owner;
    const pending = post({ work: () => true, needsWorker: true });
    post();
    scheduler.drain();
    expect(sequence).to.include({ size: 1, running: 1, lanes: null, isReady: false });
    scheduler.finish(pending);
    expect(sequence).to.include({ size: 1, running: 0, lanes: scheduler.lanes });
    scheduler.drain();
    expect(sequence).to.include({ size: 0, running: 0, lanes: null });
  });

  it('of a parallel runner never has more running than its limit', () => {
    owner = new TinyOwner(scheduler, '', USER_VISIBLE, new Admission('', Infinity, null), 2);
    const tasks = [1, 2, 3].map(() => post({ work: () => true, needsWorker: true }));
    scheduler.drain();
    expect(tasks.map((task) => task.runs)).to.deep.equal([1, 1, 0]);
    scheduler.finish(tasks[1]!);
    scheduler.drain();
    expect(tasks.map((task) => task.runs)).to.deep.equal([1, 1, 1]);
    expect(owner.sequence.running).to.equal(2);
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

  it('has the highest priority of its tasks, and right counts, after any pushes, removals and changes', () => {
    const lane = fc.constantFrom<Lane>(...LANES);
    const steps = fc.oneof(
      fc.record({ push: fc.oneof(lane, fc.constant(FOLLOW)), keepAlive: fc.boolean() }),
      fc.record({ remove: fc.nat(100) }),
      fc.record({ owner: lane }),
    );
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 50, size: 'max' }), (program) => {
        scheduler = new HandScheduler();
        owner = new TinyOwner(scheduler);
        const { sequence } = owner;
        const naive: TinyTask[] = [];
        for (const step of program) {
          if ('push' in step) naive.push(post({ lane: step.push, keepAlive: step.keepAlive }));
          else if ('owner' in step) owner.setLane(step.owner);
          else for (const task of naive.splice(step.remove % Math.max(1, naive.length), 1)) sequence.remove(task);

          const highest = Math.min(...naive.map((task) => (task.lane === FOLLOW ? owner.lane : task.lane)));
          if (naive.length > 0) expect([sequence.effectiveLane(), sequence.lane]).to.deep.equal([highest, highest]);
          expect([...sequence]).to.deep.equal(naive);
          expect([...scheduler.lanes]).to.deep.equal(naive.length > 0 ? [sequence] : []);
          expect(sequence.keepsAlive).to.equal(naive.some((task) => task.keepAlive));
          expect([sequence.size, sequence.workers.queued]).to.deep.equal([naive.length, naive.length]);
          expect(naive.every((task) => task.place === QUEUED)).to.equal(true);
        }
      }),
    );
  });
});
