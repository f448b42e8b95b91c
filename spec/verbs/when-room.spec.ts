import { expect } from 'chai';
import {
  bounded,
  flush,
  keyed,
  rateLimit,
  stats,
  type TaskHandle,
  type TaskRunner,
  ThreadPool,
  whenRoom,
} from '../../src/index.js';
import { boundedRunners } from '../support/bounded-runners.js';
import { SlowTasks } from '../support/slow-tasks.js';
import { errorOf, macrotask, rejectionOf, turns } from '../support/support.js';

describe('whenRoom()', () => {
  let runner: TaskRunner;
  let slow: SlowTasks;
  let log: string[];

  const begin = (capacity: number, kind = 'a sequenced runner', whenFull: 'wait' | 'drop-oldest' = 'wait'): void => {
    ({ runner } = boundedRunners[kind]!({ queue: bounded(capacity, whenFull) }));
    slow = new SlowTasks(runner);
    log = [];
  };
  const ask = (name: string, signal?: AbortSignal): Promise<void> =>
    whenRoom(runner, { signal }).then(() => {
      log.push(name);
    });
  /** Waits for room, and takes the place at once. */
  const askAndPost = (name: string): Promise<TaskHandle<string>[]> => ask(name).then(() => [slow.post(name)]);

  it('resolves at once where the queue has no bounds, or has room', async () => {
    for (const one of [new ThreadPool(), new ThreadPool().createSequencedTaskRunner()]) await whenRoom(one);
    begin(1);
    await whenRoom(runner);
    expect(stats(runner)).to.include({ queued: 0, running: 0 });
  });

  for (const kind of Object.keys(boundedRunners)) {
    it(`resolves in the order of asking, one for each place of ${kind}`, async () => {
      begin(1, kind);
      void slow.post('runs');
      await turns();
      void slow.post('a');
      const asked = ['b', 'c', 'd'].map(askAndPost);
      await macrotask();
      expect(log).to.deep.equal([]);
      await slow.end('runs');
      expect(log).to.deep.equal(['b']);
      expect(stats(runner)).to.include({ queued: 1, running: 1 });
      await slow.end('a');
      expect(log).to.deep.equal(['b', 'c']);
      await slow.end('b');
      await slow.end('c');
      await slow.end('d');
      await Promise.all(asked);
      expect(slow.begun).to.deep.equal(['runs', 'a', 'b', 'c', 'd']);
    });
  }

  it('never promises more places than there are, and the promise is kept until the code that awaits it has gone on', async () => {
    begin(2);
    void slow.post('runs');
    await macrotask();
    const asked = ['a', 'b', 'c', 'd', 'e'].map(askAndPost);
    let most = 0;
    for (let i = 0; i < 8; i++) {
      await macrotask();
      most = Math.max(most, stats(runner).queued);
    }
    expect(log).to.deep.equal(['a', 'b']);
    for (const name of ['runs', 'a', 'b', 'c', 'd', 'e']) {
      while (!slow.begun.includes(name)) await macrotask();
      await slow.end(name);
      most = Math.max(most, stats(runner).queued);
    }
    await Promise.all(asked);
    expect(most).to.equal(2);
    expect(slow.begun).to.deep.equal(['runs', 'a', 'b', 'c', 'd', 'e']);
  });

  it('promises the place to the next one when it is not taken', async () => {
    begin(1);
    void slow.post('runs');
    await macrotask();
    const asked = ['a', 'b', 'c'].map((name) => ask(name));
    await Promise.all(asked);
    expect(log).to.deep.equal(['a', 'b', 'c']);
    await slow.end('runs');
  });

  it('promises no place that is taken the moment it is free, as when the oldest task is dropped', async () => {
    begin(1, 'a sequenced runner', 'drop-oldest');
    void slow.post('runs');
    await macrotask();
    const dropped = slow.post('dropped');
    const asked = ask('room');
    const kept = slow.post('kept');
    await rejectionOf(dropped);
    await macrotask();
    expect([kept.state, stats(runner).queued]).to.deep.equal(['pending', 1]);
    expect(log, 'the queue is as full as before').to.deep.equal([]);
    await slow.end('runs');
    await asked;
    await slow.end('kept');
  });

  it('is told of room that a cancelled task leaves', async () => {
    begin(1);
    void slow.post('runs');
    await macrotask();
    const queued = slow.post('queued');
    const asked = ask('room');
    queued.cancel();
    await asked;
    await rejectionOf(queued);
    expect(log).to.deep.equal(['room']);
    await slow.end('runs');
  });

  it('rejects with the reason of its signal, and leaves its turn to the next one', async () => {
    begin(1);
    void slow.post('runs');
    await macrotask();
    void slow.post('a');
    const controller = new AbortController();
    const given = ask('given up', controller.signal);
    const next = ask('next');
    controller.abort('enough');
    expect(await rejectionOf(given)).to.equal('enough');
    await slow.end('runs');
    await next;
    expect(log).to.deep.equal(['next']);
    expect(await rejectionOf(whenRoom(runner, { signal: AbortSignal.abort('before') }))).to.equal('before');
    expect(errorOf(() => whenRoom(runner, { signal: 1 as never }))).to.be.an.instanceof(TypeError);
    await slow.end('a');
  });

  it('lets whoever waits for it before each post never be refused', async () => {
    ({ runner } = boundedRunners['a sequenced runner']!({ queue: bounded(3, 'reject') }));
    const ran: string[] = [];
    const produce = async (name: string): Promise<void> => {
      for (let i = 0; i < 20; i++) {
        await whenRoom(runner);
        void runner.postTask(async () => {
          await Promise.resolve();
          ran.push(`${name}${i}`);
        });
      }
    };
    await Promise.all(['a', 'b', 'c', 'd'].map(produce));
    await flush(runner);
    expect(ran).to.have.lengthOf(80);
    expect(stats(runner)).to.include({ rejected: 0, dropped: 0, queued: 0 });
  });

  it('takes a bound, and waits for room in whichever queue of those that share it', async () => {
    const shared = bounded(1);
    const [one, other] = [0, 1].map(() => new ThreadPool().createSequencedTaskRunner({ queue: shared }));
    void one!.postTask(() => 1);
    log = [];
    const asked = [1, 2].map((nth) => whenRoom(shared).then(() => log.push(`${nth}`) && other!.postTask(() => nth)));
    expect(log).to.deep.equal([]);
    expect(await Promise.all(asked)).to.deep.equal([1, 2]);
    expect(log).to.deep.equal(['1', '2']);
    expect(stats(other!)).to.include({ rejected: 0, finished: 2 });
  });

  it('of a keyed runner resolves at once where each key has a bound of its own', async () => {
    const byKey = keyed(new ThreadPool(), { queue: () => bounded(1) });
    void byKey.runner('a').postTask(() => 1);
    await whenRoom(byKey);
    expect(stats(byKey).queued).to.equal(1);
    await whenRoom(byKey.runner('a'));
    expect(stats(byKey).queued).to.equal(0);
  });

  it('needs a bound, which a rate limit is not, or a runner of this library', () => {
    const rate = rateLimit({ starts: 1, per: 1 });
    expect(errorOf(() => whenRoom(rate as never)).message).to.contain('needs a bound, which a rate limit is not');
    expect(errorOf(() => whenRoom({} as never)).message).to.contain('needs a runner that this library has made');
  });
});
