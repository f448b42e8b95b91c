import { expect } from 'chai';
import sinon from 'sinon';
import { ThreadPool } from '../../src/index.js';
import { TaskEnvironment } from '../../src/testing/environment/task-environment.js';
import { errorOf, gate, microtasks, rejectionOf } from '../support/support.js';

const pool = new ThreadPool({ name: 'pool' });
const runner = pool.createSequencedTaskRunner({ name: 'io' });

function fails(message: string): () => never {
  return () => {
    throw new Error(message);
  };
}

describe('In a TaskEnvironment', () => {
  let env: TaskEnvironment;

  beforeEach(() => {
    env = new TaskEnvironment({ maxTasks: 500 });
  });

  afterEach(() => {
    try {
      env.dispose({ allowPending: true });
    } catch {
      // What a spec has provoked, and seen.
    }
  });

  describe('an error', () => {
    it('of an action leaves the call that ran it, when the call is done: siblings run', () => {
      const sibling = sinon.spy();
      runner.schedule(fails('first'));
      runner.schedule(sibling);
      runner.schedule(sibling, 10);
      expect(errorOf(() => env.advanceBy(10)).message).to.equal('first');
      expect(sibling.callCount).to.equal(2);
      expect(env.now()).to.equal(10);
    });

    it('of a task nobody awaits, too; and several leave together', () => {
      runner.postTask(fails('first'));
      runner.schedule(fails('second'), 5);
      const error = errorOf(() => env.advanceBy(5)) as AggregateError;
      expect(error.errors.map(String)).to.deep.equal(['Error: first', 'Error: second']);
      expect(error.message).to.contain('first').and.to.contain('second');
    });

    it('of a task somebody awaits goes to them and nowhere else', async () => {
      const outcome = runner.postTask(fails('seen')).then(null, String);
      env.runUntilIdle();
      expect(await outcome).to.equal('Error: seen');
      env.dispose();
    });

    it('of a task that is awaited goes there in the asynchronous forms, an await being a microtask late', async () => {
      const outcome = rejectionOf(runner.postTask(fails('seen')));
      await env.runUntilIdleAsync();
      expect((await outcome).message).to.equal('seen');
      env.dispose();
    });

    it('goes to the pool that has an onTaskError, in the same call', () => {
      const onTaskError = sinon.spy();
      const watched = new ThreadPool({ onTaskError });
      watched.postTask(fails('task'));
      watched.schedule(fails('action'));
      env.runUntilIdle();
      expect(onTaskError.args.map(([error]) => String(error))).to.have.members(['Error: task', 'Error: action']);
    });

    it('leaves step, too, and the asynchronous forms', async () => {
      runner.schedule(fails('step'));
      expect(errorOf(() => env.step()).message).to.equal('step');
      runner.postTask(async () => {
        await Promise.resolve();
        throw new Error('async');
      });
      expect((await rejectionOf(env.runUntilIdleAsync())).message).to.equal('async');
    });

    it('of a predicate, or of an act, is no different', () => {
      expect(errorOf(() => env.runUntil(fails('predicate'))).message).to.equal('predicate');
      env.at('-x', { x: fails('act') });
      expect(errorOf(() => env.advanceBy(3)).message).to.equal('act');
      expect(env.now()).to.equal(3);
    });

    it('that happens between the calls is reported by dispose', async () => {
      const door = gate();
      runner.postTask(() => door.promise);
      env.runUntilIdle();
      door.fail(new Error('in between'));
      await microtasks();
      expect(errorOf(() => env.dispose()).message).to.equal('in between');
    });

    it('of a teardown out of any turn is not lost', async () => {
      const door = gate();
      runner.postTask(() => door.promise).add(fails('teardown'));
      env.runUntilIdle();
      door.open();
      await microtasks();
      expect(errorOf(() => env.runUntilIdle()).message).to.contain('teardown');
    });
  });

  describe('a task that keeps posting', () => {
    const again = (): void => void runner.postTask(again, { name: 'again' });

    it('fails, and is named, with the place where it is posted', () => {
      again();
      const { message } = errorOf(() => env.runUntilIdle());
      expect(message).to.contain('More than 500 tasks have run, at 0, and there is no end.');
      expect(message).to.contain("task 'again' of 'io', posted at ").and.to.contain('(100 of the last 100 runs)');
    });

    it('fails every verb that would not end: at one moment of an advance, and over time when there is no end', async () => {
      again();
      expect(errorOf(() => env.advanceBy(1)).message).to.contain('More than 500 tasks');
      expect((await rejectionOf(env.advanceByAsync(1))).message).to.contain('More than 500 tasks');
      expect(errorOf(() => env.runUntil(() => false)).message).to.contain('More than 500 tasks');
    });

    it('over time is found by runUntil, but may go on as long as an advance is', () => {
      let runs = 0;
      runner.schedule(function () {
        runs++;
        this.schedule(undefined, 1);
      }, 1);
      env.advanceBy(2_000);
      expect(runs).to.equal(2_000);
      expect(errorOf(() => env.runUntil(() => false)).message).to.contain("an action of 'io'");
    });
  });

  describe('dispose', () => {
    it('throws when tasks are left, and names each and what it waits for', () => {
      runner.postTask(() => new Promise(() => undefined), { name: 'pending' });
      runner.postTask(() => undefined, { name: 'behind' });
      pool.createSequencedTaskRunner({ name: 'other' }).schedule(() => undefined, 30);
      env.runUntilIdle();
      const { message } = errorOf(() => env.dispose());
      expect(message).to.match(/task 'pending' of 'io', posted at .*\(has begun, and awaits something/);
      expect(message).to.match(/task 'behind' of 'io', posted at .*\(ready\)/);
      expect(message).to.match(/an action of 'other', posted at .*\(delayed by 30\)/);
    });

    it('does not, when that is allowed: by its own option, or by that of the environment', () => {
      runner.postDelayedTask(() => undefined, 30);
      env.dispose({ allowPending: true });
      env = new TaskEnvironment({ allowPending: true });
      runner.postDelayedTask(() => undefined, 30);
      env.dispose();
      env = new TaskEnvironment({ allowPending: true });
      runner.postDelayedTask(() => undefined, 30);
      expect(errorOf(() => env.dispose({ allowPending: false })).message).to.contain("an unnamed task of 'io'");
    });

    it('never minds what was cancelled', () => {
      runner.postDelayedTask(() => undefined, 30).cancel();
      const begun = runner.postTask(() => new Promise(() => undefined));
      env.runUntilIdle();
      begun.cancel();
      env.dispose();
    });

    it('cancels what is left, aborts its signal, and tells whoever awaits it', async () => {
      let signal!: AbortSignal;
      const begun = runner.postTask((context) => {
        signal = context.signal;
        return new Promise(() => undefined);
      });
      const waiting = runner.postDelayedTask(() => undefined, 30);
      const outcomes = [rejectionOf(begun), rejectionOf(waiting)];
      env.runUntilIdle();
      env.dispose({ allowPending: true });
      expect([begun.state, waiting.state, signal.aborted]).to.deep.equal(['cancelled', 'cancelled', true]);
      for (const outcome of outcomes) {
        const { name, message } = await outcome;
        expect(name).to.equal('AbortError');
        expect(message).to.contain('since its TaskEnvironment was disposed of: an unnamed task of');
      }
    });

    it('ends though what is cancelled posts again', () => {
      const post = (): void => {
        runner.postDelayedTask(() => undefined, 1).add(post);
      };
      post();
      expect(errorOf(() => env.dispose()).message).to.contain("an unnamed task of 'io'");
    });

    it('loses nothing that a teardown throws', () => {
      runner.postDelayedTask(() => undefined, 30).add(fails('teardown'));
      expect(errorOf(() => env.dispose({ allowPending: true })).message).to.contain('teardown');
    });

    it('throws once: it is over whatever it threw, and every verb says so', async () => {
      runner.postDelayedTask(() => undefined, 30);
      expect(() => env.dispose()).to.throw();
      env.dispose();
      expect(errorOf(() => env.advanceBy(1)).message).to.equal(
        'advanceBy was called on a TaskEnvironment that is disposed of.',
      );
      expect((await rejectionOf(env.runUntilIdleAsync())).message).to.contain('disposed of');
    });

    it('is what `using` calls at the end of a block', () => {
      env.dispose();
      {
        using inner = new TaskEnvironment({ start: 5 });
        expect(runner.now()).to.equal(inner.now());
      }
      env = new TaskEnvironment();
    });
  });

  it('a verb inside of a task fails that task, and dispose does', () => {
    runner.schedule(() => env.advanceBy(1));
    expect(errorOf(() => env.runUntilIdle()).message).to.contain(
      'advanceBy was called while runUntilIdle goes on: a task cannot let others run inside of its own turn',
    );
    runner.schedule(() => env.dispose());
    expect(errorOf(() => env.runUntilIdle()).message).to.contain('dispose was called inside of runUntilIdle');
    expect(env.step()).to.equal(false);
  });
});
