import { expect } from 'chai';
import { NEVER } from 'rxjs';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { ThreadPool } from '../../../src/index.js';
import { gate, microtasks } from '../../support/support.js';

describe('A shutdown with a time-out', () => {
  let pool: ThreadPool;
  let clock: SinonFakeTimers;

  beforeEach(() => {
    pool = new ThreadPool();
    clock = useFakeTimers();
  });
  afterEach(() => clock.restore());

  it('gives up then: what is left is cancelled, and reported as abandoned', async () => {
    const runner = pool.createSequencedTaskRunner();
    let signal!: AbortSignal;
    const running = runner.postTask(
      (context) => {
        ({ signal } = context);
        return NEVER;
      },
      { name: 'running' },
    );
    const queued = runner.postTask(() => 1, { name: 'queued', shutdownBehavior: 'block-shutdown' });
    for (const handle of [running, queued]) void handle.then(null, () => undefined);
    clock.tick(1);
    let report: unknown;
    void pool.shutdown({ timeout: 100 }).then((value) => (report = value));
    clock.tick(99);
    await microtasks();
    expect(report).to.be.undefined;
    expect(signal.aborted).to.be.false;
    clock.tick(1);
    await microtasks();
    expect(report).to.have.property('ran').that.deep.equals([]);
    expect(report).to.have.property('abandoned').with.members(['running', 'queued']);
    expect(signal.aborted).to.be.true;
    expect([running.closed, queued.closed]).to.deep.equal([true, true]);
  });

  it('aborts the signal of what is left, even when that is asked for only afterwards', async () => {
    const hold = gate();
    let isAborted: boolean | undefined;
    const running = pool.postTask(async (context) => {
      await hold.promise;
      isAborted = context.signal.aborted;
    });
    void running.then(null, () => undefined);
    clock.tick(1);
    void pool.shutdown({ timeout: 10 });
    clock.tick(10);
    hold.open();
    await microtasks();
    expect(running.closed).to.be.true;
    expect(isAborted).to.be.true;
  });

  it('leaves no timer behind when everything ends in time', async () => {
    const hold = gate();
    const running = pool.postTask(() => hold.promise);
    clock.tick(1);
    const report = pool.shutdown({ timeout: 100 });
    hold.open();
    await running;
    await report;
    expect(clock.countTimers()).to.equal(0);
  });

  it('of 0 waits for nothing that takes time', async () => {
    const running = pool.postTask(() => NEVER, { name: 'running' });
    void running.then(null, () => undefined);
    clock.tick(1);
    const report = pool.shutdown({ timeout: 0 });
    clock.tick(1);
    expect(await report).to.deep.equal({ ran: [], skipped: [], abandoned: ['running'] });
  });
});
