import { expect } from 'chai';
import type { SchedulerAction } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { keyed, type Runner, ThreadPool, whenIdle } from '../../src/index.js';
import { FakeTime } from '../support/fake-time.js';
import { microtasks } from '../support/support.js';

describe('An action that waits, and is armed again from outside,', () => {
  let time: FakeTime;
  let pool: ThreadPool;
  let runner: Runner;

  beforeEach(() => {
    time = new FakeTime();
    pool = new ThreadPool();
    runner = pool.createSequencedTaskRunner();
  });
  afterEach(() => {
    time.end();
  });

  const schedule = (one = runner): SchedulerAction<undefined> =>
    one.schedule(time.noting('ran')) as SchedulerAction<undefined>;

  it('with a delay leaves its runner and its pool idle, of which whoever waits for that is told', async () => {
    const action = schedule();
    const waits = Promise.all([whenIdle(runner), whenIdle(pool)]).then(time.noting('idle'));
    action.schedule(undefined, 500);
    await microtasks();
    expect(time.log).to.deep.equal(['idle at 0']);
    await waits;
    await time.pass(500);
    expect(time.log).to.deep.equal(['idle at 0', 'ran at 500']);
  });

  it('with none leaves neither of them idle meanwhile', async () => {
    const action = schedule();
    void whenIdle(runner).then(time.noting('idle'));
    action.schedule();
    await microtasks();
    expect(time.log).to.deep.equal([]);
    await time.pass(1);
    expect(time.log.map((line) => line.replace(/ at .*/, ''))).to.deep.equal(['ran', 'idle']);
  });

  it('keeps its key in use', async () => {
    const byKey = keyed(pool);
    const action = byKey.runner('key').schedule(time.noting('ran')) as SchedulerAction<undefined>;
    action.schedule(undefined, 10);
    expect(byKey.size).to.equal(1);
    await time.pass(10);
    expect(time.log).to.deep.equal(['ran at 10']);
    expect(byKey.size).to.equal(0);
  });

  it('inside of a run() leaves its key, in the time it comes from, for good', () => {
    const byKey = keyed(pool);
    const action = byKey.runner('key').schedule(time.noting('ran')) as SchedulerAction<undefined>;
    expect(byKey.size).to.equal(1);
    new TestScheduler(() => undefined).run(() => {
      action.schedule();
      expect(byKey.size).to.equal(1);
    });
    expect(byKey.size).to.equal(0);
    expect(time.log).to.have.lengthOf(1);
  });
});
