import { expect } from 'chai';
import { interval, Observable, timer } from 'rxjs';
import { postRepeatingTask, type TaskContext, ThreadPool } from '../../src/index.js';
import { TaskEnvironment } from '../../src/testing/environment/task-environment.js';
import { errorOf, rejectionOf } from '../support/support.js';

const pool = new ThreadPool({ name: 'pool' });
const io = pool.createSequencedTaskRunner({ name: 'io' });
const ui = pool.createSequencedTaskRunner({ name: 'ui' });

describe('A TaskEnvironment that runs all', () => {
  let env: TaskEnvironment;
  let log: string[];
  const write = (name: string) => () => void log.push(`${name}@${env.now()}`);

  beforeEach(() => {
    env = new TaskEnvironment({ maxTasks: 500 });
    log = [];
  });

  afterEach(() => env.dispose({ allowPending: true }));

  it('runs what is ready and what is delayed, each at its time, and leaves the clock at the last of it', () => {
    io.postDelayedTask(write('in a day'), 86_400_000);
    io.postDelayedTask(write('soon'), 5);
    ui.schedule(write('ready'));
    env.runAll();
    expect(log).to.deep.equal(['ready@0', 'soon@5', 'in a day@86400000']);
    expect(env.now()).to.equal(86_400_000);
  });

  it('runs what that posts, ready or delayed', () => {
    io.postTask(() => {
      ui.postTask(write('ready'));
      ui.postDelayedTask(() => void io.postDelayedTask(write('last'), 7), 3);
    });
    env.runAll();
    expect(log).to.deep.equal(['ready@0', 'last@10']);
  });

  it('does the acts of at, which may be all that is left', () => {
    env.at('a--b', { a: write('a'), b: () => void io.postDelayedTask(write('posted by b'), 2) });
    env.runAll();
    expect(log).to.deep.equal(['a@0', 'posted by b@5']);
  });

  it('wakes tasks that sleep, and lets the time of tasks that wait for an observable pass', () => {
    io.postTask(() => timer(40, pool)).whenSettled(write('timer'));
    const sleeping = (context: TaskContext) =>
      new Observable<never>((subscriber) => context.sleepThen(10, () => subscriber.complete()));
    io.postTask(sleeping).whenSettled(write('sleeper'));
    env.runAll();
    expect(log).to.deep.equal(['timer@40', 'sleeper@50']);
  });

  it('moves no clock when nothing is delayed, and does nothing when there is nothing', () => {
    env.runAll();
    io.postTask(write('a'));
    env.runAll();
    expect(log).to.deep.equal(['a@0']);
    expect(env.now()).to.equal(0);
  });

  it('leaves what is delayed by Infinity, which never comes, and what was cancelled', () => {
    io.postDelayedTask(write('never'), Infinity);
    io.postDelayedTask(write('cancelled'), 60).cancel();
    io.postDelayedTask(write('comes'), 30);
    env.runAll();
    expect(log).to.deep.equal(['comes@30']);
    expect(env.now()).to.equal(30);
    expect(env.pendingTaskCount).to.equal(1);
  });

  it('leaves a task that awaits a promise, which no synchronous verb lets settle, and what waits behind it', () => {
    io.postTask(() => Promise.resolve(), { name: 'awaits' });
    io.postTask(write('behind'));
    env.runAll();
    expect(log).to.deep.equal([]);
    expect(errorOf(() => env.dispose()).message).to.contain("task 'awaits' of 'io'");
  });

  it('throws what failed, when all has run', () => {
    io.schedule(() => {
      throw new Error('boom');
    }, 3);
    io.postDelayedTask(write('after it'), 4);
    expect(errorOf(() => env.runAll()).message).to.equal('boom');
    expect(log).to.deep.equal(['after it@4']);
  });

  describe('fails instead of hanging, and names', () => {
    it('a repeating task', () => {
      postRepeatingTask(io, () => undefined, { interval: 1_000, name: 'poll' });
      const { message } = errorOf(() => env.runAll());
      expect(message).to.contain('More than 500 tasks have run, at 501000, and there is no end.');
      expect(message).to.match(/\n {2}task 'poll' of 'io' \(100 of the last 100 runs\)$/);
    });

    it('a repeating task, in the asynchronous form', async () => {
      postRepeatingTask(io, async () => Promise.resolve(), { interval: 1_000, name: 'poll' });
      expect((await rejectionOf(env.runAllAsync())).message).to.contain("task 'poll' of 'io'");
    });

    it('a stream without an end, by the runner of its actions', () => {
      const ticking = interval(10, ui).subscribe();
      const { message } = errorOf(() => env.runAll());
      expect(message).to.contain("an action of 'ui', posted at ").and.to.contain('run-all.spec.ts:');
      ticking.unsubscribe();
      env.runAll();
    });

    it('a task whose alarm is set again for ever', () => {
      const beating = io.postTask(
        (context) => {
          const beat = (): void => void context.alarm(10, beat);
          beat();
          return new Promise(() => undefined);
        },
        { name: 'heartbeat' },
      );
      const { message } = errorOf(() => env.runAll());
      expect(message).to.contain('More than 500 alarms and acts have come, at 5010, and there is no end.');
      expect(message).to.contain("task 'heartbeat' of 'io'");
      beating.cancel();
    });

    it('acts that give themselves another time for ever', () => {
      const again = (): void => env.at('-a', { a: again });
      again();
      expect(errorOf(() => env.runAll()).message).to.contain('More than 500 alarms and acts');
    });
  });

  describe('with promises', () => {
    it('lets all microtasks run between any two tasks', async () => {
      io.postTask(async () => {
        for (let i = 0; i < 1_000; i++) await Promise.resolve();
        write('end of the first')();
      });
      ui.postTask(write('second'));
      await env.runAllAsync();
      expect(log).to.deep.equal(['end of the first@0', 'second@0']);
    });

    it('runs async tasks to their ends, and what their promises post', async () => {
      const answer = io.postTask(async (context) => {
        await context.sleep(1_000);
        await pool.postDelayedTask(write('asked'), 500);
        return 42;
      });
      void answer.then(() => ui.postDelayedTask(write('told'), 60_000));
      await env.runAllAsync();
      expect(log).to.deep.equal(['asked@1500', 'told@61500']);
      expect(await answer).to.equal(42);
    });

    it('sees what a promise posts before the first task, and after the last', async () => {
      void Promise.resolve().then(() => io.postTask(write('first')));
      await env.runAllAsync();
      io.postTask(async () => {
        await Promise.resolve();
        ui.postDelayedTask(write('last'), 1);
      });
      await env.runAllAsync();
      expect(log).to.deep.equal(['first@0', 'last@1']);
    });

    it('does not wait for what only real time or I/O would settle', async () => {
      const never = io.postTask(() => new Promise(() => undefined), { name: 'fetch' });
      await env.runAllAsync();
      expect(never.state).to.equal('running');
    });

    it('moves the clock without running anything, when promises have settled', async () => {
      void Promise.resolve().then(() => io.postDelayedTask(write('late'), 5));
      const advanced = env.advanceClockAsync(8);
      await Promise.resolve();
      expect(env.now()).to.equal(0);
      await advanced;
      expect(env.now()).to.equal(8);
      expect(log).to.deep.equal([]);
      env.runUntilIdle();
      expect(log).to.deep.equal(['late@8']);
    });

    it('refuses a clock that is moved back, or inside of another verb', async () => {
      expect(await rejectionOf(env.advanceClockAsync(-1))).to.be.instanceOf(RangeError);
      const refused = io.postTask(() => env.advanceClockAsync(1)).then(null, String);
      await env.runAllAsync();
      expect(await refused).to.contain('advanceClockAsync was called while runAllAsync goes on');
    });
  });
});
