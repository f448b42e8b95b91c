import { expect } from 'chai';
import {
  bounded,
  createSingleThreadTaskRunner,
  flush,
  keyed,
  postRepeatingTask,
  postTaskAndReply,
  ThreadPool,
  whenIdle,
  whenRoom,
} from '../../src/index.js';
import { areCollected, macrotask } from '../support/support.js';

describe('Whatever nobody holds is collected', () => {
  it('of runners of every kind, and their handles, once their work is done', async () => {
    const pool = new ThreadPool();
    const make = async (): Promise<WeakRef<object>[]> => {
      const byKey = keyed<object>(pool);
      const key = {};
      const runners = [
        pool.createSequencedTaskRunner({ queue: bounded(1) }),
        pool.createParallelTaskRunner({ maxConcurrency: 2 }),
        createSingleThreadTaskRunner(),
        byKey.runner(key),
      ];
      const handles = runners.flatMap((runner) => [
        runner.postTask(async () => Promise.resolve()),
        postTaskAndReply(
          runner,
          () => 1,
          () => 2,
          { on: runner },
        ),
        postRepeatingTask(runner, () => undefined, { interval: 1 }),
        runner.postDelayedTask(() => undefined, 60_000),
      ]);
      for (const handle of handles) handle.then(null, () => undefined);
      for (const runner of runners) await Promise.all([flush(runner), whenIdle(runner), whenRoom(runner)]);
      await macrotask();
      for (const handle of handles) handle.cancel();
      return [byKey, key, ...runners, ...handles].map((one) => new WeakRef<object>(one));
    };
    const references = await make();
    // The clock and the storage that follows tasks across `await` keep the latest of them.
    await pool.postTask(() => undefined);
    await macrotask();
    expect(await areCollected(references)).to.be.true;
  });

  it('of a runner that was shut down, with what it dropped', async () => {
    const make = async (): Promise<WeakRef<object>[]> => {
      const runner = createSingleThreadTaskRunner();
      const handles = [runner.postDelayedTask(() => 0, 60_000), runner.postTask(() => 0)];
      for (const handle of handles) handle.then(null, () => undefined);
      await runner.stop();
      return [runner, ...handles].map((one) => new WeakRef<object>(one));
    };
    const references = await make();
    await new ThreadPool().postTask(() => undefined);
    await macrotask();
    expect(await areCollected(references)).to.be.true;
  });
});
