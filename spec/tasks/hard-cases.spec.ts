import { expect } from 'chai';
import { NEVER, Observable, Subscription } from 'rxjs';
import sinon from 'sinon';
import { configure, stats, type TaskHandle, ThreadPool } from '../../src/index.js';
import { gate, macrotask } from '../support/support.js';

/** What somebody found who set out to break the promises. */
describe('Although', () => {
  let errors: unknown[];
  let pool: ThreadPool;

  beforeEach(() => {
    errors = [];
    pool = new ThreadPool({ workers: 1, onTaskError: (error) => errors.push(error) });
  });

  afterEach(() => {
    sinon.restore();
    configure({ maxWait: { 'user-visible': 1_000, 'best-effort': 10_000 } });
  });

  const fail = (): never => {
    throw new Error('from a teardown');
  };

  async function turns(count = 6): Promise<void> {
    for (let i = 0; i < count; i++) await macrotask();
  }

  it('a teardown throws, a shutdown drops all that it should, and ends', async () => {
    const log: string[] = [];
    const runner = pool.createSequencedTaskRunner();
    const first = runner.postTask(() => log.push('first'));
    first.add(fail);
    runner.schedule(() => log.push('second')).add(fail);
    void runner.postTask(() => log.push('third'));
    const report = await pool.shutdown();
    await turns();
    expect(report.skipped).to.have.lengthOf(3);
    expect(log).to.be.empty;
    expect(errors).to.have.lengthOf(2);
  });

  it('a teardown throws at its time-out, a shutdown ends', async () => {
    void pool.postTask(() => new Observable(() => fail));
    void pool.postTask(() => NEVER);
    await macrotask();
    const report = await pool.shutdown({ timeout: 1 });
    await turns();
    expect(report.abandoned).to.have.lengthOf(1);
    expect(report.skipped).to.have.lengthOf(1);
    expect(errors).to.have.lengthOf(1);
  });

  it('urgent actions never end, the time-out of a shutdown comes in time', async () => {
    const clock = sinon.useFakeTimers();
    const flooded = new ThreadPool({ workers: 1 });
    const other = new ThreadPool().createSequencedTaskRunner({ priority: 'user-blocking' });
    // One that armed itself again would stop the fake clock, as with asyncScheduler: an interval of 0 ms takes no time.
    let isFlooding = true;
    const flood = (): void => {
      if (isFlooding) other.schedule(flood);
    };
    flood();
    void flooded.postTask(() => NEVER, { name: 'pending', priority: 'user-blocking' });
    clock.tick(5);
    const report = flooded.shutdown({ timeout: 20 });
    clock.tick(25);
    isFlooding = false;
    expect(await report).to.deep.equal({ ran: [], skipped: [], abandoned: ['pending'] });
  });

  it('work is left in a fake clock that is gone, a shutdown in real time ends', async () => {
    const clock = sinon.useFakeTimers();
    const left = pool.postTask(() => 1, { name: 'left', shutdownBehavior: 'block-shutdown' });
    clock.restore();
    expect(await pool.shutdown()).to.deep.equal({ ran: [], skipped: ['left'], abandoned: [] });
    expect(left.state).to.equal('rejected');
  });

  it('urgent tasks take every worker that becomes free, one that waits for too long gets its turn', async () => {
    const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
    configure({ maxWait: { 'best-effort': 100 } });
    const holds: (() => void)[] = [];
    const urgent = pool.createSequencedTaskRunner({ priority: 'user-blocking' });
    const postUrgent = (): TaskHandle<void> => urgent.postTask(() => new Promise<void>((end) => holds.push(end)));
    postUrgent();
    clock.tick(1);
    let began = -1;
    void pool.postTask(() => (began = clock.now), { priority: 'best-effort' });
    for (let round = 0; round < 30 && began < 0; round++) {
      postUrgent();
      clock.tick(10);
      holds.shift()?.();
      await turns(2);
    }
    expect(began).to.be.within(100, 250);
  });

  it('a less urgent sequence was given its turn for a worker, a more urgent one that waits gets it', async () => {
    const first = gate();
    const log: string[] = [];
    void pool.postTask(() => first.promise);
    await macrotask();
    const [visible, blocking] = (['user-visible', 'user-blocking'] as const).map((priority) =>
      pool.createSequencedTaskRunner({ priority }),
    );
    const flood = blocking!.schedule(function () {
      this.schedule();
    });
    void visible!.postTask(() => log.push('visible'));
    await macrotask();
    first.open();
    const others = pool.createSequencedTaskRunner({ priority: 'user-blocking' });
    void others.postTask(() => log.push('blocking 1'));
    void others.postTask(() => log.push('blocking 2'));
    configure({ turnBudget: 5 });
    await turns();
    flood.unsubscribe();
    expect(log.slice(0, 2)).to.deep.equal(['blocking 1', 'blocking 2']);
  });

  it('a promise has a `then` that calls back twice, its task ends once', async () => {
    const runner = pool.createSequencedTaskRunner();
    const promise = Promise.resolve(1);
    void Object.assign(promise, {
      then: (onValue: (value: number) => void) => {
        onValue(1);
        onValue(2);
      },
    });
    expect(await runner.postTask(() => promise)).to.equal(1);
    await turns();
    expect(stats(runner).running).to.equal(0);
    expect(stats(pool).busy).to.equal(0);
  });

  it('a child throws before it leaves its parent, the parent is torn down, once', () => {
    const parent = new Subscription();
    const handle = pool.postTask(() => 1);
    handle.add(fail);
    parent.add(handle);
    parent.add(pool.postTask(() => 2));
    expect(() => parent.unsubscribe()).to.throw('from a teardown');
    expect(stats(pool).queued).to.equal(0);
  });
});
