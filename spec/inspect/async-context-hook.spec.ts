import { AsyncLocalStorage } from 'node:async_hooks';
import { expect } from 'chai';
import sinon from 'sinon';
import { asyncContextHook, SequenceChecker, ThreadPool, useContextHook } from '../../src/index.js';
import { areCollected, errorOf, macrotask, microtasks, rejectionOf } from '../support/support.js';

describe('asyncContextHook', () => {
  const request = new AsyncLocalStorage<string>();
  const pool = new ThreadPool();

  beforeEach(() => {
    useContextHook(asyncContextHook());
  });
  afterEach(() => {
    useContextHook(null);
  });

  it('gives a task the stores of whoever posted it, across await too', async () => {
    const seen: (string | undefined)[] = [];
    const tasks = ['a', 'b'].map((name) =>
      request.run(name, () =>
        pool.postTask(async () => {
          seen.push(request.getStore());
          await macrotask();
          seen.push(request.getStore());
        }),
      ),
    );
    await Promise.all(tasks);
    expect(seen.slice().sort()).to.deep.equal(['a', 'a', 'b', 'b']);
    await pool.postTask(() => seen.push(request.getStore()));
    expect(seen.at(-1)).to.equal(undefined);
  });

  it('holds on to a context no longer than to the task', async () => {
    const references: WeakRef<object>[] = [];
    const stores = new AsyncLocalStorage<object>();
    const post = async (): Promise<void> => {
      const store = {};
      references.push(new WeakRef(store));
      await stores.run(store, () => pool.postTask(() => undefined));
    };
    await Promise.all([post(), post()]);
    // What has asked for a wake-up last keeps the context of whoever made it do so, with or without a hook.
    await pool.postTask(() => undefined);
    expect(await areCollected(references)).to.equal(true);
  });

  it('goes together with a SequenceChecker, whichever was there first', async () => {
    const checkers = [new SequenceChecker()];
    useContextHook(asyncContextHook());
    checkers.push(new SequenceChecker());
    const [runner, other] = [pool.createSequencedTaskRunner(), pool.createSequencedTaskRunner()];
    // What `other` runs was posted by a task of `runner`, in whose context its checker would take it for that.
    const inner = await request.run('a', () =>
      runner.postTask(async () => {
        await macrotask();
        checkers.forEach((checker) => checker.assertCalledOnValidSequence());
        return {
          handle: other.postTask(async () => {
            await microtasks();
            expect(request.getStore()).to.equal('a');
            checkers.forEach((checker) => checker.assertCalledOnValidSequence());
          }),
        };
      }),
    );
    expect((await rejectionOf(inner.handle)).name).to.equal('SequenceViolationError');
    await runner.postTask(async () => {
      await microtasks();
      checkers.forEach((checker) => checker.assertCalledOnValidSequence());
    });
  });

  it('says so where there is no AsyncResource', () => {
    const builtin = sinon.stub(process, 'getBuiltinModule').returns(undefined);
    try {
      expect(errorOf(asyncContextHook).message).to.match(/^asyncContextHook\(\) needs the AsyncResource of Node/);
    } finally {
      builtin.restore();
    }
  });
});
