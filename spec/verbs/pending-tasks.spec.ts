import { expect } from 'chai';
import { TestScheduler } from 'rxjs/testing';
import { enableDebugMode, hold, keyed, pendingTasks, rateLimit, type Runner, ThreadPool } from '../../src/index.js';
import { timing } from '../../src/kernel/settings.js';
import { FakeTime } from '../support/fake-time.js';

describe('pendingTasks()', () => {
  let time: FakeTime;
  let pool: ThreadPool;
  let runner: Runner;

  beforeEach(() => {
    time = new FakeTime();
    pool = new ThreadPool({ workers: 1, name: 'app', onTaskError: () => undefined });
    runner = pool.createSequencedTaskRunner({ name: 'runner', priority: 'user-blocking' });
  });
  afterEach(() => {
    time.end();
    // It stays on for good.
    timing.isOn = false;
  });

  const brief = (): undefined => undefined;
  const states = (of: Parameters<typeof pendingTasks>[0]) =>
    pendingTasks(of).map(({ name, state, waitsFor, heldBy }) => [name, state, waitsFor, ...heldBy]);

  it('names what runs, what waits behind it in its sequence, and who holds that', async () => {
    void runner.postTask(() => time.after(50), { name: 'runs' });
    await time.pass(2);
    void runner.postTask(brief, { name: 'waits' });
    runner.schedule(brief);
    await time.pass(3);
    expect(states(runner)).to.deep.equal([
      ['runs', 'running', ''],
      ['waits', 'queued', 'its sequence', "task 'runs' of 'runner'"],
      ['runner', 'queued', 'its sequence', "task 'runs' of 'runner'"],
    ]);
    const [runs, waits] = pendingTasks(runner);
    expect([runs!.age, waits!.age]).to.deep.equal([5, 3]);
    expect(runs).to.include({ runner, priority: 'user-blocking', postedFrom: undefined });
  });

  it('names who holds the workers', async () => {
    void runner.postTask(() => time.after(50), { name: 'runs' });
    await time.pass(1);
    void pool.postTask(brief, { name: 'waits' });
    await time.pass(1);
    expect(states(pool)).to.deep.equal([
      ['runs', 'running', ''],
      ['waits', 'queued', 'a worker', "task 'runs' of 'runner'"],
    ]);
  });

  it('tells of a hold, of a rate limit, and of the next turn', async () => {
    const limited = pool.createSequencedTaskRunner({ rate: rateLimit({ starts: 1, per: 100 }), name: 'limited' });
    void limited.postTask(brief);
    await time.pass(1);
    hold(runner);
    void runner.postTask(brief);
    void limited.postTask(brief);
    await time.pass(1);
    void pool.postTask(brief, { name: 'posted just now' });
    expect(states(pool)).to.deep.equal([
      ['runner', 'queued', 'the release of a hold'],
      ['limited', 'queued', 'its rate limit'],
      ['posted just now', 'queued', 'its turn'],
    ]);
  });

  it('tells when what is delayed is due, as a negative age', async () => {
    void runner.postTask(brief, { delay: 30 });
    await time.pass(10);
    expect(pendingTasks(runner)).to.have.length(1);
    expect(pendingTasks(runner)[0]).to.include({ state: 'delayed', waitsFor: 'its delay', age: -20 });
  });

  it('shows first what runs, then each queue in order, then what is delayed, as it is at that moment', async () => {
    const other = pool.createSequencedTaskRunner({ name: 'other' });
    void runner.postTask(() => time.after(50), { name: 'runs' });
    await time.pass(1);
    void runner.postTask(brief, { name: 'delayed', delay: 5 });
    void other.postTask(brief, { name: 'a' });
    void runner.postTask(brief, { name: 'x' });
    void other.postTask(brief, { name: 'b' });
    void runner.postTask(brief, { name: 'y' });
    await time.pass(1);
    const snapshot = pendingTasks(pool);
    const names = snapshot.map(({ name }) => name);
    expect(names[0]).to.equal('runs');
    expect(names.at(-1)).to.equal('delayed');
    expect(names.filter((name) => 'ab'.includes(name))).to.deep.equal(['a', 'b']);
    expect(names.filter((name) => 'xy'.includes(name))).to.deep.equal(['x', 'y']);
    await time.pass(100);
    expect(snapshot[0]!.state).to.equal('running');
    expect(pendingTasks(pool)).to.deep.equal([]);
  });

  it('shows the clock in force only', () => {
    void runner.postTask(brief, { name: 'on fake timers' });
    const testScheduler = new TestScheduler(() => undefined);
    testScheduler.run(() => {
      void runner.postTask(brief, { name: 'in run()' });
      expect(states(runner)).to.deep.equal([['in run()', 'queued', 'its turn']]);
    });
    expect(states(runner)).to.deep.equal([['on fake timers', 'queued', 'its turn']]);
  });

  it('tells a task that sleeps from one that runs', async () => {
    void runner.postTask(({ sleep }) => sleep(1), { name: 'unbound' }).then(null, brief);
    void runner.postTask((context) => context.sleep(20), { name: 'sleeps' });
    await time.pass(2);
    expect(states(runner)).to.deep.equal([['sleeps', 'sleeping', 'its sleep, a promise, or a worker']]);
  });

  it('tells for which task another one waits', async () => {
    const bank = pool.createSequencedTaskRunner({ name: 'bank' });
    const call = () => bank.postTask(({ sleep }) => sleep(10), { name: 'charge' });
    void runner.postTask(({ waitFor }) => waitFor(call()), { name: 'order' });
    await time.pass(2);
    const [order] = pendingTasks(runner);
    expect(order).to.deep.include({ state: 'sleeping', waitsFor: 'a task', heldBy: ["task 'charge' of 'bank'"] });
    await time.pass(20);
    expect(pendingTasks(pool)).to.deep.equal([]);
  });

  it('shows a task to itself', async () => {
    let seen: unknown;
    void runner.postTask(() => (seen = states(runner)), { name: 'looks' });
    await time.pass(1);
    expect(seen).to.deep.equal([['looks', 'running', '']]);
  });

  it('of a keyed runner shows all keys, and of one that was never used nothing', () => {
    const byKey = keyed(pool, { name: 'byKey' });
    expect([...pendingTasks(byKey), ...pendingTasks(runner)]).to.deep.equal([]);
    void byKey.runner('a').postTask(brief, { name: 'of a' });
    void byKey.runner('b').postTask(brief, { name: 'of b' });
    expect(states(byKey).map(([name]) => name)).to.deep.equal(['of a', 'of b']);
  });

  it('knows ages after its first call of tasks of pools that have no error handler, and NaN of actions', async () => {
    const plain = new ThreadPool().createSequencedTaskRunner();
    pendingTasks(plain);
    hold(plain);
    void plain.postTask(brief);
    plain.schedule(brief);
    await time.pass(4);
    expect(pendingTasks(plain).map(({ age }) => age)).to.deep.equal([4, NaN]);
  });

  it('tells where a task was posted in debug mode', () => {
    const stop = enableDebugMode({ report: brief });
    try {
      void runner.postTask(brief);
      expect(pendingTasks(runner)[0]!.postedFrom).to.match(/pending-tasks\.spec\.ts:\d+/);
    } finally {
      stop.unsubscribe();
    }
  });
});
