import { expect } from 'chai';
import { interval, take, tap } from 'rxjs';
import { keyed, SequenceChecker, SequenceViolationError, type Runner, ThreadPool } from '../../src/index.js';
import { gate, macrotask, rejectionOf } from '../support/support.js';

describe('SequenceChecker', () => {
  const pool = new ThreadPool({ name: 'app' });
  let runner: Runner;
  let other: Runner;
  let checker: SequenceChecker;

  beforeEach(() => {
    runner = pool.createSequencedTaskRunner({ name: 'account' });
    other = pool.createSequencedTaskRunner({ name: 'audit' });
    checker = new SequenceChecker();
  });

  const check = (): void => {
    checker.assertCalledOnValidSequence();
  };

  it('follows a task across await', async () => {
    await runner.postTask(async () => {
      await macrotask();
      check();
      await Promise.all([macrotask(), macrotask().then(check)]);
      check();
    });
    const error = await rejectionOf(
      other.postTask(async () => {
        await macrotask();
        check();
      }),
    );
    expect(error.message).to.contain("'account'").and.to.contain("'audit'");
  });

  it('follows a task into its observable', async () => {
    await runner.postTask(() => interval(1).pipe(take(2), tap(check)));
    const error = await rejectionOf(other.postTask(() => interval(1).pipe(take(2), tap(check))));
    expect(error).to.be.an.instanceof(SequenceViolationError);
  });

  it('tells two tasks apart that are pending at the same time', async () => {
    await runner.postTask(check);
    const hold = gate();
    const mine = runner.postTask(() => hold.promise.then(check));
    const theirs = other.postTask(() => hold.promise.then(check));
    await macrotask();
    hold.open();
    await mine;
    expect(await rejectionOf(theirs)).to.be.an.instanceof(SequenceViolationError);
  });

  const ask = (): boolean => checker.isValid();

  it('says true across an await of a task on its sequence', async () => {
    await runner.postTask(check);
    const afterAwait = async (): Promise<boolean> => {
      await macrotask();
      return ask();
    };
    expect([await runner.postTask(afterAwait), await other.postTask(afterAwait)]).to.deep.equal([true, false]);
  });

  it('follows a task across await, whichever door to its key it came through', async () => {
    const byKey = keyed(pool);
    await byKey.runner('a').postTask(check);
    await byKey.runner('a').postTask(async () => {
      await Promise.resolve();
      check();
    });
  });
});
