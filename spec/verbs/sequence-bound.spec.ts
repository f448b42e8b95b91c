import { expect } from 'chai';
import { of } from 'rxjs';
import {
  bindToSequence,
  bounded,
  createSingleThreadTaskRunner,
  flush,
  keyed,
  type Runner,
  SequenceChecker,
  ThreadPool,
} from '../../src/index.js';
import { errorOf, gate, macrotask, rejectionOf, turns } from '../support/support.js';

describe('An object that is bound to a sequence', () => {
  let pool: ThreadPool;
  let runner: Runner;
  let log: string[];
  let reported: unknown[];

  class Account {
    balance = 0;
    private readonly checker = new SequenceChecker();

    constructor() {
      log.push('made');
    }

    async add(amount: number): Promise<number> {
      this.checker.assertCalledOnValidSequence();
      const { balance } = this;
      await macrotask();
      return (this.balance = balance + amount);
    }
  }

  beforeEach(() => {
    reported = [];
    pool = new ThreadPool({ onTaskError: (error) => reported.push(error) });
    runner = pool.createSequencedTaskRunner({ name: 'account' });
    log = [];
  });

  it('is made there, by a post, and not where it is asked for', async () => {
    const bound = bindToSequence(runner, () => new Account());
    expect(log).to.deep.equal([]);
    await flush(runner);
    expect(log).to.deep.equal(['made']);
    expect(await bound.call((account) => account)).to.be.an.instanceof(Account);
  });

  it('is reached by calls, which run in their order and have what they return for their result', async () => {
    const bound = bindToSequence(runner, () => new Account());
    const calls = [1, 2, 3].map((amount) => bound.call((account) => account.add(amount)));
    expect(await Promise.all(calls)).to.deep.equal([1, 3, 6]);
    expect(await bound.call(({ balance }) => balance)).to.equal(6);
    expect(await bound.call(({ balance }) => of(0, balance))).to.equal(6);
    expect(await bound.call((_, context) => context.runner)).to.equal(runner);
  });

  it('is called never before it is made, even if that takes time', async () => {
    const hold = gate();
    const bound = bindToSequence(runner, async ({ signal }) => {
      log.push(`making, ${signal.aborted}`);
      await hold.promise;
      return new Account();
    });
    const call = bound.call(() => log.push('call'));
    await turns();
    expect(log).to.deep.equal(['making, false']);
    hold.open();
    await call;
    expect(log).to.deep.equal(['making, false', 'made', 'call']);
  });

  it('stands in one queue with all that is posted to its runner', async () => {
    const bound = bindToSequence(runner, () => new Account());
    runner.schedule(() => log.push('before'));
    const call = bound.call(() => log.push('call'));
    runner.schedule(() => log.push('after'));
    await call;
    await turns();
    expect(log).to.deep.equal(['made', 'before', 'call', 'after']);
  });

  it('has calls that may be cancelled, and have options, as any task', async () => {
    const bound = bindToSequence(runner, () => new Account());
    const call = bound.call(() => log.push('call'), { name: 'named' });
    call.cancel();
    expect((await rejectionOf(call)).message).to.contain("task 'named'");
    const error = await rejectionOf(bound.call(() => 1, { signal: AbortSignal.abort('gone') }));
    expect(error.cause).to.equal('gone');
    await flush(runner);
    expect(log).to.deep.equal(['made']);
  });

  it('has calls that fail each for itself', async () => {
    const bound = bindToSequence(runner, () => new Account());
    const error = new Error('expected');
    expect(await rejectionOf(bound.call(() => Promise.reject(error)))).to.equal(error);
    expect(await bound.call((account) => account.add(1))).to.equal(1);
    expect(reported).to.deep.equal([]);
  });

  describe('whose factory fails', () => {
    const error = new Error('expected');
    const fail = (): never => {
      throw error;
    };

    it('rejects each call with that error', async () => {
      const bound = bindToSequence<Account>(runner, fail);
      for (let i = 0; i < 2; i++) expect(await rejectionOf(bound.call(({ balance }) => balance))).to.equal(error);
      await turns();
      expect(reported).to.deep.equal([]);
    });

    it('reports it once, when nobody calls', async () => {
      bindToSequence(runner, fail);
      await turns();
      expect(reported).to.deep.equal([error]);
    });

    it('has nothing to dispose of', async () => {
      const bound = bindToSequence(runner, fail);
      expect(await bound.dispose()).to.be.undefined;
      await turns();
      expect(reported).to.deep.equal([error]);
    });
  });

  describe('is disposed of', () => {
    const parts: [string, PropertyKey | undefined][] = [
      ['dispose', 'dispose'],
      ['Symbol.dispose', (Symbol as Partial<SymbolConstructor>).dispose],
      ['Symbol.asyncDispose', (Symbol as Partial<SymbolConstructor>).asyncDispose],
    ];
    for (const [name, key] of parts.filter(([, key]) => key !== undefined)) {
      it(`by its ${name}, on its sequence, after all calls before it`, async () => {
        const object = {
          [key!]() {
            log.push(`disposed, ${this === object}, ${runner.isCurrent()}`);
          },
        };
        const bound = bindToSequence(runner, () => object);
        void bound.call(async () => {
          await macrotask();
          log.push('call');
        });
        await bound.dispose();
        expect(log).to.deep.equal(['call', 'disposed, true, true']);
      });
    }

    it('in a task that waits for it, so that nothing of the sequence begins before it is over', async () => {
      const hold = gate();
      const bound = bindToSequence(runner, () => ({ dispose: () => hold.promise }));
      const disposal = bound.dispose();
      runner.schedule(() => log.push('after'));
      await turns();
      expect(log).to.deep.equal([]);
      hold.open();
      await disposal;
      await turns();
      expect(log).to.deep.equal(['after']);
    });

    it('whatever it is: one that has no such method, or is no object, too', async () => {
      for (const object of [new Account(), 1, null, undefined]) {
        expect(await bindToSequence<unknown>(runner, () => object).dispose()).to.be.undefined;
      }
    });

    it('once, however often that is asked for; calls after it throw', async () => {
      let times = 0;
      const bound = bindToSequence(runner, () => ({ dispose: () => times++ }));
      expect(bound.dispose()).to.equal(bound.dispose());
      expect(() => bound.call(() => 1)).to.throw('disposed of');
      await bound[Symbol.asyncDispose]();
      expect(times).to.equal(1);
    });

    it('when that is asked for again, if it was refused by a full queue, or cancelled before it began', async () => {
      const narrow = pool.createSequencedTaskRunner({ queue: bounded(1) });
      let times = 0;
      const bound = bindToSequence(narrow, () => ({ dispose: () => times++ }));
      await macrotask();
      const queued = narrow.postTask(() => 0);
      expect(await rejectionOf(bound.dispose())).to.have.property('reason', 'full');
      await queued;
      expect(await bound.call(() => 'a call')).to.equal('a call');
      const cancelled = bound.dispose();
      cancelled.cancel();
      await rejectionOf(cancelled);
      expect(times).to.equal(0);
      await bound.dispose();
      await bound.dispose();
      expect(times).to.equal(1);
      expect(() => bound.call(() => 1)).to.throw('disposed of');
    });

    it('with an error, if its dispose throws one: the handle rejects', async () => {
      const error = new Error('expected');
      const bound = bindToSequence(runner, () => ({ dispose: () => Promise.reject(error) }));
      expect(await rejectionOf(bound.dispose())).to.equal(error);
    });
  });

  it('ends with its runner: after a shutdown calls reject', async () => {
    const bound = bindToSequence(runner, () => new Account());
    const call = bound.call((account) => account.add(1));
    const dropped = rejectionOf(call);
    await runner.shutdown();
    expect(await dropped).to.have.property('reason', 'shutdown');
    expect(await rejectionOf(bound.call(() => 1))).to.have.property('reason', 'shutdown');
    expect(await rejectionOf(bound.dispose())).to.have.property('reason', 'shutdown');
  });

  it('needs a runner whose tasks never overlap', async () => {
    const wrong = [pool, pool.createParallelTaskRunner({ maxConcurrency: 2 }), {}, undefined];
    for (const other of wrong) {
      const error = errorOf(() => bindToSequence(other as never, () => 1));
      expect(error).to.be.an.instanceof(TypeError);
      expect(error.message).to.contain('bindToSequence needs a runner whose tasks never overlap');
    }
    const right = [runner, createSingleThreadTaskRunner(), keyed(pool).runner('key')];
    for (const other of right) expect(await bindToSequence(other, () => 1).call((object) => object)).to.equal(1);
  });

  it('needs functions', () => {
    expect(errorOf(() => bindToSequence(runner, 1 as never))).to.be.an.instanceof(TypeError);
    const bound = bindToSequence(runner, () => new Account());
    expect(errorOf(() => bound.call('add' as never)).message).to.contain('A call of a bound object');
  });
});
