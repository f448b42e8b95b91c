import { expect } from 'chai';
import { lastValueFrom, observeOn, of } from 'rxjs';
import {
  createSingleThreadTaskRunner,
  flush,
  type Runner,
  SequenceChecker,
  stats,
  ThreadPool,
} from '../../src/index.js';
import { SlowTasks } from '../support/slow-tasks.js';
import { errorOf, gate, macrotask, rejectionOf } from '../support/support.js';

describe('A single-thread runner', () => {
  let runner: Runner;
  let slow: SlowTasks;

  beforeEach(() => {
    runner = createSingleThreadTaskRunner({ name: 'database' });
    slow = new SlowTasks(runner);
  });

  it('starts its tasks in posting order, and they never overlap', async () => {
    for (const name of ['a', 'b', 'c']) void slow.post(name);
    runner.schedule(() => slow.begun.push('action'));
    await macrotask();
    await macrotask();
    expect(slow.begun).to.deep.equal(['a']);
    await slow.end('c', 'a');
    expect(slow.begun).to.deep.equal(['a', 'b']);
    await slow.end('b');
    expect(slow.begun).to.deep.equal(['a', 'b', 'c', 'action']);
  });

  it('keeps its order whatever the priorities of its tasks are', async () => {
    const priorities = ['best-effort', 'user-visible', 'user-blocking'] as const;
    for (const priority of priorities) void slow.post(priority, priority);
    await macrotask();
    await slow.end(...priorities);
    await flush(runner);
    expect(slow.begun).to.deep.equal(priorities);
  });

  it('is not delayed by a busy pool: its worker is never held by anything else', async () => {
    const pool = new ThreadPool({ workers: 1 });
    const busy = new SlowTasks(pool);
    for (const name of ['holds', 'waits', 'waits too']) void busy.post(name, 'user-blocking');
    await macrotask();
    expect(await runner.postTask(() => 'answered')).to.equal('answered');
    expect(busy.begun).to.deep.equal(['holds']);
    await busy.end('holds', 'waits', 'waits too');
  });

  it('does not hold a worker of anybody else while it is busy', async () => {
    void slow.post('a');
    await macrotask();
    const other = createSingleThreadTaskRunner();
    expect(await other.postTask(() => 'other')).to.equal('other');
    expect(await new ThreadPool({ workers: 1 }).postTask(() => 'pool')).to.equal('pool');
    await slow.end('a');
  });

  it('has its turn by priority, among the runners of pools too', async () => {
    const log: string[] = [];
    const pool = new ThreadPool();
    const urgent = createSingleThreadTaskRunner({ priority: 'user-blocking' });
    const lazy = createSingleThreadTaskRunner({ priority: 'best-effort' });
    for (const [name, one] of Object.entries({ lazy, pool, urgent })) void one.postTask(() => log.push(name));
    await flush(lazy);
    expect(log).to.deep.equal(['urgent', 'pool', 'lazy']);
  });

  it('runs best-effort work, although it has one worker only', async () => {
    const lazy = createSingleThreadTaskRunner({ priority: 'best-effort' });
    expect(await lazy.postTask(async () => Promise.resolve('ran'))).to.equal('ran');
  });

  it('is a sequence, and a scheduler of RxJS', async () => {
    const checker = new SequenceChecker();
    await runner.postTask(() => checker.assertCalledOnValidSequence());
    await lastValueFrom(of(1).pipe(observeOn(runner)));
    await runner.postTask(() => checker.assertCalledOnValidSequence(), { priority: 'user-blocking' });
    expect(await runner.postTask(() => runner.isCurrent())).to.be.true;
  });

  it('has a shutdown() that finishes what is queued', async () => {
    const hold = gate();
    const log: string[] = [];
    const first = runner.postTask(() => hold.promise.then(() => log.push('first')), { name: 'first' });
    const second = runner.postTask(() => log.push('second'), { name: 'second' });
    const skipped = runner.postTask(() => log.push('skipped'), {
      name: 'skipped',
      shutdownBehavior: 'skip-on-shutdown',
    });
    await macrotask();
    const report = runner.shutdown();
    expect(stats(runner).isShutdown).to.be.true;
    hold.open();
    expect(await report).to.deep.equal({ ran: ['first', 'second'], skipped: ['skipped'], abandoned: [] });
    expect(await runner.whenShutdown()).to.equal(await report);
    expect(log).to.deep.equal(['first', 'second']);
    await Promise.all([first, second, rejectionOf(skipped)]);
  });

  it('has a stop() that drops what is queued, cancels what runs, and waits for nothing', async () => {
    const hold = gate();
    let signal!: AbortSignal;
    const options = { name: 'first', shutdownBehavior: 'block-shutdown' } as const;
    const first = runner.postTask((context) => {
      ({ signal } = context);
      return hold.promise;
    }, options);
    const second = runner.postTask(() => 'second', { name: 'second' });
    const delayed = runner.postDelayedTask(() => 'delayed', 60_000, { name: 'delayed' });
    await macrotask();
    const report = await runner.stop();
    expect(report.ran).to.deep.equal([]);
    expect([...report.skipped, ...report.abandoned]).to.have.members(['first', 'second', 'delayed']);
    expect(signal.aborted).to.be.true;
    expect([first, second, delayed].map(({ state }) => state)).to.deep.equal(['cancelled', 'cancelled', 'rejected']);
    for (const handle of [first, second, delayed]) await rejectionOf(handle);
    hold.open();
    await macrotask();
    expect(stats(runner)).to.include({ queued: 0, running: 0, delayed: 0 });
  });

  it('cuts a shutdown short that waits', async () => {
    void slow.post('a').then(null, () => undefined);
    await macrotask();
    const report = runner.shutdown();
    await runner.stop();
    expect((await report).abandoned).to.deep.equal(['database']);
    await slow.end('a');
  });

  it('refuses what is posted afterwards, and is told', async () => {
    await runner.shutdown();
    const handle = runner.postTask(() => 'late');
    expect(handle.state).to.equal('rejected');
    expect(await rejectionOf(handle)).to.have.property('reason', 'shutdown');
    expect(() => runner.schedule(() => undefined)).to.throw("the runner 'database' is shut down");
    expect(stats(runner).rejected).to.equal(2);
  });

  it('leaves other single-thread runners alone when it is shut down', async () => {
    const other = createSingleThreadTaskRunner();
    await runner.stop();
    expect(await other.postTask(() => 'other')).to.equal('other');
  });

  it('tells its onTaskError of errors nobody awaits', async () => {
    const heard: unknown[] = [];
    const onTaskError = (error: unknown, { name, runner: by }: { name: string; runner: unknown }): void => {
      heard.push([(error as Error).message, name, by === own]);
    };
    const own = createSingleThreadTaskRunner({ name: 'own', onTaskError });
    void own.postTask(() => Promise.reject(new Error('expected')), { name: 'failing' });
    await macrotask();
    await macrotask();
    await macrotask();
    expect(heard).to.deep.equal([['expected', 'failing', true]]);
  });

  it('demands options that it can have', () => {
    const refuse = (options: object, kind: new () => Error): void => {
      expect(
        errorOf(() => createSingleThreadTaskRunner(options)),
        JSON.stringify(options),
      ).to.be.an.instanceof(kind);
    };
    refuse({ priority: 'urgent' }, TypeError);
    refuse({ name: 1 }, TypeError);
    refuse({ shutdownBehavior: 'never' }, TypeError);
    refuse({ onTaskError: 'console' }, TypeError);
    refuse({ queue: 100 }, TypeError);
    refuse({ queue: { capacity: 100 } }, TypeError);
    expect(createSingleThreadTaskRunner()).to.include({ name: '', priority: 'user-visible' });
    expect(createSingleThreadTaskRunner({ name: 'x', priority: 'background' })).to.include({
      name: 'x',
      priority: 'best-effort',
    });
  });
});
