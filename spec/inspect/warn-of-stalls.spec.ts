import { expect } from 'chai';
import { NEVER, Subject } from 'rxjs';
import { spy, stub } from 'sinon';
import { enableDebugMode, ThreadPool, warnOfStalls } from '../../src/index.js';
import { Sequence } from '../../src/kernel/sequence.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { errorOf } from '../support/support.js';

describe('warnOfStalls', () => {
  let environment: TaskEnvironment;
  let pool: ThreadPool;
  let reports: string[];

  beforeEach(() => {
    environment = new TaskEnvironment();
    pool = new ThreadPool({ workers: 2, name: 'app' });
    reports = [];
  });
  afterEach(() => environment.dispose({ allowPending: true }));

  const stall = (): void => {
    const runner = pool.createSequencedTaskRunner({ name: 'account' });
    runner.postTask(() => NEVER, { name: 'deposit' });
    runner.postTask(() => undefined, { name: 'withdraw' });
  };

  it('reports after 5 s, to console.warn, which sequence does not go on, who holds it, and who waits', () => {
    const warn = stub(console, 'warn');
    const warning = warnOfStalls();
    try {
      stall();
      environment.advanceBy(4_999);
      expect(warn.callCount).to.equal(0);
      environment.advanceBy(1);
      expect(warn.args).to.have.lengthOf(1);
      expect(warn.firstCall.args[0]).to.match(
        /^task 'deposit' of 'account' has held its sequence for 5000 ms, since \d+ by its clock\.\n {2}Behind it in its sequence: task 'withdraw' of 'account'\.$/,
      );
      environment.advanceBy(60_000);
      expect(warn.callCount).to.equal(1);
    } finally {
      warning.unsubscribe();
      warn.restore();
    }
  });

  it('reports a pool whose workers are all held, with all that hold and who waits, in one report', () => {
    const warning = warnOfStalls({ after: 100, report: (message) => reports.push(message) });
    for (const name of ['a', 'b']) pool.postTask(() => NEVER, { name });
    pool.postTask(() => undefined, { name: 'c' });
    environment.advanceBy(100);
    warning.unsubscribe();
    expect(reports).to.deep.equal([
      "No worker of 'app' has become free for 100 ms.\n" +
        "  They are held by task 'a' of 'app' for 100 ms; task 'b' of 'app' for 100 ms.\n" +
        "  Waiting for a worker: task 'c' of 'app'.",
    ]);
  });

  it('says nothing of actions with others behind them, nor of a task that has begun before', () => {
    const runner = pool.createSequencedTaskRunner();
    const begun = pool.createSequencedTaskRunner();
    const source = new Subject<void>();
    begun.postTask(() => source);
    environment.runUntilIdle();
    const warning = warnOfStalls({ after: 1, report: (message) => reports.push(message) });
    for (let i = 0; i < 3; i++) runner.schedule(() => undefined);
    begun.postTask(() => undefined);
    environment.advanceBy(100);
    source.complete();
    environment.advanceBy(100);
    warning.unsubscribe();
    expect(reports).to.deep.equal([]);
  });

  it('says from where tasks were posted when debug mode is on', () => {
    const debugging = enableDebugMode({ heldFor: 1_000_000 });
    const warning = warnOfStalls({ after: 100, report: (message) => reports.push(message) });
    stall();
    environment.advanceBy(100);
    warning.unsubscribe();
    debugging.unsubscribe();
    expect(reports).to.have.lengthOf(1);
    expect(reports[0]).to.match(/^task 'deposit' of 'account', posted from .*warn-of-stalls\.spec\.ts:\d+, has held/);
  });

  it('does not look at who waits behind a task that ends in time, of which there may be thousands', () => {
    const looks = spy(Sequence.prototype, Symbol.iterator as never);
    const warning = warnOfStalls({ report: (message) => reports.push(message) });
    try {
      const runner = pool.createSequencedTaskRunner();
      for (let i = 0; i < 10; i++) runner.postTask(() => undefined);
      environment.runUntilIdle();
      expect(looks.callCount).to.equal(0);
      stall();
      environment.advanceBy(5_000);
      expect(looks.callCount).to.be.greaterThan(0);
    } finally {
      warning.unsubscribe();
      looks.restore();
    }
    expect(reports).to.have.lengthOf(1);
  });

  it('reports nothing once it is unsubscribed from', () => {
    warnOfStalls({ after: 100, report: (message) => reports.push(message) }).unsubscribe();
    const warning = warnOfStalls({ after: 100, report: (message) => reports.push(message) });
    stall();
    environment.advanceBy(50);
    warning.unsubscribe();
    environment.advanceBy(1_000);
    expect(reports).to.deep.equal([]);
  });

  it('throws at the call site when an option has a value that it cannot have', () => {
    for (const after of [0, NaN, '5']) {
      expect(errorOf(() => warnOfStalls({ after: after as number })).message).to.contain(
        'The option after must be a positive number of milliseconds',
      );
    }
    expect(errorOf(() => warnOfStalls({ report: 1 as never }))).to.be.an.instanceof(TypeError);
    expect(errorOf(() => warnOfStalls(5 as never))).to.be.an.instanceof(TypeError);
  });
});
