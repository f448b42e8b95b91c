import { expect } from 'chai';
import { EMPTY, finalize, lastValueFrom, NEVER, type Subscription, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import sinon from 'sinon';
import { type DebugOptions, enableDebugMode, observeTasks, type TaskEvent, ThreadPool } from '../../src/index.js';
import { postedFrom } from '../../src/engine/posted-from.js';
import { schedulerInForce } from '../../src/engine/schedulers.js';
import type { Task } from '../../src/engine/task.js';
import { TaskEnvironment, virtualCost } from '../../src/testing/index.js';
import { errorOf, gate, microtasks } from './support.js';

const HERE = /debug-mode\.spec\.ts:\d+$/;

describe('enableDebugMode', () => {
  let clock: sinon.SinonFakeTimers;
  let pool: ThreadPool;
  let reports: string[];
  let subscriptions: Subscription[];

  const enable = (options: DebugOptions = {}): Subscription => {
    const subscription = enableDebugMode({ report: (message) => reports.push(message), ...options });
    subscriptions.push(subscription);
    return subscription;
  };

  beforeEach(() => {
    clock = sinon.useFakeTimers();
    pool = new ThreadPool({ name: 'app', workers: 2, onTaskError: () => undefined });
    reports = [];
    subscriptions = [];
  });
  afterEach(() => {
    subscriptions.forEach((subscription) => subscription.unsubscribe());
    clock.restore();
  });

  describe('postedFrom', () => {
    it('is the file and the line of whoever posted a task, or scheduled an action, through RxJS too', () => {
      enable();
      const places: (string | undefined)[] = [];
      const observing = observeTasks({ posted: (event) => places.push(event.postedFrom) });
      pool.postTask(() => undefined);
      pool.schedule(() => undefined);
      timer(1, pool).subscribe();
      observing.unsubscribe();
      const lines = places.map((place) => Number(/debug-mode\.spec\.ts:(\d+)$/.exec(place ?? '')?.[1]));
      expect(lines.map((line) => line - lines[0]!)).to.deep.equal([0, 1, 2]);
    });

    it('stays with the task, and is known of none that was posted before or after', () => {
      const task = (): Task => pool.postTask(() => undefined) as unknown as Task;
      const before = task();
      const debugging = enable();
      const during = task();
      expect(postedFrom(before)).to.equal(undefined);
      expect(postedFrom(during)).to.match(HERE);
      const events: TaskEvent[] = [];
      subscriptions.push(observeTasks({ finished: (event) => events.push(event) }));
      clock.tick(1);
      expect(events.map((event) => event.postedFrom !== undefined)).to.deep.equal([false, true]);
      debugging.unsubscribe();
      expect(postedFrom(task())).to.equal(undefined);
    });

    it('is told to onTaskError', () => {
      enable();
      let place: string | undefined;
      new ThreadPool({ onTaskError: (_, info) => (place = info.postedFrom) }).postTask(() => {
        throw new Error('no');
      });
      clock.tick(1);
      expect(place).to.match(HERE);
    });

    it('is kept until the last of several debug modes is over', () => {
      const first = enable();
      const second = enable();
      first.unsubscribe();
      expect(postedFrom(pool.postTask(() => undefined) as unknown as Task)).to.match(HERE);
      second.unsubscribe();
      expect(postedFrom(pool.postTask(() => undefined) as unknown as Task)).to.equal(undefined);
    });
  });

  describe('a sequence that is held', () => {
    it('is reported when others have waited in it for longer than heldFor: who holds, since when, who waits', () => {
      enable({ heldFor: 100 });
      const runner = pool.createSequencedTaskRunner({ name: 'account' });
      runner.postTask(() => NEVER, { name: 'deposit' });
      clock.tick(10);
      runner.postTask(() => undefined, { name: 'withdraw' });
      runner.schedule(() => undefined);
      void runner.flush();
      clock.tick(89);
      expect(reports).to.deep.equal([]);
      clock.tick(20);
      expect(reports.map((report) => report.replace(/[^ ]*debug-mode\.spec\.ts:\d+/g, 'here'))).to.deep.equal([
        "task 'deposit' of 'account', posted from here, has held its sequence for 100 ms, since 0 by its clock.\n" +
          "  Behind it in its sequence: task 'withdraw' of 'account', posted from here; an action of 'account', posted from here; a flush of 'account'.",
      ]);
    });

    it('is reported once per hold', () => {
      enable({ heldFor: 100 });
      const runner = pool.createSequencedTaskRunner({ name: 'account' });
      const first = runner.postTask(() => NEVER, { name: 'first' });
      runner.postTask(() => NEVER, { name: 'second' });
      runner.postTask(() => undefined, { name: 'third' });
      clock.tick(1_000);
      runner.postTask(() => undefined);
      clock.tick(1_000);
      expect(reports.length).to.equal(1);
      first.cancel();
      clock.tick(1_000);
      expect(reports.map((report) => /^task '(\w+)'/.exec(report)?.[1])).to.deep.equal(['first', 'second']);
    });

    it('is not reported when nobody waits, nor when it is over in time', async () => {
      enable({ heldFor: 100 });
      const runner = pool.createSequencedTaskRunner();
      runner.postTask(() => timer(99, pool));
      runner.postTask(() => timer(99, pool));
      pool.createSequencedTaskRunner().postTask(() => NEVER);
      await clock.tickAsync(5_000);
      expect(reports).to.deep.equal([]);
      expect(clock.countTimers()).to.equal(0);
    });

    it('is reported when somebody comes to wait later: posted, or when its delay is over', () => {
      enable({ heldFor: 100 });
      for (const [runner, delay] of [
        [pool.createSequencedTaskRunner({ name: 'posted' }), 0],
        [pool.createSequencedTaskRunner({ name: 'delayed' }), 700],
      ] as const) {
        runner.postTask(() => NEVER);
        clock.tick(500);
        runner.postDelayedTask(() => undefined, delay);
      }
      clock.tick(99);
      expect(reports.length).to.equal(1);
      clock.tick(1_000);
      expect(reports.map((report) => /'(\w+)'/.exec(report)?.[1])).to.deep.equal(['posted', 'delayed']);
    });

    it('shows the deadlock of a task that waits for a timer on its own runner', () => {
      enable({ heldFor: 100 });
      const runner = pool.createSequencedTaskRunner({ name: 'account' });
      runner.postTask(async () => await lastValueFrom(timer(10, runner)), { name: 'waits for itself' });
      clock.tick(200);
      expect(reports.length).to.equal(1);
      expect(reports[0]).to.contain("task 'waits for itself'").and.to.contain("an action of 'account'");
    });

    it('names a few of those who wait, and counts the rest', () => {
      enable({ heldFor: 100 });
      const runner = pool.createSequencedTaskRunner({ name: 'account' });
      runner.postTask(() => NEVER);
      for (let i = 0; i < 8; i++) runner.postTask(() => undefined, { name: `t${i}` });
      clock.tick(200);
      expect(reports[0]).to.contain("'t4'").and.to.contain('; and 3 more.').and.not.to.contain("'t5'");
    });

    it('is reported by a task that has kept the thread, when it gives it free', () => {
      enable({ heldFor: 100 });
      const runner = pool.createSequencedTaskRunner({ name: 'account' });
      const environment = new TaskEnvironment();
      const cost = virtualCost({ blocking: { blocks: 150 } });
      runner.postTask(() => undefined, { name: 'blocking' });
      runner.postTask(() => undefined, { name: 'waits' });
      environment.runUntilIdle();
      cost.unsubscribe();
      environment.dispose();
      expect(reports.length).to.equal(1);
      expect(reports[0])
        .to.contain("'blocking'")
        .and.to.contain('held its sequence for 150 ms')
        .and.to.contain("'waits'");
    });
  });

  describe('a worker that is held', () => {
    it('is reported when others wait for a worker: a pool whose tasks wait for each other shows up', async () => {
      enable({ heldFor: 100 });
      for (const name of ['a', 'b']) {
        pool
          .createSequencedTaskRunner({ name })
          .postTask(async () => await pool.postTask(() => undefined, { name: `for ${name}` }), { name: `by ${name}` });
      }
      await clock.tickAsync(200);
      expect(reports.length).to.equal(2);
      expect(reports[0]).to.match(/^task 'by a' of 'a', posted from .* has held a worker of 'app' for 100 ms/);
      expect(reports[0]).to.match(/\n {2}Waiting for a worker: task 'for a' of 'app', posted from /);
      expect(reports[1]).to.match(/^task 'by b' of 'b'/);
    });

    it('is not reported while another worker is free', () => {
      enable({ heldFor: 100 });
      pool.postTask(() => NEVER);
      pool.postTask(() => undefined);
      clock.tick(1_000);
      expect(reports).to.deep.equal([]);
    });

    it('is told together with a sequence that is held by the same task', () => {
      enable({ heldFor: 100 });
      const single = new ThreadPool({ workers: 1 });
      const runner = single.createSequencedTaskRunner();
      runner.postTask(() => NEVER);
      runner.postTask(() => undefined, { name: 'behind' });
      single.postTask(() => undefined, { name: 'elsewhere' });
      clock.tick(200);
      expect(reports[0]).to.contain('has held its sequence and a worker of its pool for 100 ms');
      expect(reports[0]).to.match(/sequence: task 'behind'.*\n.*worker: task 'elsewhere'/);
    });
  });

  it('reports what is held for more than a second to console.warn, unless it is told otherwise', () => {
    const warn = sinon.stub(console, 'warn');
    try {
      subscriptions.push(enableDebugMode());
      const runner = pool.createSequencedTaskRunner();
      runner.postTask(() => NEVER);
      runner.postTask(() => undefined);
      clock.tick(999);
      expect(warn.callCount).to.equal(0);
      clock.tick(2);
      expect(warn.callCount).to.equal(1);
    } finally {
      warn.restore();
    }
  });

  it('reports nothing any more when it is over, and leaves no timer and no observer', () => {
    const debugging = enable({ heldFor: 100 });
    const runner = pool.createSequencedTaskRunner();
    runner.postTask(() => NEVER);
    runner.postTask(() => undefined);
    clock.tick(50);
    debugging.unsubscribe();
    expect(clock.countTimers()).to.equal(0);
    expect(schedulerInForce().observer).to.equal(null);
    clock.tick(1_000);
    expect(reports).to.deep.equal([]);
  });

  it('works by the frames of a run(), which ends by itself', () => {
    enable({ heldFor: 100 });
    const ended: string[] = [];
    new TestScheduler(() => undefined).run(() => {
      const runner = pool.createSequencedTaskRunner({ name: 'account' });
      runner.postTask(() => NEVER, { name: 'holds' });
      runner.postDelayedTask(() => undefined, 250, { name: 'waits' });
      pool.postTask(() => timer(40, pool).pipe(finalize(() => ended.push('ended'))));
      pool.postTask(() => EMPTY);
    });
    expect(ended).to.deep.equal(['ended']);
    expect(reports.length).to.equal(1);
    expect(reports[0]).to.contain("'holds'").and.to.contain("'waits'").and.to.contain('since 0 by its clock');
  });

  it('counts its timers in no pool, and tells no observer of them', () => {
    enable({ heldFor: 100 });
    const log: string[] = [];
    subscriptions.push(observeTasks({ posted: () => log.push('posted'), started: () => log.push('started') }));
    pool.postTask(() => NEVER);
    clock.tick(1);
    expect(pool.stats()).to.include({ busy: 1, queued: 0, delayed: 0 });
    clock.tick(1_000);
    expect(log).to.deep.equal(['posted', 'started']);
  });

  it('gives the error of a report to the host, and goes on', () => {
    const no = new Error('of the report');
    enable({
      heldFor: 100,
      report: () => {
        throw no;
      },
    });
    enable({ heldFor: 200 });
    const runner = pool.createSequencedTaskRunner();
    runner.postTask(() => NEVER);
    runner.postTask(() => undefined);
    expect(() => clock.tick(150)).to.throw('of the report');
    clock.tick(100);
    expect(reports.length).to.equal(1);
  });

  it('does not take a task that has ended for one that holds', async () => {
    enable({ heldFor: 100 });
    const runner = pool.createSequencedTaskRunner();
    const hold = gate();
    runner.postTask(() => hold.promise);
    clock.tick(50);
    hold.open();
    await microtasks();
    runner.postTask(() => NEVER);
    clock.tick(1);
    runner.postTask(() => undefined);
    clock.tick(90);
    expect(reports).to.deep.equal([]);
    clock.tick(20);
    expect(reports.length).to.equal(1);
  });

  it('throws at the call site when an option has a value that it cannot have', () => {
    expect(errorOf(() => enableDebugMode({ heldFor: 0 }))).to.be.an.instanceof(RangeError);
    expect(errorOf(() => enableDebugMode({ heldFor: NaN })).message).to.equal(
      'heldFor must be a positive number of milliseconds; got NaN.',
    );
    expect(errorOf(() => enableDebugMode({ report: 1 as never }))).to.be.an.instanceof(TypeError);
  });
});
