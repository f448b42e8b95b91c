import { expect } from 'chai';
import fc from 'fast-check';
import { bounded, keyed, stats, type TaskHandle, TaskRejectedError, ThreadPool, whenRoom } from '../../src/index.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { errorOf, gate } from '../support/support.js';

describe('A bound that counts what is unfinished', () => {
  let env: TaskEnvironment;
  let log: string[];

  beforeEach(() => {
    env = new TaskEnvironment();
    log = [];
  });

  afterEach(() => env.dispose({ allowPending: true }));

  const noteEnd = (name: string, handle: TaskHandle<unknown>): void => {
    handle.then(
      () => log.push(`${name} ended`),
      (error: unknown) => log.push(`${name} ${error instanceof TaskRejectedError ? error.reason : 'cancelled'}`),
    );
  };

  it('refuses what comes while so many tasks sleep, each in a key of its own', async () => {
    for (const [counts, refused] of [
      ['waiting', 0],
      ['unfinished', 90],
    ] as const) {
      const keys = keyed<number>(new ThreadPool({ workers: 4 }), { queue: bounded(10, 'drop-newest', { counts }) });
      for (let key = 0; key < 100; key++) {
        keys
          .runner(key)
          .postTask(({ sleep }) => sleep(5_000))
          .then(undefined, () => undefined);
        await env.advanceByAsync(1);
      }
      expect(stats(keys).dropped, counts).to.equal(refused);
      await env.advanceByAsync(5_000);
      expect(stats(keys).finished, counts).to.equal(100 - refused);
    }
  });

  it('has room again when a task has ended, and not when one begins', async () => {
    const bound = bounded(2, 'wait', { counts: 'unfinished' });
    const runner = new ThreadPool().createSequencedTaskRunner({ queue: bound });
    for (const name of ['first', 'second'])
      noteEnd(
        name,
        runner.postTask(({ sleep }) => sleep(10)),
      );
    void whenRoom(runner).then(() => log.push('room for one'));
    void whenRoom(bound, { places: 2 }).then(() => log.push('room for two'));
    await env.advanceByAsync(9);
    expect(log).to.deep.equal([]);
    await env.advanceByAsync(20);
    expect(log).to.deep.equal(['first ended', 'room for one', 'second ended', 'room for two']);
  });

  it('drops the oldest that waits, never one that has begun, and the newest where all have begun', async () => {
    const bound = bounded(2, 'drop-oldest', { counts: 'unfinished' });
    const runner = new ThreadPool().createParallelTaskRunner({ maxConcurrency: 2, queue: bound });
    const post = (name: string): void =>
      noteEnd(
        name,
        runner.postTask(({ sleep }) => sleep(10)),
      );
    post('a');
    await env.advanceByAsync(0);
    post('b');
    post('c');
    await env.advanceByAsync(0);
    expect(log).to.deep.equal(['b full']);
    post('d');
    await env.advanceByAsync(20);
    expect(log).to.deep.equal(['b full', 'd full', 'a ended', 'c ended']);
  });

  it('keeps the place of a task that is cancelled until its code has ended', async () => {
    const runner = new ThreadPool().createSequencedTaskRunner({
      queue: bounded(1, 'reject', { counts: 'unfinished' }),
    });
    const { promise, open } = gate();
    const deaf = runner.postTask(() => promise);
    await env.advanceByAsync(0);
    noteEnd('deaf', deaf);
    deaf.cancel();
    noteEnd(
      'too early',
      runner.postTask(() => undefined),
    );
    open();
    await env.advanceByAsync(0);
    noteEnd(
      'later',
      runner.postTask(() => undefined),
    );
    await env.advanceByAsync(10);
    expect(log).to.deep.equal(['deaf cancelled', 'too early full', 'later ended']);
  });

  it('counts as a plain counter does, whatever is posted, ends and is cancelled', async () => {
    const step = fc.record({ key: fc.nat(3), ms: fc.nat(20), wait: fc.nat(10), cancels: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 5 }), async (steps, capacity) => {
        const bound = bounded(capacity, 'drop-newest', { counts: 'unfinished' });
        const keys = keyed<number>(new ThreadPool({ workers: 2 }), { queue: bound });
        const open = new Set<TaskHandle<unknown>>();
        for (const { key, ms, wait, cancels } of steps) {
          const hadRoom = open.size < capacity;
          const handle = keys.runner(key).postTask(({ sleep }) => sleep(ms));
          handle.then(undefined, () => undefined);
          expect(handle.state === 'rejected').to.equal(!hadRoom);
          if (hadRoom) {
            open.add(handle);
            handle.add(() => open.delete(handle));
          }
          if (cancels) [...open][0]?.cancel();
          await env.advanceByAsync(wait);
        }
        await env.advanceByAsync(1_000);
        expect(open.size).to.equal(0);
      }),
      { numRuns: 50 },
    );
  });

  it('is asked for by a word that there is', () => {
    const error = errorOf(() => bounded(1, 'reject', { counts: 'all' as never }));
    expect(error.message).to.equal("The option counts must be 'waiting' or 'unfinished'; got 'all'.");
  });
});
