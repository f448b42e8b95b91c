import { expect } from 'chai';
import { NEVER } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import {
  retrying,
  type Runner,
  stats,
  steps,
  type TaskContext,
  type TaskHandle,
  ThreadPool,
  timeLimit,
} from '../../src/index.js';
import { FakeTime } from '../support/fake-time.js';
import { errorOf, interceptUncaught, rejectionOf } from '../support/support.js';

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
    const restore = interceptUncaught((error) => uncaught.push(error));
    try {
      const error = rejectionOf(quiet.postTask(hangs));
      void quiet.postTask(time.noting('next'));
      await time.pass(30);
      await error;
    } finally {
      restore();
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

  it('frees its sequence and its worker when the last attempt of retrying() is stuck, too', async () => {
    const attempt = timeLimit(10, () => new Promise(() => undefined), { letGoAfter: 5 });
    const handle = runner.postTask(retrying(attempt, { count: 1 }));
    handle.then(null, () => undefined);
    next();
    await time.pass(60);
    expect(handle.state).to.equal('failed');
    expect(stats(pool)).to.include({ busy: 0, running: 0, finished: 1 });
    expect(time.timers).to.equal(0);
  });

  it('is let go when it was the last attempt of a retrying() inside of another one, whose next attempt begins then', async () => {
    let attempts = 0;
    const attempt = timeLimit(10, () => (++attempts < 4 ? new Promise(() => undefined) : time.now), { letGoAfter: 5 });
    const handle = runner.postTask(retrying(retrying(attempt, { count: 1 }), { count: 2 }));
    next();
    await time.pass(80);
    expect([handle.state, attempts]).to.deep.equal(['done', 4]);
    expect(time.log).to.have.length(1);
    expect(stats(pool)).to.include({ busy: 0, running: 0, finished: 2 });
    expect(time.timers).to.equal(0);
  });

  it('is ended once, when its time is over while it asks whether to yield, and nothing overlaps with its synchronous code', async () => {
    const cleansUp = steps(function* () {
      try {
        for (;;) {
          time.block(7);
          yield;
        }
      } finally {
        time.note('ends');
      }
    });
    const error = rejectionOf(runner.postTask(timeLimit(10, cleansUp, { letGoAfter: 0 })));
    next();
    await time.pass(30);
    await error;
    expect(time.log.map((entry) => entry.split(' ')[0])).to.deep.equal(['ends', 'next']);
    expect(stats(runner)).to.include({ running: 0, queued: 0 });
    expect(stats(pool)).to.include({ running: 0, busy: 0 });
  });

  it('takes no worker again when it is a generator whose clean-up is let go, and reports what that throws then', async () => {
    const cleansUp = steps(function* () {
      try {
        for (;;) {
          time.block(1);
          yield;
        }
      } finally {
        yield;
        time.block(9);
        yield;
        yield;
      }
    });
    const fail = (): never => {
      throw new Error('clean-up');
    };
    const throws = steps(function* () {
      try {
        for (;;) {
          time.block(1);
          yield;
        }
      } finally {
        time.block(20);
        yield;
        fail();
      }
    });
    const handles = [cleansUp, throws].map((task) => runner.postTask(timeLimit(10, task, { letGoAfter: 5 })));
    const errors = Promise.all(handles.map(rejectionOf));
    next();
    await time.pass(60);
    await errors;
    expect(stats(pool)).to.include({ running: 0, busy: 0, finished: 1 });
    expect(reported.filter((message) => message === 'clean-up')).to.have.lengthOf(1);
  });

  it('is let go so long after it says that it may be, when it was told to stop before', async () => {
    const handle = runner.postTask(async (context: TaskContext) => {
      await time.after(10);
      context.letGoAfter(5);
      await new Promise(() => undefined);
    });
    const error = rejectionOf(handle);
    next();
    await time.pass(2);
    handle.cancel();
    await time.pass(20);
    await error;
    expect(time.log).to.deep.equal(['next at 15']);
  });

  it('leaves no timer behind when it ends before it has returned anything that goes on', async () => {
    const abort = (context: TaskContext): void => {
      context.letGoAfter(60_000);
      context.abort(new Error('expected'));
    };
    const handles = [
      runner.postTask(abort),
      runner.postTask((context) => {
        abort(context);
        throw new Error('ignored');
      }),
    ];
    const errors = Promise.all(handles.map(rejectionOf));
    await time.pass(5);
    await errors;
    expect(time.timers).to.equal(0);
  });

  it('leaves no timer behind when the run() in which it was posted is over', async () => {
    const stuck = (context: TaskContext): Promise<unknown> => {
      context.letGoAfter(60_000);
      return new Promise(() => undefined);
    };
    const post = (): TaskHandle<unknown> => new TestScheduler(() => undefined).run(() => runner.postTask(stuck));
    const left = rejectionOf(post());
    await time.settle();
    expect((await left).message).to.contain('is over');
    const cancelled = post();
    cancelled.cancel();
    await rejectionOf(cancelled);
    await time.settle();
    expect(time.timers).to.equal(0);
  });

  it('needs a grace period in milliseconds', () => {
    expect(errorOf(() => timeLimit(1, () => 1, { letGoAfter: -1 }))).to.be.an.instanceof(RangeError);
    expect(errorOf(() => timeLimit(1, () => 1, { letGoAfter: '1' as never })).message).to.contain(
      'The option letGoAfter must be a number of milliseconds',
    );
    expect(errorOf(() => timeLimit(1, () => 1, null as never)).message).to.contain('Options must be an object');
  });
});
