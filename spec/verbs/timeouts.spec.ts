import { expect } from 'chai';
import { Observable, timer } from 'rxjs';
import {
  type Runner,
  stats,
  type TaskErrorInfo,
  TaskRejectedError,
  TaskTimeoutError,
  ThreadPool,
  timeLimit,
} from '../../src/index.js';
import { FakeTime } from '../support/fake-time.js';
import { errorOf, rejectionOf } from '../support/support.js';

describe('A time-out', () => {
  let time: FakeTime;
  let pool: ThreadPool;
  let runner: Runner;
  let reported: [unknown, TaskErrorInfo][];

  beforeEach(() => {
    time = new FakeTime();
    reported = [];
    pool = new ThreadPool({ onTaskError: (...report) => reported.push(report) });
    runner = pool.createSequencedTaskRunner({ name: 'io' });
  });
  afterEach(() => {
    time.end();
  });

  const hold = (milliseconds: number): void => void runner.postTask(() => time.after(milliseconds));

  describe('of the queue', () => {
    it('drops a task that has not begun in time: it never runs', async () => {
      hold(50);
      const handle = runner.postTask(time.noting('late'), { name: 'load', queueTimeout: 20 });
      const error = rejectionOf(handle);
      await time.pass(19);
      expect(handle.state).to.equal('pending');
      await time.pass(1);
      expect(handle.state).to.equal('rejected');
      expect(stats(runner)).to.include({ queued: 0, running: 1 });
      await time.pass(50);
      expect(await error)
        .to.be.an.instanceof(TaskRejectedError)
        .with.property('reason', 'timeout');
      expect(await error).to.have.property('name', 'TaskRejectedError');
      expect((await error).message)
        .to.contain("task 'load' of 'io'")
        .and.to.contain('queueTimeout');
      expect(time.log).to.deep.equal([]);
    });

    it('leaves a task alone that has begun, however long it runs', async () => {
      const handle = runner.postTask(() => time.after(100), { queueTimeout: 20 });
      await time.pass(110);
      expect(handle.state).to.equal('done');
    });

    it('counts from when a delayed task is due, not from the post', async () => {
      const inTime = runner.postDelayedTask(time.noting('in time'), 100, { queueTimeout: 5 });
      await time.pass(110);
      expect(inTime.state).to.equal('done');
      hold(50);
      const late = runner.postDelayedTask(time.noting('late'), 20, { queueTimeout: 5 });
      const error = rejectionOf(late);
      await time.pass(24);
      expect(late.state).to.equal('pending');
      await time.pass(1);
      expect(late.state).to.equal('rejected');
      expect(await error).to.have.property('reason', 'timeout');
      expect(time.log).to.deep.equal(['in time at 100']);
    });

    it('holds for a task that waits for a worker, too', async () => {
      const small = new ThreadPool({ workers: 1 });
      void small.postTask(() => time.after(50));
      const handle = small.postTask(time.noting('late'), { queueTimeout: 10 });
      const next = small.postTask(time.noting('next'));
      const error = rejectionOf(handle);
      await time.pass(60);
      expect(await error).to.have.property('reason', 'timeout');
      expect(next.state).to.equal('done');
      expect(time.log).to.deep.equal(['next at 50']);
    });

    it('is reported to onTaskError once, where nobody awaits the handle', async () => {
      hold(50);
      runner.postTask(time.noting('late'), { name: 'load', queueTimeout: 20 });
      await time.pass(60);
      expect(reported.map(([error, { name }]) => [(error as TaskRejectedError).reason, name])).to.deep.equal([
        ['timeout', 'load'],
      ]);
    });

    it('is reported without the times of a run: there was none', async () => {
      hold(50);
      runner.postTask(time.noting('late'), { queueTimeout: 20 });
      await time.pass(60);
      expect(reported.map(([, { waitTime, runTime }]) => [waitTime, runTime])).to.deep.equal([[undefined, undefined]]);
    });

    it('leaves no timer behind when the task has begun, or was cancelled', async () => {
      const begun = runner.postTask(() => undefined, { queueTimeout: 1_000 });
      const cancelled = runner.postDelayedTask(() => undefined, 500, { queueTimeout: 1_000 });
      cancelled.cancel();
      await time.pass(1);
      expect([begun.state, time.timers]).to.deep.equal(['done', 0]);
    });
  });

  describe('of a run, by timeLimit,', () => {
    it('fails a task that takes longer: its handle rejects, and its signal aborts with the error', async () => {
      let signal!: AbortSignal;
      const handle = runner.postTask(
        timeLimit(20, (context) => {
          ({ signal } = context);
          return time.after(50);
        }),
        { name: 'load' },
      );
      const error = rejectionOf(handle);
      await time.pass(19);
      expect([handle.state, signal.aborted]).to.deep.equal(['running', false]);
      await time.pass(1);
      expect([handle.state, handle.closed, signal.aborted]).to.deep.equal(['failed', true, true]);
      expect(await error)
        .to.be.an.instanceof(TaskTimeoutError)
        .with.property('name', 'TimeoutError');
      expect((await error).message).to.equal(
        "Timed out, since it has run for longer than its limit of 20 ms: task 'load' of 'io'.",
      );
      expect(signal.reason).to.equal(await error);
    });

    it('frees the sequence and the worker only when the task ends', async () => {
      const small = new ThreadPool({ workers: 1 });
      const slow = small.createSequencedTaskRunner();
      const handle = slow.postTask(timeLimit(20, () => time.after(50)));
      const error = rejectionOf(handle);
      void slow.postTask(time.noting('next'));
      void small.postTask(time.noting('other'));
      await time.pass(45);
      expect([handle.state, time.log]).to.deep.equal(['failed', []]);
      expect(await error).to.be.an.instanceof(TaskTimeoutError);
      expect([stats(slow).running, stats(small).busy]).to.deep.equal([1, 1]);
      await time.pass(10);
      // Under fake timers the second of two that waited comes in the next millisecond.
      expect(time.log).to.deep.equal(['other at 50', 'next at 51']);
    });

    it('unsubscribes from the observable of the task, which ends it', async () => {
      const handle = runner.postTask(
        timeLimit(
          20,
          () =>
            new Observable(() => () => {
              time.note('unsubscribed');
            }),
        ),
      );
      const error = rejectionOf(handle);
      void runner.postTask(time.noting('next'));
      await time.pass(30);
      expect(await error).to.be.an.instanceof(TaskTimeoutError);
      expect(time.log).to.deep.equal(['unsubscribed at 20', 'next at 20']);
    });

    it('counts from when the task begins, not from the post', async () => {
      hold(50);
      const handle = runner.postTask(timeLimit(20, () => time.after(15)));
      const delayed = runner.postDelayedTask(
        timeLimit(20, () => timer(15)),
        100,
      );
      await time.pass(150);
      expect([handle.state, delayed.state]).to.deep.equal(['done', 'done']);
    });

    it('does not interrupt synchronous code, which ends well', async () => {
      const handle = runner.postTask(
        timeLimit(20, () => {
          time.block(50);
          return 'result';
        }),
      );
      await time.pass(60);
      expect(await handle).to.equal('result');
    });

    it('is reported to onTaskError once, with how long it ran; what the task throws later is not', async () => {
      runner.postTask(
        timeLimit(20, async () => {
          await time.after(50);
          throw new Error('too late');
        }),
      );
      await time.pass(60);
      expect(reported.map(([error, { runTime }]) => [(error as Error).name, runTime])).to.deep.equal([
        ['TimeoutError', 20],
      ]);
    });

    it('leaves no timer behind when the task ends in time', async () => {
      const handle = runner.postTask(timeLimit(1_000, () => 1));
      await time.pass(1);
      expect([handle.state, time.timers]).to.deep.equal(['done', 0]);
    });
  });

  it('of the queue and of the run are two: each counts its own', async () => {
    hold(15);
    const handle = runner.postTask(
      timeLimit(20, () => time.after(15)),
      { queueTimeout: 20 },
    );
    await time.pass(40);
    expect(handle.state).to.equal('done');
  });

  it('of the queue of null is none, as one that is left out or Infinity', async () => {
    hold(50);
    const handles = [null, undefined, Infinity].map((none) =>
      runner.postTask(() => 'result', { queueTimeout: none as undefined }),
    );
    // Under fake timers each task that waited for another takes a millisecond.
    await time.pass(52);
    expect(await Promise.all(handles)).to.deep.equal(Array(3).fill('result'));
  });

  it('must be a number of milliseconds, 0 or more, or Infinity', () => {
    for (const [name, call] of [
      ['The option queueTimeout', (wrong: number) => runner.postTask(() => 1, { queueTimeout: wrong })],
      ['A time limit', (wrong: number) => runner.postTask(timeLimit(wrong, () => 1))],
    ] as const) {
      for (const [wrong, shown] of [
        [-1, '-1'],
        [NaN, 'NaN'],
        ['5', "'5'"],
      ] as const) {
        const error = errorOf(() => call(wrong as number));
        expect(error).to.be.an.instanceof(typeof wrong === 'number' ? RangeError : TypeError);
        expect(error.message).to.equal(
          `${name} must be a number of milliseconds, 0 or more, or Infinity; got ${shown}.`,
        );
      }
    }
    expect(errorOf(() => timeLimit(20, 'task' as never))).to.be.an.instanceof(TypeError);
    expect(stats(runner).queued).to.equal(0);
  });
});
