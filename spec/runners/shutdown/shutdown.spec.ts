import { expect } from 'chai';
import { stats, TaskRejectedError, ThreadPool } from '../../../src/index.js';
import { gate, macrotask, rejectionOf } from '../../support/support.js';

describe('shutdown', () => {
  let pool: ThreadPool;
  let log: string[];

  beforeEach(() => {
    pool = new ThreadPool({ name: 'app' });
    log = [];
  });

  const post = (name: string, shutdownBehavior: 'skip-on-shutdown' | 'block-shutdown' | 'continue-on-shutdown') =>
    pool.postTask(() => log.push(name), { name, shutdownBehavior });

  it('drops what has not begun, and tells it, unless it is to block the shutdown', async () => {
    const handles = [
      post('skip', 'skip-on-shutdown'),
      post('block', 'block-shutdown'),
      post('continue', 'continue-on-shutdown'),
    ];
    const report = await pool.shutdown();
    expect(report).to.deep.equal({ ran: ['block'], skipped: ['skip', 'continue'], abandoned: [] });
    expect(log).to.deep.equal(['block']);
    expect(handles.map(({ state }) => state)).to.deep.equal(['rejected', 'done', 'rejected']);
    const error = await rejectionOf(handles[0]!);
    expect(error).to.be.an.instanceof(TaskRejectedError);
    expect(error).to.have.property('reason', 'shutdown');
    expect(error.message).to.contain("task 'skip'").and.to.contain("'app'");
  });

  it('waits for what has begun, unless that is to continue', async () => {
    const hold = gate();
    const options = ['skip-on-shutdown', 'block-shutdown', 'continue-on-shutdown'] as const;
    const handles = options.map((shutdownBehavior) =>
      pool.postTask(() => hold.promise, { name: shutdownBehavior, shutdownBehavior }),
    );
    await macrotask();
    await macrotask();
    let isOver = false;
    const report = pool.shutdown();
    void report.then(() => (isOver = true));
    await macrotask();
    expect(isOver).to.be.false;
    hold.open();
    expect(await report).to.deep.equal({
      ran: ['skip-on-shutdown', 'block-shutdown'],
      skipped: [],
      abandoned: ['continue-on-shutdown'],
    });
    await Promise.all(handles);
  });

  it('waits for a task that has failed, or was cancelled, as for any other: until it ends', async () => {
    const [one, two] = [gate(), gate()];
    const failing = pool.postTask(() => one.promise, { name: 'fails' });
    const cancelled = pool.postTask(() => two.promise, { name: 'cancelled' });
    await macrotask();
    await macrotask();
    cancelled.cancel();
    const report = pool.shutdown();
    one.fail('expected');
    two.open();
    expect(await rejectionOf(failing)).to.equal('expected');
    await rejectionOf(cancelled);
    expect((await report).ran).to.have.members(['fails', 'cancelled']);
  });

  it('runs what is to block it in order, behind what is pending', async () => {
    const runner = pool.createSequencedTaskRunner({ name: 'account', shutdownBehavior: 'block-shutdown' });
    const hold = gate();
    const first = runner.postTask(() => hold.promise.then(() => log.push('first')), { name: 'first' });
    runner.schedule(() => log.push('action'));
    void runner.postTask(() => log.push('last'), { name: 'last' });
    await macrotask();
    const report = pool.shutdown();
    hold.open();
    expect(await report).to.deep.equal({ ran: ['first', 'account', 'last'], skipped: [], abandoned: [] });
    expect(log).to.deep.equal(['first', 'action', 'last']);
    await first;
  });

  it('runs what is to block it although that waits for a worker', async () => {
    pool = new ThreadPool({ workers: 1 });
    const hold = gate();
    const first = pool.postTask(() => hold.promise, { name: 'first' });
    const second = pool.postTask(() => 'second', { name: 'second', shutdownBehavior: 'block-shutdown' });
    const third = pool.postTask(() => 'third', { name: 'third' });
    await macrotask();
    await macrotask();
    const report = pool.shutdown();
    hold.open();
    expect(await report).to.deep.equal({ ran: ['first', 'second'], skipped: ['third'], abandoned: [] });
    expect(await second).to.equal('second');
    await rejectionOf(third);
    await first;
  });

  it('is never held up by delayed tasks: they are dropped, even when they are to block it', async () => {
    const delayed = pool.postDelayedTask(() => 1, 60_000, { name: 'delayed', shutdownBehavior: 'block-shutdown' });
    const action = pool.createSequencedTaskRunner({ name: 'stream' }).schedule(() => undefined, 60_000);
    const report = await pool.shutdown();
    expect(report.skipped).to.have.members(['delayed', 'stream']);
    expect(delayed.state).to.equal('rejected');
    expect(action.closed).to.be.true;
    expect(stats(pool).delayed).to.equal(0);
  });

  it('of an idle pool is over at once, and its report is empty', async () => {
    await pool.postTask(() => 'earlier');
    expect(await pool.shutdown()).to.deep.equal({ ran: [], skipped: [], abandoned: [] });
  });

  it('happens once, however often it is asked for', async () => {
    void post('skip', 'skip-on-shutdown').then(null, () => undefined);
    const first = pool.shutdown();
    expect(pool.shutdown({ timeout: 5 })).to.equal(first);
    await first;
    expect(pool.shutdown()).to.equal(first);
  });

  it('stops admission at once', async () => {
    const report = pool.shutdown();
    expect(stats(pool).isShutdown).to.be.true;
    const handle = pool.postTask(() => log.push('late'));
    expect(handle.state).to.equal('rejected');
    await report;
    await rejectionOf(handle);
    expect(log).to.deep.equal([]);
  });

  it('leaves other pools alone', async () => {
    const other = new ThreadPool();
    const handle = other.postTask(() => 'other');
    await pool.shutdown();
    expect(await handle).to.equal('other');
  });

  it('cancels a block-shutdown task that its caller cancels, and is over then', async () => {
    const runner = pool.createSequencedTaskRunner();
    const hold = gate();
    const first = runner.postTask(() => hold.promise, { name: 'first', shutdownBehavior: 'continue-on-shutdown' });
    const queued = runner.postTask(() => 1, { name: 'queued', shutdownBehavior: 'block-shutdown' });
    await macrotask();
    const report = pool.shutdown();
    queued.cancel();
    await rejectionOf(queued);
    // It has not run, and was not dropped by the shutdown.
    expect(await report).to.deep.equal({ ran: [], skipped: [], abandoned: ['first'] });
    hold.open();
    await first;
  });

  describe('called from a task', () => {
    it('does not wait for that task when it is synchronous, and drops what stands behind it', async () => {
      const runner = pool.createSequencedTaskRunner();
      const inner = runner.postTask(() => ({ report: pool.shutdown() }), { name: 'caller' });
      const next = runner.postTask(() => log.push('next'), { name: 'next' });
      const report = await (await inner).report;
      expect(report.skipped).to.deep.equal(['next']);
      expect(next.state).to.equal('rejected');
      await rejectionOf(next);
    });

    it('waits for a task that awaits it, and so for ever, unless it has a time-out', async () => {
      const waiting = pool.postTask(() => pool.shutdown(), { name: 'caller' });
      for (let i = 0; i < 5; i++) await macrotask();
      expect(waiting.state).to.equal('running');
      expect((await pool.stop()).abandoned).to.deep.equal(['caller']);
      await rejectionOf(waiting);

      const other = new ThreadPool();
      const timed = other.postTask(() => other.shutdown({ timeout: 1 }), { name: 'caller' });
      await rejectionOf(timed);
      expect((await other.shutdown()).abandoned).to.deep.equal(['caller']);
    });

    it('waits for that task when it goes on afterwards, whether it called before its first await or after', async () => {
      for (const callsFirst of [true, false]) {
        pool = new ThreadPool();
        const hold = gate();
        let report!: ReturnType<ThreadPool['shutdown']>;
        const caller = pool.postTask(
          async () => {
            if (!callsFirst) await Promise.resolve();
            report = pool.shutdown();
            await hold.promise;
          },
          { name: 'caller' },
        );
        await macrotask();
        let isOver = false;
        void report.then(() => (isOver = true));
        await macrotask();
        const wasOver = isOver;
        hold.open();
        await caller;
        expect(await report).to.deep.equal({ ran: ['caller'], skipped: [], abandoned: [] });
        expect(wasOver, callsFirst ? 'before its first await' : 'after it').to.be.false;
      }
    });
  });
});
