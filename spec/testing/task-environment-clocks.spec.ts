import { expect } from 'chai';
import { interval, take, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import sinon from 'sinon';
import { ThreadPool } from '../../src/index.js';
import { TaskEnvironment } from '../../src/testing/environment/task-environment.js';
import { errorOf, gate, macrotask, microtasks } from '../support/support.js';

const pool = new ThreadPool({ name: 'pool' });
const runner = pool.createSequencedTaskRunner({ name: 'io' });

function strict(): TestScheduler {
  return new TestScheduler((actual, expected) => void expect(actual).to.deep.equal(expected));
}

describe('Of the clocks, a TaskEnvironment', () => {
  let env: TaskEnvironment;

  beforeEach(() => {
    env = new TaskEnvironment({ start: 500 });
  });

  afterEach(() => {
    env.dispose({ allowPending: true });
    sinon.restore();
  });

  it('is in force from its construction until dispose, and real time afterwards', () => {
    expect(runner.now()).to.equal(500);
    env.dispose();
    expect(runner.now()).to.be.closeTo(Date.now(), 2_000);
  });

  it('is the only one of its kind: a second active one throws', () => {
    expect(errorOf(() => new TaskEnvironment()).message).to.contain('Another TaskEnvironment is active');
    expect(runner.now()).to.equal(500);
    env.dispose();
    env = new TaskEnvironment({ start: 7 });
    expect(runner.now()).to.equal(7);
  });

  it('goes before fake timers, installed before it or after', () => {
    const clock = sinon.useFakeTimers(9_000);
    const run = sinon.spy();
    runner.postDelayedTask(run, 10);
    expect(runner.now()).to.equal(500);
    clock.tick(1_000);
    expect(run.called).to.equal(false);
    env.advanceBy(10);
    expect(run.callCount).to.equal(1);
    env.dispose();
    expect(runner.now()).to.equal(10_000);
  });

  it('lets promises settle under fake timers, too', async () => {
    sinon.useFakeTimers();
    const ends: number[] = [];
    runner.postTask(async () => {
      await pool.postDelayedTask(() => undefined, 30);
      ends.push(env.now());
    });
    await env.advanceByAsync(30);
    expect(ends).to.deep.equal([530]);
  });

  it('goes behind testScheduler.run(): its frames, and its work, are its own', () => {
    const outside = sinon.spy();
    runner.postTask(outside);
    strict().run(({ expectObservable }) => {
      expect(runner.now()).to.equal(0);
      expectObservable(interval(2, runner).pipe(take(2))).toBe('--0-(1|)', [0, 1]);
      expectObservable(timer(3, runner)).toBe('---(0|)', [0]);
    });
    expect(outside.called).to.equal(false);
    expect(runner.now()).to.equal(500);
    env.runUntilIdle();
    expect(outside.callCount).to.equal(1);
  });

  it('has verbs that refuse to be called inside of a run()', () => {
    strict().run(() => {
      expect(errorOf(() => env.advanceBy(1)).message).to.contain('inside a testScheduler.run()');
      expect(errorOf(() => env.at('x', { x: () => undefined })).message).to.contain('inside a testScheduler.run()');
    });
  });

  it('leaves real work where it is: that goes on afterwards, and does not run in virtual time', async () => {
    env.dispose();
    const order: string[] = [];
    const real = runner.postTask(() => void order.push('real'));
    env = new TaskEnvironment();
    runner.postTask(() => void order.push('virtual'));
    env.runUntilIdle();
    expect(order).to.deep.equal(['virtual']);
    env.dispose();
    await real;
    expect(order).to.deep.equal(['virtual', 'real']);
  });

  it('leaves work of fake timers to them', () => {
    env.dispose();
    const clock = sinon.useFakeTimers();
    const run = sinon.spy();
    runner.postTask(run);
    env = new TaskEnvironment();
    env.advanceBy(100);
    expect(run.called).to.equal(false);
    env.dispose();
    clock.tick(0);
    expect(run.callCount).to.equal(1);
  });

  it('takes over an action that is armed again while it is active', async () => {
    env.dispose();
    const times: number[] = [];
    const action = runner.schedule(() => times.push(runner.now())) as ReturnType<typeof runner.schedule> & {
      schedule(state?: unknown, delay?: number): unknown;
    };
    await macrotask();
    env = new TaskEnvironment();
    action.schedule(undefined, 20);
    expect(env.pendingTaskCount).to.equal(1);
    env.advanceBy(20);
    expect(times[1]).to.equal(20);
    action.unsubscribe();
  });

  describe('and the next one', () => {
    it('have nothing in common: what is left in one never runs in another', () => {
      const run = sinon.spy();
      runner.postTask(run);
      runner.schedule(run, 5);
      env.dispose({ allowPending: true });
      env = new TaskEnvironment();
      expect(env.pendingTaskCount).to.equal(0);
      env.advanceBy(100);
      expect(run.called).to.equal(false);
    });

    it('have sequences of their own: one that is held in the first is free in the second', async () => {
      const door = gate();
      runner.postTask(() => door.promise);
      env.runUntilIdle();
      env.dispose({ allowPending: true });
      env = new TaskEnvironment();
      const run = sinon.spy();
      runner.postTask(run);
      env.runUntilIdle();
      expect(run.callCount).to.equal(1);
      door.open();
      await microtasks();
      expect(env.pendingTaskCount).to.equal(0);
    });

    it('have acts of their own', () => {
      const act = sinon.spy();
      env.at('--x', { x: act });
      env.dispose({ allowPending: true });
      env = new TaskEnvironment();
      env.advanceBy(10);
      expect(act.called).to.equal(false);
    });
  });
});
