import { expect } from 'chai';
import { Subject, retry } from 'rxjs';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import {
  bounded,
  flush,
  fromTask,
  keyed,
  postRepeatingTask,
  type Runner,
  stats,
  steps,
  ThreadPool,
  type WhenFull,
  whenIdle,
  whenRoom,
} from '../../src/index.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { gate, macrotask, rejectionOf } from '../support/support.js';

describe('A place in a bounded queue', () => {
  let pool: ThreadPool;
  let runner: Runner;
  let log: string[];
  let hold: Subject<void>;

  beforeEach(() => {
    pool = new ThreadPool();
    log = [];
    hold = new Subject();
  });

  /** A task that runs until `hold` completes. */
  const occupy = async (one = runner): Promise<void> => {
    const begun = gate();
    void one.postTask(() => {
      begun.open();
      return hold;
    });
    await begun.promise;
    expect(stats(one)).to.include({ running: 1, queued: 0 });
  };
  const begin = async (capacity: number, whenFull: WhenFull = 'reject'): Promise<void> => {
    runner = pool.createSequencedTaskRunner({ queue: bounded(capacity, whenFull) });
    await occupy();
  };
  const post = (name: string) => {
    const handle = runner.postTask(() => log.push(name), { name });
    handle.then(null, () => undefined);
    return handle;
  };

  it('is not taken by a task that yields: it has begun, and keeps none from others', async () => {
    runner = pool.createSequencedTaskRunner({ queue: bounded(1) });
    const begun = gate();
    const yields = gate();
    const yielding = runner.postTask(async (context) => {
      log.push('begun');
      begun.open();
      await yields.promise;
      const [queued, refused] = [post('queued'), post('refused')];
      const going = context.yield();
      expect([queued.state, refused.state]).to.deep.equal(['pending', 'rejected']);
      await going;
      log.push('gone on');
    });
    const stepping = runner.postTask(
      steps(function* () {
        log.push('first step');
        yield;
        log.push('second step');
      }),
    );
    expect(stepping.state).to.equal('rejected');
    await rejectionOf(stepping);
    await begun.promise;
    expect(stats(runner)).to.include({ queued: 0, running: 1 });
    yields.open();
    await yielding;
    await flush(runner);
    expect(log).to.deep.equal(['begun', 'gone on', 'queued']);
  });

  it('is not taken by a task that sleeps, since it has begun', async () => {
    runner = pool.createSequencedTaskRunner({ queue: bounded(1) });
    const woken = gate();
    const sleeps = runner.postTask(async (context) => {
      await context.waitFor(woken.promise);
      return 'woken';
    });
    await whenRoom(runner);
    const waits = runner.postTask(() => 'taken in');
    woken.open();
    expect(await Promise.all([sleeps, waits])).to.deep.equal(['woken', 'taken in']);
  });

  it("is not made by dropping a task that has begun, with 'drop-oldest'", async () => {
    runner = pool.createSequencedTaskRunner({ queue: bounded(1, 'drop-oldest') });
    const stepping = runner.postTask(
      steps(function* () {
        for (let i = 0; i < 3; i++) {
          log.push(`step ${i}`);
          post(`queued ${i}`);
          yield;
        }
      }),
    );
    await stepping;
    await flush(runner);
    expect(log).to.deep.equal(['step 0', 'step 1', 'step 2', 'queued 2']);
    expect(stats(runner)).to.include({ dropped: 2 });
  });

  it('is not taken by a flush, and no flush is dropped', async () => {
    await begin(1, 'drop-oldest');
    const flushed = [flush(runner), flush(runner)].map((flush) => flush.then(() => log.push('flushed')));
    const [a, b] = [post('a'), post('b')];
    expect([a.state, b.state]).to.deep.equal(['rejected', 'pending']);
    hold.complete();
    await Promise.all([...flushed, b]);
    expect(log).to.deep.equal(['flushed', 'flushed', 'b']);
  });

  it('is taken whatever the priority: in a full queue an urgent task is rejected too', async () => {
    runner = pool.createSequencedTaskRunner({ queue: bounded(1) });
    void runner.postTask(() => undefined);
    const urgent = runner.postTask(() => undefined, { priority: 'user-blocking' });
    expect(await rejectionOf(urgent)).to.have.property('reason', 'full');
  });

  it('of a pool is one of the pool with all its runners, whatever the priority', async () => {
    pool = new ThreadPool({ workers: 1, queue: bounded(2) });
    await occupy(pool);
    const [one, other] = [pool.createSequencedTaskRunner(), pool.createSequencedTaskRunner()];
    const handles = [
      pool.postTask(() => log.push('pool'), { priority: 'best-effort' }),
      one.postTask(() => log.push('one')),
      other.postTask(() => log.push('other')),
    ];
    for (const handle of handles) handle.then(null, () => undefined);
    expect(handles.map(({ state }) => state)).to.deep.equal(['pending', 'pending', 'rejected']);
    expect([stats(pool).rejected, stats(other).rejected]).to.deep.equal([1, 1]);
    hold.complete();
    await Promise.all([handles[0], handles[1]]);
    expect(log).to.deep.equal(['one', 'pool']);
  });

  it('is kept by a task of a pool that was taken in and changes its priority, though the pool is full', async () => {
    pool = new ThreadPool({ workers: 1, queue: bounded(2) });
    await occupy(pool);
    const first = pool.postTask(() => log.push('first'));
    const lazy = pool.postTask(() => log.push('lazy'), { priority: 'best-effort' });
    lazy.setPriority('user-blocking');
    expect(lazy.state).to.equal('pending');
    expect(stats(pool)).to.include({ queued: 2, rejected: 0 });
    hold.complete();
    await Promise.all([first, lazy]);
    expect(log).to.deep.equal(['lazy', 'first']);
  });

  it('is promised to nobody else while a task of a pool changes its priority', async () => {
    pool = new ThreadPool({ workers: 1, queue: bounded(1) });
    await occupy(pool);
    const lazy = pool.postTask(() => log.push('lazy'));
    let hasRoom = false;
    const room = whenRoom(pool).then(() => (hasRoom = true));
    lazy.setPriority('best-effort');
    await macrotask();
    expect(hasRoom).to.equal(false);
    hold.complete();
    await Promise.all([lazy, room]);
  });

  it('is one for all who were given the same bound, and for all keys of a keyed runner', async () => {
    const shared = bounded(2);
    const runners = [0, 1, 2].map(() => pool.createSequencedTaskRunner({ queue: shared }));
    const byKey = keyed(pool, { queue: bounded(2) });
    const keys = ['a', 'b', 'c'].map((key) => byKey.runner(key));
    const states = [runners, keys].map((group) => {
      const handles = group.map((other) => other.postTask(() => 1));
      for (const handle of handles) handle.then(null, () => undefined);
      return handles.map(({ state }) => state);
    });
    expect(states).to.deep.equal([
      ['pending', 'pending', 'rejected'],
      ['pending', 'pending', 'rejected'],
    ]);
    await whenIdle(pool);
    expect(await Promise.all(runners.slice(1).map((other) => other.postTask(() => 2)))).to.deep.equal([2, 2]);
  });

  it('is one of its own per bound, and per key where the option queue is a function', async () => {
    const byKey = keyed(pool, { queue: () => bounded(1) });
    const others = [byKey.runner('a'), byKey.runner('b'), pool.createSequencedTaskRunner({ queue: bounded(1) })];
    const first = others.map((other) => other.postTask(() => 1));
    const second = others.map((other) => other.postTask(() => 2));
    for (const handle of second) handle.then(null, () => undefined);
    expect(first.map(({ state }) => state)).to.deep.equal(['pending', 'pending', 'pending']);
    expect(second.map(({ state }) => state)).to.deep.equal(['rejected', 'rejected', 'rejected']);
    expect(others.map((other) => stats(other).rejected)).to.deep.equal([1, 1, 1]);
    expect([stats(byKey).rejected, stats(pool).rejected]).to.deep.equal([2, 3]);
    expect(await Promise.all(first)).to.deep.equal([1, 1, 1]);
  });

  it('is counted anew on each clock', async () => {
    runner = pool.createSequencedTaskRunner({ queue: bounded(1) });
    const real = runner.postTask(() => 'on the real clock');
    const env = new TaskEnvironment();
    const virtual = runner.postTask(() => 'in an environment');
    env.runUntilIdle();
    env.dispose();
    expect(virtual.result).to.equal('in an environment');
    expect(await real).to.equal('on the real clock');
  });

  it('is counted once where a runner and its pool have the same bound', async () => {
    const shared = bounded(2);
    pool = new ThreadPool({ queue: shared });
    const twice = pool.createSequencedTaskRunner({ queue: shared });
    const handles = [1, 2, 3].map((value) => twice.postTask(() => value));
    handles[2]!.then(null, () => undefined);
    expect(handles.map(({ state }) => state)).to.deep.equal(['pending', 'pending', 'rejected']);
    await whenIdle(pool);
  });

  it('of the oldest is given up, in whichever queue it waits, when a shared bound drops the oldest', async () => {
    const shared = bounded(2, 'drop-oldest');
    const [one, other] = [0, 1].map(() => pool.createSequencedTaskRunner({ queue: shared }));
    const handles = [one!.postTask(() => 'a'), other!.postTask(() => 'b'), other!.postTask(() => 'c')];
    handles[0]!.then(null, () => undefined);
    expect(handles.map(({ state }) => state)).to.deep.equal(['rejected', 'pending', 'pending']);
    expect([stats(one!).dropped, stats(other!).dropped]).to.deep.equal([1, 0]);
    expect(await Promise.all(handles.slice(1))).to.deep.equal(['b', 'c']);
  });

  it('is not taken twice by what is posted while the oldest is dropped', async () => {
    await begin(1, 'drop-oldest');
    fromTask(runner, () => log.push('retried'))
      .pipe(retry({ count: 1 }))
      .subscribe({ error: () => undefined });
    post('newer');
    expect(stats(runner).queued).to.equal(1);
    hold.complete();
    await flush(runner);
    expect(log).to.have.lengthOf(1);
  });

  it('is not taken twice where a runner and its pool drop the oldest each, and more is posted meanwhile', async () => {
    pool = new ThreadPool({ queue: bounded(3, 'drop-oldest') });
    await begin(1, 'drop-oldest');
    post('oldest').whenSettled(() => void post('newest'));
    post('newer');
    const others = Array.from({ length: 9 }, () => pool.createSequencedTaskRunner());
    for (const other of others) other.postTask(() => undefined).then(null, () => undefined);
    expect(stats(pool).queued).to.equal(3);
    hold.complete();
    await whenIdle(pool);
    expect(stats(pool)).to.include({ queued: 0, busy: 0 });
  });

  it('is free again for whoever comes when the task that had it has begun', async () => {
    runner = pool.createSequencedTaskRunner({ queue: bounded(1) });
    const ends = [gate(), gate()];
    const first = runner.postTask(() => ends[0]!.promise);
    await whenRoom(runner);
    const second = runner.postTask(() => ends[1]!.promise);
    expect([first.state, second.state]).to.deep.equal(['running', 'pending']);
    for (const end of ends) end.open();
    await Promise.all([first, second]);
  });
});

/** On a clock of somebody else's a task joins its queue in its own wake-up, in no time. */
describe('A place in a bounded queue, as time goes by,', () => {
  let clock: SinonFakeTimers;
  let pool: ThreadPool;
  let runner: Runner;
  let log: string[];
  let told: unknown[];
  let hold: Subject<void>;

  beforeEach(() => {
    clock = useFakeTimers();
    told = [];
    pool = new ThreadPool({ onTaskError: (error) => told.push(error) });
    log = [];
    hold = new Subject();
  });

  afterEach(() => {
    clock.restore();
  });

  /** A runner whose queue has bounds, and a task that runs on it until `hold` completes. */
  const begin = (capacity: number, whenFull: WhenFull = 'reject'): void => {
    runner = pool.createSequencedTaskRunner({ queue: bounded(capacity, whenFull) });
    void runner.postTask(() => hold);
    clock.tick(1);
    expect(stats(runner)).to.include({ running: 1, queued: 0 });
  };
  const post = (name: string, delay = 0) => {
    const handle = runner.postDelayedTask(() => log.push(name), delay, { name });
    handle.then(null, () => undefined);
    clock.tick(0);
    return handle;
  };
  const release = (): void => {
    hold.complete();
    clock.tick(1);
  };

  it('is taken by a delayed task when it is due, and not before', () => {
    begin(1);
    const [late, early] = [post('late', 20), post('early', 10)];
    expect(stats(runner)).to.include({ queued: 0, delayed: 2 });
    clock.tick(10);
    expect(stats(runner)).to.include({ queued: 1, delayed: 1 });
    const now = post('now');
    expect([late, early, now].map(({ state }) => state)).to.deep.equal(['pending', 'pending', 'rejected']);
    clock.tick(10);
    expect(late.state).to.equal('rejected');
    release();
    expect(log).to.deep.equal(['early']);
    expect(stats(runner)).to.include({ queued: 0, delayed: 0, rejected: 2 });
  });

  it("is made by the oldest for a delayed task that is due, with 'drop-oldest'", () => {
    begin(1, 'drop-oldest');
    const delayed = post('delayed', 10);
    const now = post('now');
    expect([delayed.state, now.state]).to.deep.equal(['pending', 'pending']);
    clock.tick(10);
    expect([delayed.state, now.state]).to.deep.equal(['pending', 'rejected']);
    release();
    expect(log).to.deep.equal(['delayed']);
  });

  for (const [whenFull, counter] of [
    ['reject', 'rejected'],
    ['drop-newest', 'dropped'],
  ] as const) {
    it(`is missed by a repeating task for one run, which is counted, and it goes on, with '${whenFull}'`, () => {
      begin(1, whenFull);
      const repeating = postRepeatingTask(runner, () => log.push('repeated'), { interval: 10 });
      post('queued');
      clock.tick(15);
      expect(repeating.state).to.equal('pending');
      expect(stats(runner)).to.include({ queued: 1, delayed: 1, [counter]: 1 });
      release();
      clock.tick(10);
      expect(log).to.deep.equal(['queued', 'repeated']);
      expect(told, 'the repeating task knows').to.deep.equal([]);
      repeating.cancel();
      repeating.then(null, () => undefined);
    });
  }

  it("is missed for one run by one that is late and was to run once for all, with 'drop-oldest', and not taken from others", () => {
    begin(1, 'drop-oldest');
    const options = { interval: 10, mode: 'fixed-rate', ifLate: 'run-once' } as const;
    const repeating = postRepeatingTask(runner, () => log.push('repeated'), options);
    repeating.then(null, () => undefined);
    clock.tick(25);
    expect(stats(runner)).to.include({ queued: 1, delayed: 0, dropped: 0 });
    const posted = post('posted');
    expect(stats(runner)).to.include({ queued: 1, delayed: 1, dropped: 1 });
    expect([posted.state, repeating.state]).to.deep.equal(['pending', 'pending']);
    release();
    expect(log).to.deep.equal(['posted']);
    clock.tick(5);
    expect(log).to.deep.equal(['posted', 'repeated']);
    repeating.cancel();
  });
});
