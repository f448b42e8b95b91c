import { expect } from 'chai';
import { interval, lastValueFrom, Subject, take, tap } from 'rxjs';
import { SequenceChecker, SequenceViolationError, type Runner, ThreadPool } from '../../src/index.js';
import { errorOf, gate, inMacrotask, macrotask, rejectionOf } from '../support/support.js';

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

  it('binds to the first sequence that uses it, and is content there', async () => {
    await runner.postTask(check);
    await runner.postTask(check);
    await runner.postTask(() => {
      check();
      check();
    });
  });

  it('throws when it is called from another sequence, naming both', async () => {
    await runner.postTask(check);
    const error = await rejectionOf(other.postTask(check));
    expect(error).to.be.an.instanceof(SequenceViolationError);
    expect(error.message).to.contain("'account'").and.to.contain("'audit'");
    await runner.postTask(check);
  });

  it('calls a runner without a name by what it is', async () => {
    await pool.createSequencedTaskRunner().postTask(check);
    const error = await rejectionOf(pool.createSequencedTaskRunner().postTask(check));
    expect(error.message).to.contain('an unnamed runner');
  });

  it('takes views of a runner, its tasks of any priority, and its delayed ones, for one sequence', async () => {
    await runner.postTask(check);
    await runner.postTask(check, { priority: 'best-effort' });
    await runner.postDelayedTask(check, 1);
    await lastValueFrom(interval(1, runner.withPriority('user-blocking')).pipe(take(2), tap(check)));
    runner.setPriority('best-effort');
    await runner.postTask(check);
  });

  it('throws when it is called from outside of any task, bound or not', async () => {
    const unbound = errorOf(check);
    expect(unbound).to.be.an.instanceof(SequenceViolationError);
    expect(unbound.message).to.contain('outside of any task');
    await runner.postTask(check);
    expect(errorOf(check).message).to.contain("'account'").and.to.contain('outside of any task');
  });

  it('throws when it is called from a pool, whose tasks have no order, bound or not', async () => {
    for (let i = 0; i < 2; i++) {
      for (const error of [
        await rejectionOf(pool.postTask(check)),
        await rejectionOf(pool.postTask(async () => check())),
      ]) {
        expect(error).to.be.an.instanceof(SequenceViolationError);
        expect(error.message).to.contain('pool');
      }
      await runner.postTask(check);
    }
  });

  it('is not bound by a call that throws', async () => {
    errorOf(check);
    await rejectionOf(pool.postTask(check));
    await other.postTask(check);
  });

  describe('asked whether it is valid', () => {
    const ask = (): boolean => checker.isValid();

    it('says true on its sequence and false elsewhere: another sequence, a pool, and outside of any task', async () => {
      await runner.postTask(check);
      const answers = [ask(), await runner.postTask(ask), await other.postTask(ask), await pool.postTask(ask)];
      expect(answers).to.deep.equal([false, true, false, false]);
    });

    it('is bound by the answer true, as by an assertion that holds', async () => {
      expect(await runner.postTask(ask)).to.equal(true);
      expect(await other.postTask(ask)).to.equal(false);
      const error = await rejectionOf(other.postTask(check));
      expect(error.message).to.contain("'account'").and.to.contain("'audit'");
    });

    it('is not bound by the answer false', async () => {
      expect([ask(), await pool.postTask(ask)]).to.deep.equal([false, false]);
      expect(await other.postTask(ask)).to.equal(true);
    });

    it('binds anew once it is detached', async () => {
      await runner.postTask(ask);
      checker.detach();
      expect([await other.postTask(ask), await runner.postTask(ask)]).to.deep.equal([true, false]);
    });
  });

  it('forgets its sequence when it is detached, and binds to the next', async () => {
    await runner.postTask(check);
    checker.detach();
    await other.postTask(check);
    const error = await rejectionOf(runner.postTask(check));
    expect(error.message).to.contain("'account'").and.to.contain("'audit'");
  });

  it('throws in a timer that outlives its task: that is not part of it any more', async () => {
    const result = gate<unknown>();
    await runner.postTask(() => {
      check();
      inMacrotask(() => result.open(errorOf(check)));
    });
    const error = (await result.promise) as Error;
    expect(error).to.be.an.instanceof(SequenceViolationError);
    expect(error.message).to.contain('outside of any task');
  });

  it('throws in a timer that outlives a task which was pending, and in one of an action that rests', async () => {
    const seen = new Subject<Error>();
    const errors: Error[] = [];
    seen.subscribe((error) => errors.push(error));
    const later = gate();
    await runner.postTask(async () => {
      await Promise.resolve();
      void later.promise.then(() => seen.next(errorOf(check)));
    });
    runner.schedule(() => {
      check();
      void later.promise.then(() => seen.next(errorOf(check)));
    });
    await macrotask();
    later.open();
    await macrotask();
    expect(errors.map(({ message }) => message.includes('outside of any task'))).to.deep.equal([true, true]);
  });

  it('believes the task that runs now rather than the one whose context was inherited', async () => {
    // What `other` runs was posted by a task of `runner`, and inherits its context.
    await runner.postTask(check);
    const result = gate<Error>();
    await runner.postTask(() => other.schedule(() => result.open(errorOf(check))));
    expect((await result.promise).message).to.contain("'audit'");
  });

  it('is for one thing each: two of them bind to sequences of their own', async () => {
    const second = new SequenceChecker();
    await runner.postTask(check);
    await other.postTask(() => second.assertCalledOnValidSequence());
    await runner.postTask(check);
  });
});
