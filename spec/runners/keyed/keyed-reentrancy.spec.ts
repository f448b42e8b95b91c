import { expect } from 'chai';
import {
  bounded,
  fromTask,
  keyed,
  type KeyedTaskRunner,
  postTaskAndReply,
  ThreadPool,
  useContextHook,
} from '../../../src/index.js';
import { errorOf, gate, macrotask } from '../../support/support.js';
import { observe } from '../../support/observer-log.js';

describe('A key that is posted to by code which a post calls', () => {
  let pool: ThreadPool;
  let byKey: KeyedTaskRunner<string>;
  let log: string[];

  beforeEach(() => {
    pool = new ThreadPool();
    byKey = keyed(pool);
    log = [];
  });

  /** Posts to the key, and takes it back, so that the key is idle again. */
  const postAndCancel = (): void => {
    const handle = byKey.runner('k').postTask(() => undefined);
    handle.then(undefined, () => undefined);
    handle.cancel();
  };

  it('runs its tasks one at a time all the same', async () => {
    const holds = [gate(), gate()];
    let isFirst = true;
    const watching = observe({
      posted: () => {
        if (!isFirst) return;
        isFirst = false;
        postAndCancel();
      },
    });
    const handles = holds.map(({ promise }, i) =>
      byKey.runner('k').postTask(() => {
        log.push(`begins ${i}`);
        return promise;
      }),
    );
    watching.unsubscribe();
    await macrotask();
    expect(log).to.deep.equal(['begins 0']);
    for (const hold of holds) hold.open();
    await Promise.all(handles);
    expect(byKey.size).to.equal(0);
  });

  it('has one queue, when the function that makes its bound posts to it', async () => {
    let isFirst = true;
    const post = (name: string, end: Promise<void>): PromiseLike<void> =>
      byKey.runner('k').postTask(() => {
        log.push(`begins ${name}`);
        return end;
      });
    const [inner, outer] = [gate(), gate()];
    byKey = keyed(pool, {
      queue: () => {
        if (isFirst) {
          isFirst = false;
          void post('inner', inner.promise);
        }
        return bounded(5);
      },
    });
    const handle = post('outer', outer.promise);
    await macrotask();
    expect(log).to.deep.equal(['begins inner']);
    inner.open();
    outer.open();
    await handle;
    expect(log).to.deep.equal(['begins inner', 'begins outer']);
  });

  it('keeps its place: an action goes before what is posted after it', async () => {
    let isFirst = true;
    useContextHook({
      capture: () => {
        if (!isFirst) return;
        isFirst = false;
        postAndCancel();
      },
      run: (_, call) => call(),
    });
    byKey.runner('k').schedule(() => log.push('action'));
    useContextHook(null);
    expect(byKey.size).to.equal(1);
    byKey.runner('k').schedule(() => log.push('next'));
    await macrotask();
    expect([log, byKey.size]).to.deep.equal([['action', 'next'], 0]);
  });

  it('is idle when the post throws', () => {
    const delay = 'x' as unknown as number;
    const noSignal = { aborted: false, removeEventListener: () => undefined } as unknown as AbortSignal;
    const runner = byKey.runner('k');
    const task = (): number => 1;
    for (const post of [
      () => postTaskAndReply(runner, task, task, { on: pool, delay }),
      () => postTaskAndReply(runner, task, task, { on: runner, reply: { signal: noSignal } }),
      () => fromTask(runner, task, { delay }),
      () => runner.postTask(task, { signal: noSignal }),
      () => runner.postDelayedTask(task, delay),
    ]) {
      expect(errorOf(post)).to.be.an.instanceof(TypeError);
      expect(byKey.size).to.equal(0);
    }
  });
});
