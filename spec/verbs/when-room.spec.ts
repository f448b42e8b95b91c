import { expect } from 'chai';
import fc from 'fast-check';
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

  describe('with places', () => {
    const askFor = (places: number, signal?: AbortSignal): Promise<void> =>
      whenRoom(runner, { places, signal }).then(() => {
        log.push(`${places} places`);
      });
    /** One task runs, and as many wait as may. */
    const fill = async (capacity: number): Promise<void> => {
      begin(capacity);
      for (let i = 0; i <= capacity; i++) {
        void slow.post(`${i}`);
        if (i === 0) await macrotask();
      }
    };

    it('resolves when so many tasks have room, so that a source is not paused again at once', async () => {
      await fill(4);
      const asked = askFor(2);
      await slow.end('0');
      await macrotask();
      expect([log, stats(runner).queued]).to.deep.equal([[], 3]);
      await slow.end('1');
      await asked;
      expect(stats(runner).queued).to.equal(2);
      await slow.end('2', '3', '4');
    });

    it('keeps its turn: who asks later for fewer places comes later', async () => {
      await fill(3);
      const asked = [askFor(3)];
      await slow.end('0');
      asked.push(askFor(1));
      await macrotask();
      expect(log).to.deep.equal([]);
      await slow.end('1', '2', '3');
      await Promise.all(asked);
      expect(log).to.deep.equal(['3 places', '1 places']);
    });

    it('leaves its turn to those behind it when its signal aborts', async () => {
      await fill(3);
      const controller = new AbortController();
      const given = askFor(3, controller.signal);
      await slow.end('0');
      const next = askFor(1);
      controller.abort('enough');
      expect(await rejectionOf(given)).to.equal('enough');
      await next;
      expect(log).to.deep.equal(['1 places']);
      await slow.end('1', '2', '3');
    });

    it('needs a positive integer, at most the capacity', () => {
      begin(3);
      const refused = (places: unknown, where: TaskRunner = runner) =>
        errorOf(() => whenRoom(where, { places: places as number }));
      expect(refused(0)).to.be.an.instanceof(RangeError);
      expect(refused(1.5).message).to.equal('The option places must be a positive integer; got 1.5.');
      expect(refused('1')).to.be.an.instanceof(TypeError);
      expect(refused(4).message).to.equal('The option places must be at most the capacity of the queue, 3; got 4.');
      expect(errorOf(() => whenRoom(bounded(2), { places: 3 }))).to.be.an.instanceof(RangeError);
    });

    it('serves those who ask as a naive line does: in order, each as soon as its places are free', async () => {
      const asks = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 8 });
      await fc.assert(
        fc.asyncProperty(asks, fc.integer({ min: 4, max: 6 }), async (places, capacity) => {
          await fill(capacity);
          const asked = places.map((many) => askFor(many));
          const waiting = [...places];
          const served: string[] = [];
          for (let ended = 0; ended <= capacity; ended++) {
            await slow.end(`${ended}`);
            const free = Math.min(capacity, ended + 1);
            while (waiting.length > 0 && waiting[0]! <= free) served.push(`${waiting.shift()} places`);
            // What is granted is not taken, and so is free again for the next one: a macrotask later, or a timer in a page.
            await turns();
            while (log.length < served.length) await macrotask();
            expect(log).to.deep.equal(served);
          }
          await Promise.all(asked);
        }),
        { numRuns: 30 },
      );
    });
  });
});
