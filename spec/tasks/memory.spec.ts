import { expect } from 'chai';
import { Subscription } from 'rxjs';
import { type Runner, stats, ThreadPool } from '../../src/index.js';
import { heapSize } from '../support/platform.js';
import { areCollected, collectGarbage, gate, macrotask } from '../support/support.js';

describe('Memory', () => {
  const COUNT = 100_000;
  const noop = (): void => undefined;

  let pool: ThreadPool;
  let runner: Runner;

  beforeEach(async () => {
    pool = new ThreadPool();
    runner = pool.createSequencedTaskRunner();
    await macrotask();
  });

  /** Bytes on the heap, once all garbage is gone. */
  function heapUsed(): number {
    collectGarbage();
    collectGarbage();
    return heapSize();
  }

  /** How much the heap grows per call of `post`, which keeps nothing itself. */
  function bytesPer(post: () => unknown): number {
    post();
    const before = heapUsed();
    for (let i = 0; i < COUNT; i++) post();
    return (heapUsed() - before) / COUNT;
  }

  it('is at most 152 bytes for a queued action, which is its own queue node and its own handle', async () => {
    const bytes = bytesPer(() => runner.schedule(noop));
    expect(stats(runner).queued).to.equal(COUNT + 1);
    await pool.shutdown();
    expect(bytes).to.be.within(56, 152);
  }).timeout(10_000);

  it('is at most 200 bytes for a delayed action', async () => {
    let delay = 60_000;
    const bytes = bytesPer(() => runner.schedule(noop, delay++));
    expect(stats(runner).delayed).to.equal(COUNT + 1);
    await pool.shutdown();
    expect(bytes).to.be.within(56, 200);
  }).timeout(10_000);

  it('is no more for an action that has a parent', async () => {
    const parent = new Subscription();
    const bytes = bytesPer(() => {
      parent.add(runner.schedule(noop));
    });
    parent.unsubscribe();
    expect(stats(runner).queued).to.equal(0);
    expect(bytes).to.be.within(56, 152);
  }).timeout(10_000);

  it('of delayed actions is free again once they are cancelled, although the pool lives on', () => {
    const before = heapUsed();
    let actions: Subscription[] = Array.from({ length: COUNT }, () => runner.schedule(noop, 60_000));
    for (const action of actions) action.unsubscribe();
    actions = [];
    expect((heapUsed() - before) / COUNT).to.be.below(20);
    expect(actions).to.be.empty;
  }).timeout(10_000);

  it('of what a closed action was given is free, although somebody holds the action', async () => {
    const held: Subscription[] = [];
    const post = (delay: number): readonly WeakRef<object>[] => {
      const state = { big: true };
      const work = (): unknown => state;
      held.push(runner.schedule(work, delay, state));
      return [new WeakRef(state), new WeakRef(work)];
    };
    const references = [0, 60_000, Infinity].flatMap(post);
    for (const action of held) action.unsubscribe();
    expect(await areCollected(references)).to.be.true;
    expect(held).to.have.lengthOf(3);
  });

  it('of what a settled task closed over is free, although somebody holds the handle', async () => {
    const hold = gate();
    const held: Subscription[] = [];
    const post = (end: () => unknown): WeakRef<object> => {
      const captured = { big: true };
      held.push(runner.postTask(() => (captured.big ? end() : captured)));
      return new WeakRef(captured);
    };
    const references = [post(() => 1), post(() => hold.promise), post(() => 2)];
    held.at(-1)!.unsubscribe();
    await macrotask();
    hold.open();
    await macrotask();
    expect(await areCollected(references)).to.be.true;
    expect(held.every(({ closed }) => closed)).to.be.true;
  });

  it('of handles and actions nobody holds is free once they have run', async () => {
    const references: WeakRef<object>[] = [];
    const post = (): void => {
      references.push(new WeakRef(runner.schedule(noop)), new WeakRef(runner.postTask(noop)));
      references.push(new WeakRef(pool.postTask(async () => undefined)), new WeakRef(runner.schedule(noop, 1)));
    };
    for (let i = 0; i < 5; i++) post();
    await runner.postDelayedTask(noop, 2);
    expect(await areCollected(references)).to.be.true;
  });

  it('of runners and pools nobody holds is free, once their work is done', async () => {
    const make = async (): Promise<WeakRef<object>[]> => {
      const ownPool = new ThreadPool();
      const own = ownPool.createSequencedTaskRunner();
      own.withPriority('best-effort').schedule(noop);
      own.schedule(noop, 60_000).unsubscribe();
      await own.postTask(async () => undefined);
      await ownPool.postTask(noop);
      await macrotask();
      return [new WeakRef(ownPool), new WeakRef(own), new WeakRef(own.withPriority('best-effort'))];
    };
    const references = await make();
    // The storage that follows tasks across `await` keeps the latest of them.
    await pool.postTask(noop);
    expect(await areCollected(references)).to.be.true;
  });

  it('of runners nobody holds is kept while work of theirs is pending, which runs', async () => {
    const done = gate<string>();
    const post = (): void => {
      const own = new ThreadPool().createSequencedTaskRunner();
      own.schedule(() => done.open('ran'), 3);
    };
    post();
    await macrotask();
    collectGarbage();
    expect(await done.promise).to.equal('ran');
  });
});
