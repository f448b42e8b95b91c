import { expect } from 'chai';
import { NEVER } from 'rxjs';
import { retrying, type Runner, stats, type TaskContext, ThreadPool, timeLimit } from '../../src/index.js';
import { FakeTime } from '../support/fake-time.js';
import { errorOf, rejectionOf } from '../support/support.js';

describe('A task that does not stop when it is told to', () => {
  let time: FakeTime;
  let pool: ThreadPool;
  let runner: Runner;
  let reported: string[];

  beforeEach(() => {
    time = new FakeTime();
    reported = [];
    pool = new ThreadPool({ workers: 1, onTaskError: (error) => reported.push((error as Error).message) });
    runner = pool.createSequencedTaskRunner({ name: 'io' });
  });
  afterEach(() => time.end());

  const next = () => void runner.postTask(time.noting('next'));

  it('is let go after the grace period of its time limit: sequence and worker are free, and onTaskError is told', async () => {
    const handle = runner.postTask(
      timeLimit(10, () => new Promise(() => undefined), { letGoAfter: 5 }),
      { name: 'stuck' },
    );
    const error = rejectionOf(handle);
    next();
    await time.pass(14);
    expect(stats(pool).busy).to.equal(1);
    await time.pass(3);
    expect(stats(pool)).to.include({ busy: 0, running: 0, failed: 1, finished: 1 });
    expect(time.log).to.deep.equal(['next at 15']);
    expect((await error).message).to.contain('longer than its limit of 10 ms');
    expect(reported).to.deep.equal([
      "Let go, since it went on for longer than 5 ms after it was told to stop; what it still does is ignored: task 'stuck' of 'io'.",
    ]);
  });

  it('is let go as well when it is cancelled', async () => {
    const handle = runner.postTask(timeLimit(1_000, () => new Promise(() => undefined), { letGoAfter: 5 }));
    next();
    await time.pass(3);
    handle.cancel();
    await time.pass(10);
    expect(time.log).to.deep.equal(['next at 8']);
  });

  it('and ends in time is not let go, and nobody is told', async () => {
    const handle = runner.postTask(timeLimit(10, () => time.after(12), { letGoAfter: 5 }));
    const error = rejectionOf(handle);
    next();
    await time.pass(30);
    expect(time.log).to.deep.equal(['next at 12']);
    await error;
    expect(reported).to.deep.equal([]);
    expect(time.timers).to.equal(0);
  });

  it('is ignored from then on: its result, its error, its sleeps, and its second end', async () => {
    let context!: TaskContext;
    const handle = runner.postTask(
      timeLimit(
        10,
        async (own) => {
          context = own;
          await time.after(30);
          throw new Error('too late');
        },
        { letGoAfter: 5 },
      ),
    );
    const error = rejectionOf(handle);
    next();
    await time.pass(20);
    expect(context.shouldYield()).to.equal(true);
    await rejectionOf(context.sleep(1));
    await time.pass(20);
    await error;
    expect(reported).to.have.length(1);
    expect(stats(pool)).to.include({ busy: 0, running: 0 });
    void runner.postTask(time.noting('after'));
    await time.pass(2);
    expect(time.log.map((line) => line.replace(/ at .*/, ''))).to.deep.equal(['next', 'after']);
  });

  it('holds its sequence until it has ended when no grace period is given', async () => {
    const error = rejectionOf(runner.postTask(timeLimit(10, () => time.after(40))));
    next();
    await time.pass(50);
    await error;
    expect(time.log).to.deep.equal(['next at 40']);
  });

  it('is given up by a shutdown with a time-out, and let go later', async () => {
    void runner.postTask(timeLimit(1_000, () => new Promise(() => undefined), { letGoAfter: 5 })).then(null, () => 0);
    await time.pass(1);
    void pool.shutdown({ timeout: 10 }).then(time.noting('down'));
    await time.pass(20);
    expect(time.log).to.deep.equal(['down at 11']);
    expect(stats(pool).busy).to.equal(0);
  });

  it('is let go by context.letGoAfter() too, without a time limit', async () => {
    const handle = runner.postTask((context) => {
      context.letGoAfter(5);
      return new Promise(() => undefined);
    });
    next();
    await time.pass(20);
    expect(time.log, 'nobody has told it to stop').to.deep.equal([]);
    handle.cancel();
    await time.pass(10);
    expect(time.log).to.deep.equal(['next at 25']);
    expect(reported).to.have.length(1);
  });

  it('is no uncaught error when it is let go and its pool has no onTaskError', async () => {
    const quiet = new ThreadPool().createSequencedTaskRunner();
    const hangs = timeLimit(10, () => new Promise(() => undefined), { letGoAfter: 5 });
    const uncaught: unknown[] = [];
    const hear = (error: unknown): number => uncaught.push(error);
    process.on('uncaughtException', hear);
    try {
      const error = rejectionOf(quiet.postTask(hangs));
      void quiet.postTask(time.noting('next'));
      await time.pass(30);
      await error;
    } finally {
      process.off('uncaughtException', hear);
    }
    expect(time.log).to.deep.equal(['next at 15']);
    expect(uncaught).to.deep.equal([]);
  });

  it('frees nothing twice when its observable is unsubscribed at once', async () => {
    const error = rejectionOf(runner.postTask(timeLimit(10, () => NEVER, { letGoAfter: 5 })));
    await time.pass(30);
    await error;
    expect(stats(pool)).to.include({ busy: 0, running: 0 });
    expect(reported).to.deep.equal([]);
  });

  it('is one attempt of several, when its limit is inside of retrying(): the next one begins when it is let go', async () => {
    let attempts = 0;
    const attempt = timeLimit(10, () => (++attempts === 1 ? new Promise(() => undefined) : time.now), {
      letGoAfter: 5,
    });
    const handle = runner.postTask(retrying(attempt, { count: 2 }));
    await time.pass(30);
    expect([handle.state, attempts]).to.deep.equal(['done', 2]);
    expect(handle.result).to.be.within(15, 17);
    expect(reported).to.deep.equal([]);
  });

  it('frees its sequence when it is cancelled while an attempt of retrying() is stuck', async () => {
    const attempt = timeLimit(1_000, () => new Promise(() => undefined), { letGoAfter: 5 });
    const handle = runner.postTask(retrying(attempt, { count: 2 }));
    next();
    await time.pass(3);
    handle.cancel();
    await time.pass(10);
    expect(time.log).to.deep.equal(['next at 8']);
    expect(stats(pool).busy).to.equal(0);
  });

  it('needs a grace period in milliseconds', () => {
    expect(errorOf(() => timeLimit(1, () => 1, { letGoAfter: -1 }))).to.be.an.instanceof(RangeError);
    expect(errorOf(() => timeLimit(1, () => 1, { letGoAfter: '1' as never })).message).to.contain(
      'The option letGoAfter must be a number of milliseconds',
    );
    expect(errorOf(() => timeLimit(1, () => 1, null as never)).message).to.contain('Options must be an object');
  });
});
