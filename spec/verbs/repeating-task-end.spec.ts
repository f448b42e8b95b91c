import { expect } from 'chai';
import { NEVER } from 'rxjs';
import {
  postRepeatingTask,
  type Runner,
  stats,
  type TaskErrorInfo,
  TaskRejectedError,
  TaskTimeoutError,
  ThreadPool,
  timeLimit,
} from '../../src/index.js';
import { FakeTime } from '../support/fake-time.js';
import { rejectionOf } from '../support/support.js';

describe('A repeating task ends', () => {
  let time: FakeTime;
  let pool: ThreadPool;
  let runner: Runner;
  let reported: [unknown, TaskErrorInfo][];

  beforeEach(() => {
    time = new FakeTime();
    reported = [];
    pool = new ThreadPool({ onTaskError: (...report) => reported.push(report) });
    runner = pool.createSequencedTaskRunner({ name: 'poller' });
  });
  afterEach(() => {
    time.end();
  });

  const everyTen = { interval: 10 } as const;

  it('when its handle is cancelled between two runs, and leaves no timer behind', async () => {
    const handle = postRepeatingTask(runner, time.noting('run'), everyTen);
    await time.pass(15);
    handle.cancel('enough');
    await time.pass(20);
    expect(time.log).to.deep.equal(['run at 10']);
    expect(time.timers).to.equal(0);
    expect(stats(runner)).to.include({ queued: 0, running: 0, delayed: 0 });
    const error = await rejectionOf(handle);
    expect(error).to.include({ name: 'AbortError', cause: 'enough' });
  });

  it('when its handle is cancelled in a run, whose signal aborts', async () => {
    let signal!: AbortSignal;
    const handle = postRepeatingTask(
      runner,
      (context) => {
        ({ signal } = context);
        return time.after(8);
      },
      everyTen,
    );
    await time.pass(12);
    handle.cancel();
    expect(signal.aborted).to.be.true;
    expect(stats(runner).running).to.equal(1);
    await time.pass(30);
    expect(stats(runner)).to.include({ queued: 0, running: 0, delayed: 0 });
    expect(reported).to.deep.equal([]);
  });

  it('when a run cancels it from inside', async () => {
    let runs = 0;
    const handle = postRepeatingTask(
      runner,
      () => {
        if (++runs === 3) handle.cancel();
      },
      everyTen,
    );
    await time.pass(60);
    expect(runs).to.equal(3);
    expect(handle.state).to.equal('cancelled');
    expect(time.timers).to.equal(0);
  });

  it('when its signal aborts', async () => {
    const controller = new AbortController();
    const handle = postRepeatingTask(runner, time.noting('run'), { ...everyTen, signal: controller.signal });
    await time.pass(15);
    controller.abort('over');
    await time.pass(20);
    expect(time.log).to.deep.equal(['run at 10']);
    expect(await rejectionOf(handle)).to.have.property('cause', 'over');
  });

  it('when a run fails: the handle rejects', async () => {
    let runs = 0;
    const handle = postRepeatingTask(
      runner,
      async () => {
        if (++runs === 2) throw new Error('expected');
      },
      everyTen,
    );
    const error = rejectionOf(handle);
    await time.pass(50);
    expect((await error).message).to.equal('expected');
    expect(runs).to.equal(2);
    expect(handle.state).to.equal('failed');
    expect(reported).to.deep.equal([]);
  });

  it('when a run fails, and that is reported once where nobody awaits the handle', async () => {
    const error = new Error('expected');
    postRepeatingTask(
      runner,
      () => {
        throw error;
      },
      { ...everyTen, name: 'poll' },
    );
    await time.pass(50);
    expect(reported.map(([reason, { name }]) => [reason, name])).to.deep.equal([[error, 'poll']]);
  });

  it('when one run takes longer than its time limit, which each run has anew', async () => {
    const lengths = [6, 6, 9];
    const handle = postRepeatingTask(
      runner,
      timeLimit(8, () => time.after(lengths.shift()!)),
      everyTen,
    );
    const error = rejectionOf(handle);
    await time.pass(60);
    expect(await error).to.be.an.instanceof(TaskTimeoutError);
    expect(lengths).to.deep.equal([]);
    expect(stats(runner)).to.include({ queued: 0, running: 0, delayed: 0 });
  });

  for (const [scope, shutDown] of [
    ['runner', () => runner.shutdown()],
    ['pool', () => pool.shutdown()],
  ] as const) {
    it(`with a shutdown of its ${scope}, between two runs`, async () => {
      const handle = postRepeatingTask(runner, time.noting('run'), { ...everyTen, shutdownBehavior: 'block-shutdown' });
      const error = rejectionOf(handle);
      await time.pass(15);
      expect(await shutDown()).to.deep.equal({ ran: [], skipped: ['poller'], abandoned: [] });
      await time.pass(20);
      expect(await error)
        .to.be.an.instanceof(TaskRejectedError)
        .with.property('reason', 'shutdown');
      expect(time.log).to.deep.equal(['run at 10']);
      expect(time.timers).to.equal(0);
    });

    it(`with a shutdown of its ${scope} in a run, which it waits for`, async () => {
      const handle = postRepeatingTask(runner, () => time.after(8), everyTen);
      const error = rejectionOf(handle);
      await time.pass(12);
      const report = shutDown();
      await time.pass(30);
      expect(await report).to.deep.equal({ ran: ['poller'], skipped: [], abandoned: [] });
      expect(await error).to.have.property('reason', 'shutdown');
      expect(stats(runner)).to.include({ queued: 0, running: 0, delayed: 0 });
    });
  }

  it('with a stop of its runner, from inside', async () => {
    const handle = postRepeatingTask(
      runner,
      () => {
        time.note('run');
        void runner.stop();
        return NEVER;
      },
      everyTen,
    );
    const error = rejectionOf(handle);
    await time.pass(30);
    expect(time.log).to.deep.equal(['run at 10']);
    expect(await error).to.have.property('name', 'AbortError');
    expect(stats(runner)).to.include({ queued: 0, running: 0, delayed: 0 });
  });

  it('before it has begun, when its runner is shut down already', async () => {
    await runner.shutdown();
    const handle = postRepeatingTask(runner, time.noting('run'), everyTen);
    expect(handle.state).to.equal('rejected');
    await time.pass(30);
    expect(time.log).to.deep.equal([]);
    expect(reported.length).to.equal(1);
    expect(stats(runner).rejected).to.equal(1);
  });
});
