import { expect } from 'chai';
import { debounceTime, delay, of, Subject, timestamp } from 'rxjs';
import { ThreadPool } from '../../src/index.js';
import { TaskEnvironment } from '../../src/testing/environment/task-environment.js';
import { errorOf } from '../support/support.js';

// Made before any environment: what is posted on ANY runner runs on the clock of the one that is active.
const pool = new ThreadPool({ name: 'pool' });
const ui = pool.createSequencedTaskRunner({ name: 'ui', priority: 'user-blocking' });
const io = pool.createSequencedTaskRunner({ name: 'io' });
const lazy = pool.createSequencedTaskRunner({ name: 'lazy', priority: 'best-effort' });

describe('A TaskEnvironment', () => {
  let env: TaskEnvironment;
  let log: string[];
  const write = (name: string) => () => void log.push(`${name}@${env.now()}`);

  beforeEach(() => {
    env = new TaskEnvironment();
    log = [];
  });

  afterEach(() => env.dispose({ allowPending: true }));

  it('runs nothing unless a verb is called', () => {
    io.postTask(write('a'));
    expect(log).to.deep.equal([]);
    env.runUntilIdle();
    expect(log).to.deep.equal(['a@0']);
  });

  it('runs what is due until then, that moment included, and leaves the clock there', () => {
    for (const due of [3, 10, 11]) io.postDelayedTask(write('task'), due);
    env.advanceBy(10);
    expect(log).to.deep.equal(['task@3', 'task@10']);
    expect(env.now()).to.equal(10);
    env.advanceTo(11);
    expect(log).to.deep.equal(['task@3', 'task@10', 'task@11']);
    expect(env.now()).to.equal(11);
  });

  it('runs what a task posts for a moment before the end, too', () => {
    io.postDelayedTask(() => void io.postDelayedTask(write('nested'), 4), 5);
    env.advanceBy(10);
    expect(log).to.deep.equal(['nested@9']);
    expect(env.now()).to.equal(10);
  });

  it('starts what is due together by deadline, then order, as the lanes decide', () => {
    lazy.postDelayedTask(write('lazy'), 5);
    io.postDelayedTask(write('io 1'), 5);
    io.postDelayedTask(write('io 2'), 5);
    ui.postDelayedTask(write('ui'), 5);
    env.advanceBy(5);
    expect(log).to.deep.equal(['ui@5', 'io 1@5', 'io 2@5', 'lazy@5']);
  });

  it('looks at the lanes anew after each task', () => {
    io.postTask(() => {
      write('io 1')();
      ui.postTask(write('ui'));
    });
    io.postTask(write('io 2'));
    env.runUntilIdle();
    expect(log).to.deep.equal(['io 1@0', 'ui@0', 'io 2@0']);
  });

  it('runs until idle without letting time pass; delayed tasks do not count', () => {
    io.postTask(() => void io.postTask(write('second')));
    io.postDelayedTask(write('delayed'), 1);
    env.runUntilIdle();
    expect(log).to.deep.equal(['second@0']);
    expect(env.pendingTaskCount).to.equal(1);
  });

  it('runs until a predicate is true, letting time pass as needed, and no further', () => {
    io.postTask(write('first'));
    io.postDelayedTask(write('second'), 40);
    io.postDelayedTask(write('third'), 40);
    env.runUntil(() => log.length === 2);
    expect(log).to.deep.equal(['first@0', 'second@40']);
    expect(env.now()).to.equal(40);
  });

  it('fails when nothing is left to run and the predicate is not true', () => {
    io.postDelayedTask(write('only'), 7);
    const { message } = errorOf(() => env.runUntil(() => false));
    expect(message).to.equal('Nothing is left to run, at 7, and the predicate is still not true.');
  });

  it('names then what has begun and awaits something', () => {
    io.postTask(() => new Promise(() => undefined), { name: 'load' });
    const { message } = errorOf(() => env.runUntil(() => false));
    expect(message).to.contain("task 'load' of 'io', posted at ").and.to.contain('task-environment.spec.ts:');
  });

  it('steps through exactly one task, and says false when none is ready', () => {
    io.postTask(write('a'));
    ui.postTask(write('b'));
    io.postDelayedTask(write('c'), 1);
    expect(env.step()).to.equal(true);
    expect(log).to.deep.equal(['b@0']);
    expect(env.step()).to.equal(true);
    expect(env.step()).to.equal(false);
    expect(log).to.deep.equal(['b@0', 'a@0']);
  });

  it('steps over a task that waits for a worker', () => {
    const narrow = new ThreadPool({ workers: 1 });
    narrow.createSequencedTaskRunner().postTask(() => new Promise(() => undefined));
    narrow.createSequencedTaskRunner().postTask(write('waits'));
    const actions = narrow.createSequencedTaskRunner({ priority: 'best-effort' });
    actions.schedule(write('action'));
    expect(env.step()).to.equal(true);
    expect(env.nextTaskDelay()).to.equal(0);
    expect(env.step()).to.equal(true);
    expect(log).to.deep.equal(['action@0']);
    expect(env.nextTaskDelay()).to.equal(Infinity);
    expect(env.step()).to.equal(false);
    expect(env.pendingTaskCount).to.equal(1);
  });

  it('tells how long it is until the next task: 0 when one is ready, Infinity when there is none', () => {
    expect(env.nextTaskDelay()).to.equal(Infinity);
    io.postDelayedTask(write('far'), 30);
    const near = io.postDelayedTask(write('near'), 10);
    env.advanceBy(4);
    expect(env.nextTaskDelay()).to.equal(6);
    near.cancel();
    expect(env.nextTaskDelay()).to.equal(26);
    io.postTask(write('ready'));
    expect(env.nextTaskDelay()).to.equal(0);
  });

  it('counts what has not begun: queued, delayed, behind a task that holds its sequence, armed again', () => {
    expect(env.pendingTaskCount).to.equal(0);
    io.postTask(() => new Promise(() => undefined));
    io.postTask(write('behind'));
    io.schedule(write('action'), 5);
    pool.schedule(function () {
      this.schedule(undefined, 100);
    });
    expect(env.pendingTaskCount).to.equal(4);
    env.runUntilIdle();
    expect(env.pendingTaskCount).to.equal(3);
  });

  it('moves the clock and runs nothing, as if the one thread had been busy', () => {
    io.postDelayedTask(write('late'), 5);
    env.advanceClock(8);
    expect(env.now()).to.equal(8);
    expect(log).to.deep.equal([]);
    expect(env.nextTaskDelay()).to.equal(0);
    env.runUntilIdle();
    expect(log).to.deep.equal(['late@8']);
  });

  it('lets a task take its time, for those that follow', () => {
    for (const name of ['a', 'b', 'c']) {
      io.postTask(() => {
        write(name)();
        env.advanceClock(5);
      });
    }
    io.postDelayedTask(write('due at 7'), 7);
    env.runUntilIdle();
    expect(log).to.deep.equal(['a@0', 'b@5', 'c@10', 'due at 7@15']);
  });

  it('starts no task later than the end of an advance', () => {
    for (const name of ['a', 'b', 'c', 'd']) {
      io.postTask(() => {
        write(name)();
        env.advanceClock(5);
      });
    }
    env.advanceBy(10);
    expect(log).to.deep.equal(['a@0', 'b@5', 'c@10']);
    expect(env.now()).to.equal(15);
  });

  it('starts at the epoch it is given, for runners as for operators', () => {
    env.dispose();
    env = new TaskEnvironment({ start: 1_000_000 });
    expect(io.now()).to.equal(1_000_000);
    const stamps: number[] = [];
    of('x')
      .pipe(delay(new Date(1_000_025), io), timestamp(io))
      .subscribe((stamp) => stamps.push(stamp.timestamp));
    env.advanceTo(1_000_024);
    expect(stamps).to.deep.equal([]);
    env.advanceTo(1_000_025);
    expect(stamps).to.deep.equal([1_000_025]);
  });

  it('is the clock of debounceTime', () => {
    const input = new Subject<string>();
    input.pipe(debounceTime(10, io)).subscribe((value) => write(value)());
    input.next('a');
    env.advanceBy(9);
    input.next('b');
    env.advanceBy(10);
    expect(log).to.deep.equal(['b@19']);
  });

  it('stands at fractional due times, while now() stays whole', () => {
    const times: number[] = [];
    io.postDelayedTask(() => times.push(env.now()), 0.5);
    io.postDelayedTask(() => times.push(env.now()), 1.5);
    env.advanceBy(1);
    expect(times).to.deep.equal([0]);
    env.advanceBy(0.5);
    expect(times).to.deep.equal([0, 1]);
  });

  it('refuses times that are none, and times that are past', () => {
    env.advanceBy(5);
    for (const ms of [-1, NaN, Infinity, '5' as unknown as number]) {
      expect(errorOf(() => env.advanceBy(ms))).to.be.instanceOf(RangeError);
      expect(errorOf(() => env.advanceClock(ms))).to.be.instanceOf(RangeError);
    }
    expect(errorOf(() => env.advanceTo(4)).message)
      .to.contain('from 5')
      .and.to.contain('got 4');
    expect(env.now()).to.equal(5);
  });

  it('refuses options that mean nothing', () => {
    env.dispose();
    expect(() => new TaskEnvironment({ start: 0.5 })).to.throw(RangeError, '0.5');
    expect(() => new TaskEnvironment({ maxTasks: 0 })).to.throw(RangeError, 'maxTasks');
  });
});
