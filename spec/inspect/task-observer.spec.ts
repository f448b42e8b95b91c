import { expect } from 'chai';
import { type SchedulerAction, type Subscription, timer } from 'rxjs';
import sinon from 'sinon';
import { type TaskEvent, ThreadPool } from '../../src/index.js';
import { microtasks } from '../support/support.js';
import { logTo, observe as observeTypes, type TaskObserver } from '../support/observer-log.js';

describe('observeTasks', () => {
  let clock: sinon.SinonFakeTimers;
  let pool: ThreadPool;
  let log: string[];
  let subscriptions: Subscription[];

  const observe = (observer: TaskObserver): Subscription => {
    const subscription = observeTypes(observer);
    subscriptions.push(subscription);
    return subscription;
  };

  beforeEach(() => {
    clock = sinon.useFakeTimers();
    pool = new ThreadPool({ name: 'app', onTaskError: () => undefined });
    log = [];
    subscriptions = [];
  });
  afterEach(() => {
    subscriptions.forEach((subscription) => subscription.unsubscribe());
    clock.restore();
  });

  it('tells of a posted task that it was posted, has begun, and has finished', () => {
    observe(logTo(log));
    pool.postTask(() => log.push('runs'), { name: 'a' });
    log.push('-');
    clock.tick(1);
    expect(log).to.deep.equal(['posted a', '-', 'started a', 'runs', 'finished a']);
  });

  it('tells each task one ending: finished, failed, rejected or cancelled', async () => {
    observe(logTo(log));
    const runner = pool.createSequencedTaskRunner({ name: 'account' });
    runner.postTask(() => 1, { name: 'done' });
    runner
      .postTask(
        () => {
          throw new Error('no');
        },
        { name: 'fails' },
      )
      .then(undefined, () => undefined);
    const waiting = runner.postTask(() => undefined, { name: 'cancelled in the queue' });
    waiting.cancel();
    waiting.cancel();
    clock.tick(1);
    const pending = runner.postTask(() => new Promise(() => undefined), { name: 'cancelled while it runs' });
    clock.tick(1);
    pending.cancel();
    const late = runner.postDelayedTask(() => undefined, 9, { name: 'dropped' });
    void pool.shutdown();
    await microtasks();
    runner.postTask(() => undefined, { name: 'refused' });
    expect(log.filter((line) => !/^(posted|started)/.test(line)).map((line) => line.split(':')[0])).to.deep.equal([
      'cancelled cancelled in the queue',
      'finished done',
      'failed fails',
      'cancelled cancelled while it runs',
      'rejected dropped',
      'rejected refused',
    ]);
    expect(late.state).to.equal('rejected');
    // What never ends would be waited for, and the hub listened to, for ever.
    await pool.stop();
  });

  it('gives the error with which a task failed, or was rejected or cancelled', () => {
    const errors: unknown[] = [];
    const keep = ({ error }: TaskEvent): void => {
      errors.push(error);
    };
    observe({ failed: keep, cancelled: keep, rejected: keep });
    const no = new Error('no');
    pool.postTask(() => {
      throw no;
    });
    clock.tick(1);
    pool.postTask(() => undefined).cancel('enough');
    expect(errors[0]).to.equal(no);
    expect(errors[1]).to.have.property('name', 'AbortError');
    expect(errors[1]).to.have.property('cause', 'enough');
  });

  it('tells of an observable when it has ended, and of a promise too', async () => {
    observe(logTo(log));
    const runner = pool.createSequencedTaskRunner();
    runner.postTask(() => timer(5, pool), { name: 'observable' });
    clock.tick(4);
    expect(log).to.include('started observable').and.not.to.include('finished observable');
    clock.tick(1);
    expect(log).to.include('finished observable');
    runner.postTask(async () => undefined, { name: 'promise' });
    clock.tick(1);
    expect(log).not.to.include('finished promise');
    await microtasks();
    expect(log).to.include('finished promise');
  });

  it('tells an action one ending per run, and of arming it again nothing until it begins', () => {
    observe(logTo(log));
    const runner = pool.createSequencedTaskRunner({ name: 'ticks' });
    let left = 2;
    runner.schedule(function (this: SchedulerAction<undefined>) {
      if (--left > 0) this.schedule(undefined, 10);
    }, 10);
    clock.tick(30);
    expect(log).to.deep.equal(['posted ticks', 'started ticks', 'finished ticks', 'started ticks', 'finished ticks']);
  });

  it('tells of an action that throws that it has failed, and not that it has finished', () => {
    observe(logTo(log));
    pool.createSequencedTaskRunner({ name: 'a' }).schedule(() => {
      throw new Error('no');
    });
    clock.tick(1);
    expect(log).to.deep.equal(['posted a', 'started a', 'failed a: no']);
  });

  it('tells of an action that is unsubscribed while it waits that it is cancelled, and of one that rests nothing', () => {
    observe(logTo(log));
    const runner = pool.createSequencedTaskRunner({ name: 'a' });
    runner.schedule(() => undefined, 5).unsubscribe();
    expect(log).to.deep.equal(['posted a', 'cancelled a']);
    log.length = 0;
    const rests = runner.schedule(() => undefined);
    clock.tick(1);
    rests.unsubscribe();
    expect(log).to.deep.equal(['posted a', 'started a', 'finished a']);
  });

  it('knows the runner, the name, the priority, the traits and the kind', () => {
    const events: TaskEvent[] = [];
    observe({ started: (event) => events.push(event) });
    const runner = pool.createSequencedTaskRunner({ name: 'account', priority: 'best-effort', keepAlive: false });
    runner.postTask(() => undefined, { name: 'deposit' });
    runner.schedule(() => undefined);
    clock.tick(1);
    pool.withPriority('user-blocking').schedule(() => undefined);
    clock.tick(1);
    expect(events.map(({ runner: { name }, kind, priority }) => [name, kind, priority])).to.deep.equal([
      ['account', 'task', 'best-effort'],
      ['account', 'action', 'best-effort'],
      ['app', 'action', 'user-blocking'],
    ]);
    expect([events[0]!.runner, events[0]!.task.runner]).to.deep.equal([runner, runner]);
    expect(events.map(({ name }) => name)).to.deep.equal(['deposit', 'account', 'app']);
    expect(events[0]!.task.traits).to.include({ name: 'deposit', keepAlive: false });
    expect(events[0]!.task.postedFrom).to.equal(undefined);
  });

  it('says the priority of the lane in which it began: urgent work behind it lifts it', () => {
    const priorities: string[] = [];
    observe({
      posted: ({ priority }) => priorities.push(priority),
      started: ({ priority }) => priorities.push(priority),
    });
    const runner = pool.createSequencedTaskRunner({ priority: 'best-effort' });
    runner.postTask(() => undefined);
    runner.postTask(() => undefined, { priority: 'user-blocking' });
    clock.tick(1);
    expect(priorities.slice(0, 3)).to.deep.equal(['best-effort', 'user-blocking', 'user-blocking']);
  });

  it('tells how long a task waited since it was ready, and how long it took, and NaN before that is known', async () => {
    const times: [string, number, number][] = [];
    const note =
      (verb: string) =>
      ({ waited, ran }: TaskEvent): void => {
        times.push([verb, waited, ran]);
      };
    observe({
      posted: note('posted'),
      started: note('started'),
      finished: note('finished'),
      cancelled: note('cancelled'),
    });
    const runner = pool.createSequencedTaskRunner();
    const slow = runner.postTask(() => timer(10, pool));
    const behind = runner.postDelayedTask(() => timer(5, pool), 4);
    // What a task at 10 makes ready has its turn at 11, as with any fake timer of 0 ms that is set while time ticks.
    clock.tick(20);
    await slow;
    await behind;
    expect(times.filter(([, wait]) => !(wait === 0))).to.deep.include.members([
      ['posted', NaN, NaN],
      ['started', 7, NaN],
      ['finished', 7, 5],
    ]);
    times.length = 0;
    runner.postTask(() => timer(10, pool));
    const waits = runner.postTask(() => undefined);
    clock.tick(7);
    waits.cancel();
    expect(times.at(-1)).to.deep.equal(['cancelled', 7, NaN]);
  });

  it('gives events that may be kept, with one object for the task from first to last, and another for each run', () => {
    const events: TaskEvent[] = [];
    const keep = (event: TaskEvent): void => void events.push(event);
    observe({ posted: keep, started: keep, finished: keep });
    pool.postTask(() => undefined, { name: 'a' });
    clock.tick(1);
    expect(events.map(({ type }) => type)).to.deep.equal(['posted', 'started', 'finished']);
    expect(events.map(({ waited, ran }) => [waited, ran])).to.deep.equal([
      [NaN, NaN],
      [0, NaN],
      [0, 0],
    ]);
    expect(new Set(events.map(({ task }) => task)).size).to.equal(1);
    events.length = 0;
    let left = 2;
    pool.schedule(function (this: SchedulerAction<undefined>) {
      if (--left > 0) this.schedule(undefined, 3);
    });
    clock.tick(5);
    const ends = events.filter(({ type }) => type === 'finished');
    expect(new Set(ends.map(({ task }) => task)).size).to.equal(2);
    expect(ends.map(({ at, ran }) => [at - ends[0]!.at, ran])).to.deep.equal([
      [0, 0],
      [3, 0],
    ]);
  });

  it('tells the rest of a task that was posted before, whose wait nobody saw', () => {
    const runner = pool.createSequencedTaskRunner();
    runner.postTask(() => timer(5, pool), { name: 'running' });
    clock.tick(1);
    runner.postTask(() => undefined, { name: 'waiting' });
    const waits: number[] = [];
    observe({ ...logTo(log), started: ({ waited }) => waits.push(waited) });
    clock.tick(5);
    expect(log.filter((line) => line.endsWith('ing'))).to.deep.equal(['finished running', 'finished waiting']);
    expect(waits.some(Number.isNaN)).to.equal(true);
  });

  it('follows the operators of RxJS', () => {
    observe(logTo(log));
    const runner = pool.createSequencedTaskRunner({ name: 'stream' });
    timer(3, runner).subscribe();
    clock.tick(3);
    expect(log).to.deep.equal(['posted stream', 'started stream', 'finished stream']);
  });
});
