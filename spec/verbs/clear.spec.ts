import { expect } from 'chai';
import { observeOn, of, toArray, lastValueFrom } from 'rxjs';
import {
  bounded,
  clear,
  keyed,
  postRepeatingTask,
  type Runner,
  stats,
  type TaskHandle,
  TaskRejectedError,
  ThreadPool,
  whenRoom,
} from '../../src/index.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { RUNNER_KINDS } from '../support/runner-kinds.js';
import { gate, rejectionOf, turns, uncaughtDuring } from '../support/support.js';

for (const [kind, make] of Object.entries(RUNNER_KINDS)) {
  describe(`clear() of ${kind}`, () => {
    it('drops what is queued and what is delayed, tells each why, and lets the runner go on', async () => {
      const runner = make();
      const queued = [1, 2].map((value) => runner.postTask(() => value, { name: `queued ${value}` }));
      const delayed = runner.postTask(() => 3, { delay: 60_000 });
      expect(clear(runner)).to.equal(3);
      for (const handle of [...queued, delayed]) {
        const error = await rejectionOf(handle);
        expect(error).to.be.an.instanceof(TaskRejectedError).with.property('reason', 'cleared');
        expect(error.message).to.contain('its runner was cleared');
      }
      expect(stats(runner)).to.include({ queued: 0, delayed: 0, dropped: 3, rejected: 0 });
      expect(await runner.postTask(() => 'goes on')).to.equal('goes on');
    });
  });
}

describe('clear()', () => {
  let pool: ThreadPool;
  let runner: Runner;

  beforeEach(() => {
    pool = new ThreadPool();
    runner = pool.createSequencedTaskRunner({ name: 'runner' });
  });

  it('lets what has begun go on', async () => {
    const opened = gate<string>();
    const begun = runner.postTask(() => opened.promise);
    await turns();
    expect(clear(runner)).to.equal(0);
    opened.open('ended');
    expect(await begun).to.equal('ended');
  });

  it('leaves streams alone, which would hang without their end', async () => {
    const values = lastValueFrom(of(1, 2, 3).pipe(observeOn(runner), toArray()));
    expect(clear(runner)).to.equal(0);
    expect(await values).to.deep.equal([1, 2, 3]);
  });

  it('ends a task that repeats, and waits for its next run', async () => {
    const repeating = postRepeatingTask(runner, () => undefined, { interval: 1_000 });
    expect(clear(runner)).to.equal(1);
    expect(await rejectionOf(repeating)).to.have.property('reason', 'cleared');
  });

  it('of a pool drops what waits in all its runners, and of a keyed runner in all its keys', async () => {
    const byKey = keyed(pool);
    const handles = [pool, runner, byKey.runner('a'), byKey.runner('b')].map((one) => one.postTask(() => 1));
    expect(clear(byKey)).to.equal(2);
    expect(clear(pool)).to.equal(2);
    for (const handle of handles) expect(await rejectionOf(handle)).to.have.property('reason', 'cleared');
    expect(stats(byKey).dropped).to.equal(2);
    expect(stats(pool).dropped).to.equal(4);
  });

  it('drops nothing that is posted by code that is told', async () => {
    let second: TaskHandle<string> | null = null;
    const first = runner.postTask(() => 'first');
    first.whenSettled(() => {
      second = runner.postTask(() => 'second');
    });
    expect(clear(runner)).to.equal(1);
    expect(await second!).to.equal('second');
  });

  it('makes room for whoever waits for that', async () => {
    runner = pool.createSequencedTaskRunner({ queue: bounded(1) });
    void runner.postTask(() => 1).then(null, () => undefined);
    const room = whenRoom(runner);
    clear(runner);
    await room;
    expect(await runner.postTask(() => 'posted then')).to.equal('posted then');
  });

  it('drops what waits on the clock in force only', async () => {
    const real = runner.postTask(() => 'on the real clock');
    const env = new TaskEnvironment();
    const virtual = rejectionOf(runner.postTask(() => undefined));
    expect(clear(runner)).to.equal(1);
    env.dispose();
    expect(await virtual).to.have.property('reason', 'cleared');
    expect(await real).to.equal('on the real clock');
  });

  it('counts no task that is cancelled by code that is told', () => {
    const handles = [1, 2].map(() => runner.postTask(() => undefined));
    handles[0]!.whenSettled(() => handles[1]!.cancel());
    expect(clear(runner)).to.equal(1);
    expect(handles.map(({ state }) => state)).to.deep.equal(['rejected', 'cancelled']);
    expect(stats(runner).dropped).to.equal(1);
  });

  it('reports nothing when nobody awaits what was dropped', async () => {
    const uncaught = await uncaughtDuring(() => {
      void runner.postTask(() => undefined);
      clear(runner);
    });
    expect(uncaught).to.deep.equal([]);
  });

  it('has nothing to drop of a runner that was never used', () => {
    expect(clear(runner)).to.equal(0);
  });
});
