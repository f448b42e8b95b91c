import { expect } from 'chai';
import { Subject, retry } from 'rxjs';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { fromTask, type SequencedTaskRunner, ThreadPool, type WhenFull } from '../../src/index.js';
import { gate, microtasks, rejectionOf } from './support.js';

describe('A place in a bounded queue', () => {
  let clock: SinonFakeTimers;
  let pool: ThreadPool;
  let runner: SequencedTaskRunner;
  let log: string[];
  let hold: Subject<void>;

  beforeEach(() => {
    clock = useFakeTimers();
    pool = new ThreadPool();
    log = [];
    hold = new Subject();
  });

  afterEach(() => {
    clock.restore();
  });

  /** A runner whose queue has bounds, and a task that runs on it until `hold` completes. */
  const begin = (capacity: number, whenFull: WhenFull = 'reject'): void => {
    runner = pool.createSequencedTaskRunner({ queue: { capacity, whenFull } });
    void runner.postTask(() => hold);
    clock.tick(1);
    expect(runner.stats()).to.include({ running: 1, queued: 0 });
  };
  const post = (name: string, delay = 0) => {
    const handle = runner.postDelayedTask(() => log.push(name), delay, { name });
    handle.then(null, () => undefined);
    return handle;
  };
  const release = (): void => {
    hold.complete();
    clock.tick(1);
  };

  it('is taken by a delayed task when it is due, and not before', () => {
    begin(1);
    const [late, early] = [post('late', 20), post('early', 10)];
    expect(runner.stats()).to.include({ queued: 0, delayed: 2 });
    clock.tick(10);
    expect(runner.stats()).to.include({ queued: 1, delayed: 1 });
    const now = post('now');
    expect([late, early, now].map(({ state }) => state)).to.deep.equal(['pending', 'pending', 'rejected']);
    clock.tick(10);
    expect(late.state).to.equal('rejected');
    release();
    expect(log).to.deep.equal(['early']);
    expect(runner.stats()).to.include({ queued: 0, delayed: 0, rejected: 2 });
  });

  it("makes the oldest give way for a delayed task that is due, with 'drop-oldest'", () => {
    begin(1, 'drop-oldest');
    const delayed = post('delayed', 10);
    const now = post('now');
    expect([delayed.state, now.state]).to.deep.equal(['pending', 'pending']);
    clock.tick(10);
    expect([delayed.state, now.state]).to.deep.equal(['pending', 'rejected']);
    release();
    expect(log).to.deep.equal(['delayed']);
  });

  it('is no place for a task that yields: it has begun, and keeps none from others', async () => {
    runner = pool.createSequencedTaskRunner({ queue: { capacity: 1 } });
    const yielding = runner.postTask(async (context) => {
      log.push('begun');
      await context.yield();
      log.push('gone on');
    });
    const steps = runner.postTask(function* () {
      log.push('first step');
      yield;
      log.push('second step');
    });
    expect(steps.state).to.equal('rejected');
    await rejectionOf(steps);
    clock.tick(1);
    const queued = post('queued');
    const refused = post('refused');
    expect([yielding.state, queued.state, refused.state]).to.deep.equal(['running', 'pending', 'rejected']);
    for (let i = 0; i < 5; i++) {
      await microtasks();
      clock.tick(1);
    }
    await yielding;
    expect(log).to.deep.equal(['begun', 'gone on', 'queued']);
  });

  it("is not made by dropping a task that has begun, with 'drop-oldest'", () => {
    runner = pool.createSequencedTaskRunner({ queue: { capacity: 1, whenFull: 'drop-oldest' } });
    const steps = runner.postTask(function* () {
      for (let i = 0; i < 3; i++) {
        log.push(`step ${i}`);
        post(`queued ${i}`);
        yield;
      }
    });
    for (let i = 0; i < 10; i++) clock.tick(1);
    expect(steps.state).to.equal('done');
    expect(log).to.deep.equal(['step 0', 'step 1', 'step 2', 'queued 2']);
    expect(runner.stats()).to.include({ dropped: 2 });
  });

  it('is no place for a flush, and no flush is dropped', async () => {
    begin(1, 'drop-oldest');
    const flushed = [runner.flush(), runner.flush()].map((flush) => flush.then(() => log.push('flushed')));
    await microtasks();
    const [a, b] = [post('a'), post('b')];
    expect([a.state, b.state]).to.deep.equal(['rejected', 'pending']);
    hold.complete();
    for (let i = 0; i < 5; i++) {
      clock.tick(1);
      await microtasks();
    }
    await Promise.all(flushed);
    expect(log).to.deep.equal(['flushed', 'flushed', 'b']);
  });

  it('is missed by a repeating task for one run, and it goes on', () => {
    begin(1);
    const repeating = runner.postRepeatingTask(() => log.push('repeated'), { interval: 10 });
    repeating.then(null, () => undefined);
    post('queued');
    clock.tick(15);
    expect(repeating.state).to.equal('pending');
    expect(runner.stats()).to.include({ queued: 1, delayed: 1, dropped: 1 });
    release();
    clock.tick(10);
    expect(log).to.deep.equal(['queued', 'repeated']);
    repeating.cancel();
  });

  it("is missed for one run by one that is late and was to run once for all, with 'drop-oldest', and not taken from others", () => {
    begin(1, 'drop-oldest');
    const options = { interval: 10, mode: 'fixed-rate', ifLate: 'run-once' } as const;
    const repeating = runner.postRepeatingTask(() => log.push('repeated'), options);
    repeating.then(null, () => undefined);
    clock.tick(25);
    expect(runner.stats()).to.include({ queued: 1, delayed: 0, dropped: 0 });
    const posted = post('posted');
    expect(runner.stats()).to.include({ queued: 1, delayed: 1, dropped: 1 });
    expect([posted.state, repeating.state]).to.deep.equal(['pending', 'pending']);
    release();
    expect(log).to.deep.equal(['posted']);
    clock.tick(5);
    expect(log).to.deep.equal(['posted', 'repeated']);
    repeating.cancel();
  });

  it('of a pool is one in the queue of its priority', () => {
    pool = new ThreadPool({ workers: 1, queue: { capacity: 1 } });
    void pool.postTask(() => hold);
    clock.tick(1);
    const priorities = ['user-blocking', 'user-visible', 'best-effort', 'user-blocking'] as const;
    const handles = priorities.map((priority) => pool.postTask(() => log.push(priority), { priority }));
    for (const handle of handles) handle.then(null, () => undefined);
    expect(handles.map(({ state }) => state)).to.deep.equal(['pending', 'pending', 'pending', 'rejected']);
    const lazy = handles[2]!;
    lazy.setPriority('user-visible');
    expect(lazy.state).to.equal('rejected');
    expect(pool.stats()).to.include({ queued: 2, rejected: 2 });
    hold.complete();
    clock.tick(1);
    clock.tick(1);
    expect(log).to.deep.equal(['user-blocking', 'user-visible']);
  });

  it('is one of its own per runner, and per key', () => {
    const keyed = pool.keyed({ queue: { capacity: 1 } });
    const others = [keyed.runner('a'), keyed.runner('b'), pool.createSequencedTaskRunner({ queue: { capacity: 1 } })];
    const first = others.map((other) => other.postTask(() => 1));
    const second = others.map((other) => other.postTask(() => 2));
    for (const handle of second) handle.then(null, () => undefined);
    expect(first.map(({ state }) => state)).to.deep.equal(['pending', 'pending', 'pending']);
    expect(second.map(({ state }) => state)).to.deep.equal(['rejected', 'rejected', 'rejected']);
    expect(others.map((other) => other.stats().rejected)).to.deep.equal([1, 1, 1]);
    expect(pool.stats().rejected).to.equal(3);
  });

  it('is not taken twice by what is posted while the oldest is dropped', () => {
    begin(1, 'drop-oldest');
    let tries = 0;
    fromTask(runner, () => log.push('retried'))
      .pipe(retry({ count: 1 }))
      .subscribe({ error: () => tries++ });
    post('newer');
    expect(runner.stats().queued).to.equal(1);
    release();
    expect(log).to.have.lengthOf(1);
  });

  it('is free again for whoever comes when the task that had it has begun', async () => {
    clock.restore();
    runner = pool.createSequencedTaskRunner({ queue: { capacity: 1 } });
    const ends = [gate(), gate()];
    const first = runner.postTask(() => ends[0]!.promise);
    await runner.whenRoom();
    const second = runner.postTask(() => ends[1]!.promise);
    expect([first.state, second.state]).to.deep.equal(['running', 'pending']);
    for (const end of ends) end.open();
    await Promise.all([first, second]);
  });
});
