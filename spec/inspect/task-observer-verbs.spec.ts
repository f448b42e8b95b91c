import { expect } from 'chai';
import { filter, map, type Subscription } from 'rxjs';
import sinon from 'sinon';
import { flush, observeTasks, postRepeatingTask, postTaskAndReply, stats, steps, ThreadPool } from '../../src/index.js';
import { hub } from '../../src/kernel/events.js';
import { microtasks } from '../support/support.js';
import { logTo, observe as observeTypes, type TaskObserver, TYPES } from '../support/observer-log.js';

describe('observeTasks, with observers and tasks of every kind,', () => {
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

  it('tells several observers, in the order in which they came, until they are unsubscribed', () => {
    const first = observe({ posted: () => log.push('first') });
    const second = observe({ posted: () => log.push('second') });
    pool.postTask(() => undefined);
    first.unsubscribe();
    pool.postTask(() => undefined);
    second.unsubscribe();
    second.unsubscribe();
    pool.postTask(() => undefined);
    expect(log).to.deep.equal(['first', 'second', 'second']);
  });

  it('hears of a task once per subscription, if an observer observes twice', () => {
    const observer = { posted: sinon.spy() };
    const stop = observe(observer);
    observe(observer);
    pool.postTask(() => undefined);
    stop.unsubscribe();
    pool.postTask(() => undefined);
    expect(observer.posted.callCount).to.equal(3);
  });

  it('hurts neither the task nor the other observers when one throws: the error is uncaught', async () => {
    const no = new Error('of the observer');
    const boom = (): void => {
      throw no;
    };
    observe(Object.fromEntries(TYPES.map((type) => [type, boom])));
    observe(logTo(log));
    const handle = pool.postTask(() => 'result', { name: 'a' });
    pool.schedule(() => log.push('action'));
    const cancelled = pool.postDelayedTask(() => undefined, 5);
    cancelled.cancel();
    const uncaught: unknown[] = [];
    // One timer at a time, since a tick throws only the first error.
    while (clock.countTimers() > 0) {
      try {
        clock.next();
      } catch (error) {
        uncaught.push(error);
      }
    }
    expect(await handle).to.equal('result');
    expect(cancelled.state).to.equal('cancelled');
    expect(log).to.include.members(['posted a', 'started a', 'finished a', 'action']);
    expect(uncaught).to.deep.equal(Array(8).fill(no));
  });

  it('bears with an observer that cancels what it is told of', async () => {
    const runner = pool.createSequencedTaskRunner();
    for (const verb of ['started', 'finished'] as const) {
      const task = sinon.spy();
      const handle = runner.postTask(task);
      const stop = observe({ ...logTo(log), [verb]: () => handle.cancel() });
      const ended = handle.then(
        () => 'done',
        () => 'cancelled',
      );
      clock.tick(1);
      stop.unsubscribe();
      expect([await ended, handle.state, task.callCount]).to.deep.equal(
        verb === 'started' ? ['cancelled', 'cancelled', 0] : ['done', 'done', 1],
      );
    }
    const work = sinon.spy();
    const action = runner.schedule(work);
    observe({ started: () => action.unsubscribe() });
    clock.tick(1);
    expect([work.callCount, stats(runner).running]).to.deep.equal([0, 0]);
  });

  it('tells of an action that it is cancelled when an observer shuts the pool down as it is posted', () => {
    const runner = pool.createSequencedTaskRunner({ name: 'late' });
    observe({ ...logTo(log), posted: () => void pool.shutdown() });
    expect(() => runner.schedule(() => undefined)).to.throw('is shut down');
    expect(log).to.deep.equal(['cancelled late']);
  });

  it('tells of each run of a repeating task as of a task of its own, and of the end of the one that waits', () => {
    observe(logTo(log));
    const handle = postRepeatingTask(pool, () => undefined, { interval: 10, name: 'tick' });
    clock.tick(25);
    handle.cancel();
    const run = ['posted', 'started', 'finished'];
    expect(log.map((line) => line.split(' ')[0]!)).to.deep.equal([...run, ...run, 'posted', 'cancelled']);
  });

  it('tells of a task that gives way and goes on that it has begun once, and of a barrier nothing', async () => {
    observe(logTo(log));
    const runner = pool.createSequencedTaskRunner();
    runner.postTask(
      steps(function* () {
        yield;
        yield;
      }),
      { name: 'steps' },
    );
    runner.postTask(
      async (context) => {
        await context.yield();
        await context.yield();
      },
      { name: 'yields' },
    );
    const flushed = flush(runner);
    await clock.runAllAsync();
    await flushed;
    expect(log).to.deep.equal([
      'posted steps',
      'posted yields',
      'started steps',
      'finished steps',
      'started yields',
      'finished yields',
    ]);
  });

  it('tells of a reply when it is posted, and not of one that never is', async () => {
    observe(logTo(log));
    const reply = { reply: { name: 'reply' } };
    postTaskAndReply(
      pool,
      () => undefined,
      () => undefined,
      { on: pool, name: 'task', ...reply },
    );
    await clock.runAllAsync();
    expect(log).to.deep.equal([
      'posted task',
      'started task',
      'finished task',
      'posted reply',
      'started reply',
      'finished reply',
    ]);
    log.length = 0;
    const fails = (): void => {
      throw new Error('no');
    };
    const failed = postTaskAndReply(pool, fails, () => undefined, { on: pool, name: 'task', ...reply });
    failed.then(undefined, () => undefined);
    await clock.runAllAsync();
    expect(log).to.deep.equal(['posted task', 'started task', 'failed task: no']);
  });

  it('leaves the hub of events without a listener when nobody observes any more', () => {
    expect(hub.isHeard).to.be.false;
    const first = observe({});
    const second = observe({});
    expect(hub.isHeard).to.be.true;
    first.unsubscribe();
    expect(hub.isHeard).to.be.true;
    second.unsubscribe();
    expect(hub.isHeard).to.be.false;
  });

  it('is a cold observable without end, for the operators of RxJS', () => {
    const names$ = observeTasks().pipe(
      filter(({ type }) => type === 'finished'),
      map(({ name }) => name),
    );
    pool.postTask(() => undefined, { name: 'before' });
    clock.tick(1);
    const subscription = names$.subscribe({ next: (name) => log.push(name), complete: () => log.push('complete') });
    pool.postTask(() => undefined, { name: 'a' });
    clock.tick(1);
    void pool.shutdown();
    subscription.unsubscribe();
    pool.postTask(() => undefined, { name: 'b' }).then(undefined, () => undefined);
    clock.tick(1);
    expect(log).to.deep.equal(['a']);
  });

  it('tells of no work that a runner does for itself', async () => {
    observe(logTo(log));
    const hold = pool.postTask(() => new Promise(() => undefined), { name: 'held' });
    clock.tick(1);
    void pool.shutdown({ timeout: 5 });
    await microtasks();
    clock.tick(5);
    expect(hold.state).to.equal('cancelled');
    expect(log.map((line) => line.split(':')[0])).to.deep.equal(['posted held', 'started held', 'cancelled held']);
  });
});
