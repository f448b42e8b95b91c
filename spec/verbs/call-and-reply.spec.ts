import { expect } from 'chai';
import { of } from 'rxjs';
import {
  bindToSequence,
  type Runner,
  type SequenceBound,
  stats,
  type TaskHandle,
  TaskDeadlockError,
  ThreadPool,
} from '../../src/index.js';
import { HandmadeRunner } from '../support/handmade-runner.js';
import { errorOf, gate, macrotask, rejectionOf, turns } from '../support/support.js';

describe('callAndReply of a bound object', () => {
  let storePool: ThreadPool;
  let uiPool: ThreadPool;
  let store: Runner;
  let ui: Runner;
  let bound: SequenceBound<number[]>;
  let log: string[];
  let reported: unknown[];
  const error = new Error('expected');

  beforeEach(() => {
    log = [];
    reported = [];
    storePool = new ThreadPool({ onTaskError: (error, { name }) => reported.push(['store', error, name]) });
    uiPool = new ThreadPool({ onTaskError: (error, { name }) => reported.push(['ui', error, name]) });
    store = storePool.createSequencedTaskRunner({ name: 'store' });
    ui = uiPool.createSequencedTaskRunner({ name: 'ui' });
    bound = bindToSequence(store, () => [1, 2]);
  });

  const note = (what: string) => (): void => void log.push(what);
  const count = (list: number[]): number => list.length;

  describe('runs the reply with the result of the call', () => {
    it('on the runner that asks, unless another is named', async () => {
      const asked = gate<unknown>();
      void ui.postTask(() => {
        bound.callAndReply(count, (length, { runner }) => asked.open([length, runner]));
      });
      expect(await asked.promise).to.deep.equal([2, ui]);
      expect(await bound.callAndReply(count, (_, { runner }) => runner, { on: storePool })).to.equal(storePool);
    });

    it('and the handle has the result of the reply', async () => {
      const handle: TaskHandle<string> = bound.callAndReply(
        async (list) => list.length,
        (length) => of(`${length} entries`),
        { on: ui },
      );
      expect(await handle).to.equal('2 entries');
    });

    it('in the order of the calls, each when its call has ended', async () => {
      const hold = gate();
      void bound.callAndReply(() => hold.promise, note('first reply'), { on: ui });
      void bound.call(note('call between'));
      const last = bound.callAndReply(note('last call'), note('last reply'), { on: ui });
      await turns();
      expect(log).to.deep.equal([]);
      hold.open();
      await last;
      expect(log).to.deep.equal(['first reply', 'call between', 'last call', 'last reply']);
    });

    it('of a runner that somebody else has written, too', async () => {
      const foreign = bindToSequence(new HandmadeRunner(), () => 'object');
      expect(
        await foreign.callAndReply(
          (object) => object.length,
          (length) => length + 1,
          { on: ui },
        ),
      ).to.equal(7);
    });
  });

  it('gives the call and the reply their own options', async () => {
    const delayed = bound.callAndReply(count, note('never'), { on: ui, delay: 60_000 });
    expect(stats(store).delayed).to.equal(1);
    delayed.cancel();
    bound.callAndReply(() => Promise.reject(error), note('never'), { on: ui, name: 'count' });
    bound.callAndReply(count, () => Promise.reject(error), { on: ui, reply: { name: 'show' } });
    await turns();
    expect(reported).to.deep.equal([
      ['store', error, 'count'],
      ['ui', error, 'show'],
    ]);
    expect(log).to.be.empty;
  });

  it('rejects when the call fails, unless the reply has a function for errors', async () => {
    const fail = (): never => {
      throw error;
    };
    expect(await rejectionOf(bound.callAndReply(fail, note('reply'), { on: ui }))).to.equal(error);
    const handled: TaskHandle<string | number> = bound.callAndReply(
      fail,
      { next: () => 1, error: (reason) => (reason === error ? 'handled' : 'other') },
      { on: ui },
    );
    expect(await handled).to.equal('handled');
    await turns();
    expect([log, reported]).to.deep.equal([[], []]);
  });

  describe('is cancelled by its handle', () => {
    it('before the call begins, so that neither runs', async () => {
      const handle = bound.callAndReply(note('call'), note('reply'), { on: ui });
      handle.cancel('no more');
      expect(await rejectionOf(handle)).to.include({ name: 'AbortError', cause: 'no more' });
      await turns();
      expect(log).to.be.empty;
    });

    it('while the call runs, whose signal aborts', async () => {
      const hold = gate();
      let signal!: AbortSignal;
      const call = (_: number[], context: { signal: AbortSignal }): Promise<void> => {
        ({ signal } = context);
        return hold.promise;
      };
      const handle = bound.callAndReply(call, note('reply'), { on: ui });
      await turns();
      handle.cancel('no more');
      expect(signal.reason).to.have.property('cause', 'no more');
      hold.open();
      await rejectionOf(handle);
      await turns();
      expect(log).to.be.empty;
    });

    it('while the reply waits for its turn', async () => {
      const hold = gate();
      void ui.postTask(() => hold.promise);
      const handle = bound.callAndReply(note('call'), note('reply'), { on: ui });
      await turns();
      expect([log, stats(ui).queued]).to.deep.equal([['call'], 1]);
      handle.cancel();
      expect(stats(ui).queued).to.equal(0);
      hold.open();
      await rejectionOf(handle);
    });
  });

  it('changes the priority of call and reply by its handle', async () => {
    const other = storePool.createSequencedTaskRunner();
    void other.postTask(note('other'));
    const handle = bound.callAndReply(note('call'), note('reply'), { on: ui });
    handle.setPriority('user-blocking');
    await handle;
    await turns();
    expect(log).to.deep.equal(['call', 'reply', 'other']);
  });

  describe('of an object whose factory fails', () => {
    it('rejects with the error of the factory, which is reported nowhere else', async () => {
      const broken = bindToSequence<number[]>(store, () => Promise.reject(error));
      expect(await rejectionOf(broken.callAndReply(count, note('reply'), { on: ui }))).to.equal(error);
      expect(await broken.callAndReply(count, { error: (reason) => reason }, { on: ui })).to.equal(error);
      await turns();
      expect([log, reported]).to.deep.equal([[], []]);
    });

    it('leaves the error of the factory to the pool when no call was posted, since an argument was wrong', async () => {
      const broken = bindToSequence<number[]>(store, () => Promise.reject(error));
      errorOf(() => broken.callAndReply(count, undefined as never, { on: ui }));
      await turns();
      expect(reported).to.deep.equal([['store', error, 'store']]);
    });
  });

  it('throws after dispose', async () => {
    const disposal = bound.dispose();
    expect(() => bound.callAndReply(count, note('reply'), { on: ui })).to.throw('disposed of');
    await disposal;
    expect(() => bound.callAndReply(count, note('reply'), { on: ui })).to.throw('disposed of');
    expect(log).to.be.empty;
  });

  it('is over before the object is disposed of, as far as the call goes', async () => {
    const own = bindToSequence(store, () => ({ dispose: note('disposed') }));
    const hold = gate();
    const handle = own.callAndReply(() => hold.promise.then(note('call')), note('reply'), { on: ui });
    const disposal = own.dispose();
    await macrotask();
    hold.open();
    await Promise.all([handle, disposal]);
    expect(log.indexOf('call')).to.be.lessThan(log.indexOf('disposed'));
    expect(log).to.include('reply');
  });

  describe('in a shutdown', () => {
    it('of one pool that waits for the call, has its reply waited for', async () => {
      const near = storePool.createSequencedTaskRunner({ name: 'near' });
      const hold = gate();
      const handle = bound.callAndReply(() => hold.promise, note('reply'), { on: near });
      await turns();
      const report = storePool.shutdown();
      hold.open();
      expect((await report).ran).to.deep.equal(['store', 'near']);
      expect(log).to.deep.equal(['reply']);
      await handle;
    });

    it('is rejected when the call was dropped, and the reply is not called', async () => {
      const dropped = rejectionOf(bound.callAndReply(count, note('reply'), { on: ui }));
      await storePool.shutdown();
      expect(await dropped).to.have.property('reason', 'shutdown');
      expect(await rejectionOf(bound.callAndReply(count, note('reply'), { on: ui }))).to.have.property(
        'reason',
        'shutdown',
      );
      expect(log).to.be.empty;
    });
  });

  it('awaited from the sequence of the object, would wait for itself, and is told so', async () => {
    const handle = store.postTask(() => bound.callAndReply(count, note('reply'), { on: ui }));
    expect(await rejectionOf(handle)).to.be.an.instanceof(TaskDeadlockError);
  });

  it('names itself, and the value, when an argument is wrong, and posts nothing', async () => {
    await turns();
    const cases: [() => unknown, string][] = [
      [() => bound.callAndReply(count, note('reply')), 'callAndReply must be called from within a task'],
      [
        () => bound.callAndReply(count, note('reply'), { on: 'ui' as never }),
        "The option on of callAndReply must be a runner; got 'ui'.",
      ],
      [() => bound.callAndReply(count, {} as never, { on: ui }), 'A reply must be a function'],
      [
        () => bound.callAndReply('count' as never, note('reply'), { on: ui }),
        "A call of a bound object must be a function; got 'count'.",
      ],
    ];
    for (const [call, message] of cases) {
      const thrown = errorOf(call);
      expect(thrown).to.be.an.instanceof(TypeError);
      expect(thrown.message).to.contain(message);
    }
    expect(stats(store)).to.include({ queued: 0, running: 0 });
  });
});
