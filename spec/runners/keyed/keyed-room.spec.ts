import { expect } from 'chai';
import { bounded, hold, keyed, type KeyedTaskRunner, stats, ThreadPool, whenRoom } from '../../../src/index.js';
import { FakeTime } from '../../support/fake-time.js';
import { gate, macrotask, rejectionOf } from '../../support/support.js';

describe('The room of a key', () => {
  let pool: ThreadPool;
  let byKey: KeyedTaskRunner<string>;
  let log: string[];

  beforeEach(() => {
    pool = new ThreadPool();
    byKey = keyed(pool, { queue: bounded(1) });
    log = [];
  });

  /** Waits for room, and takes the place at once, through a door of its own. */
  const askAndPost = async (name: string): Promise<void> => {
    await whenRoom(byKey.runner('key'));
    await byKey.runner('key').postTask(() => log.push(name));
  };

  it('is promised in the order of asking, one for each place, although the key has been idle meanwhile', async () => {
    const first = byKey.runner('key').postTask(() => log.push('first'));
    await Promise.all([first, ...['a', 'b', 'c'].map(askAndPost)]);
    expect(log).to.deep.equal(['first', 'a', 'b', 'c']);
    await macrotask();
    expect(byKey.size).to.equal(0);
  });

  it('is promised once for each place of a key that is idle', async () => {
    await Promise.all(['a', 'b', 'c'].map(askAndPost));
    expect(log).to.deep.equal(['a', 'b', 'c']);
    expect(stats(byKey.runner('key'))).to.include({ rejected: 0 });
  });

  it('is promised in the queue that the key has by then, when whoever asked waited for room in the pool', async () => {
    pool = new ThreadPool({ queue: bounded(2) });
    byKey = keyed(pool, { queue: () => bounded(1) });
    const held = hold(pool);
    const others = [0, 1].map(() => pool.postTask(() => undefined));
    for (const other of others) other.then(null, () => undefined);
    const first = askAndPost('first');
    await macrotask();
    expect(byKey.size).to.equal(0);
    const second = askAndPost('second');
    for (const other of others) other.cancel();
    await macrotask();
    expect(stats(pool)).to.include({ queued: 1, rejected: 0 });
    held.unsubscribe();
    await Promise.all([first, second]);
    expect(log).to.deep.equal(['first', 'second']);
  });

  it('keeps the key in use until the place is taken or nobody wants it any more', async () => {
    const time = new FakeTime();
    try {
      const room = whenRoom(byKey.runner('key'));
      expect(byKey.size).to.equal(1);
      await room;
      await time.pass(1);
      expect(byKey.size).to.equal(0);
    } finally {
      time.end();
    }
  });

  it('keeps the key in use no longer than its last task when whoever waited has given up', async () => {
    const ending = gate();
    const runs = byKey.runner('key').postTask(() => ending.promise);
    await macrotask();
    const queued = byKey.runner('key').postTask(() => log.push('queued'));
    const controller = new AbortController();
    const asked = rejectionOf(whenRoom(byKey.runner('key'), { signal: controller.signal }));
    controller.abort('enough');
    expect(await asked).to.equal('enough');
    ending.open();
    await Promise.all([runs, queued]);
    await macrotask();
    expect(byKey.size).to.equal(0);
  });
});
