import { expect } from 'chai';
import { take } from 'rxjs';
import { keyed, stats, ThreadPool, whenIdle } from '../../src/index.js';
import { fromIterable } from '../../src/operators/index.js';
import { gate, macrotask } from '../support/support.js';
import { logOf } from './support.js';

/** The numbers from 1 on, and what was done to the iterator. */
class Numbers {
  readonly calls: string[] = [];
  isClosed = false;

  constructor(private readonly last = Infinity) {}

  *[Symbol.iterator](): Generator<number> {
    try {
      for (let value = 1; value <= this.last; value++) {
        this.calls.push(`pull ${value}`);
        yield value;
      }
    } finally {
      this.isClosed = true;
    }
  }
}

class AsyncNumbers extends Numbers {
  async *[Symbol.asyncIterator](): AsyncGenerator<number> {
    for (const value of { [Symbol.iterator]: () => super[Symbol.iterator]() }) {
      await Promise.resolve();
      yield value;
    }
  }
}

describe('fromIterable', () => {
  const pool = new ThreadPool({ workers: 8 });
  const runner = pool.createSequencedTaskRunner();

  for (const [kind, make] of [
    ['a plain iterable', (last?: number) => new Numbers(last)],
    ['an async iterable', (last?: number) => new AsyncNumbers(last)],
  ] as const) {
    describe(`of ${kind}`, () => {
      it('makes a task of each value, emits the results in order and completes after the last', async () => {
        const numbers = make(4);
        const ended = gate();
        const stream = fromIterable(runner, numbers, async (value) => {
          await macrotask();
          return value * 10;
        });
        const { events, subscription } = logOf(stream);
        subscription.add(ended.open);
        await ended.promise;
        expect(events).to.deep.equal([10, 20, 30, 40, 'complete']);
        expect(numbers.isClosed).to.be.true;
      });

      it('asks for the next value only when the task of the previous one has ended', async () => {
        const numbers = make(3);
        const ended = gate();
        const stream = fromIterable(runner, numbers, async (value) => {
          await macrotask();
          numbers.calls.push(`end ${value}`);
        });
        logOf(stream).subscription.add(ended.open);
        await ended.promise;
        expect(numbers.calls).to.deep.equal(['pull 1', 'end 1', 'pull 2', 'end 2', 'pull 3', 'end 3']);
      });

      it('has at most maxPending tasks that have not ended', async () => {
        const parallel = pool.createParallelTaskRunner({ maxConcurrency: 3 });
        const ended = gate();
        let pending = 0;
        let most = 0;
        const stream = fromIterable(
          parallel,
          make(12),
          async () => {
            most = Math.max(most, ++pending);
            await macrotask();
            pending--;
          },
          { maxPending: 3 },
        );
        logOf(stream).subscription.add(ended.open);
        await ended.promise;
        expect(most).to.equal(3);
      });

      it('closes the iterator when it is unsubscribed from', async () => {
        const numbers = make();
        const { events, subscription } = logOf(fromIterable(runner, numbers, (value) => value).pipe(take(3)));
        const ended = gate();
        subscription.add(ended.open);
        await ended.promise;
        await macrotask();
        expect(events).to.deep.equal([1, 2, 3, 'complete']);
        expect(numbers.isClosed).to.be.true;
        expect(stats(runner).queued).to.equal(0);
      });

      it('closes the iterator when a task fails, and fails with its error', async () => {
        const numbers = make();
        const ended = gate();
        const stream = fromIterable(runner, numbers, (value) => {
          if (value === 2) throw new Error('two');
          return value;
        });
        const { events, subscription } = logOf(stream);
        subscription.add(ended.open);
        await ended.promise;
        await macrotask();
        expect(events).to.deep.equal([1, 'error two']);
        expect(numbers.isClosed).to.be.true;
      });
    });
  }

  it('calls return() once, and never after the iterator has ended by itself', async () => {
    const returns: string[] = [];
    const iterable = (name: string, length: number): Iterable<number> => ({
      [Symbol.iterator]: () => {
        let value = 0;
        return {
          next: () => ({ done: value >= length, value: value++ }),
          return: () => ({ done: true, value: returns.push(name) }),
        };
      },
    });
    logOf(fromIterable(runner, iterable('whole', 2), (value) => value));
    const { subscription } = logOf(fromIterable(runner, iterable('left', 9), (value) => value));
    subscription.unsubscribe();
    subscription.unsubscribe();
    await whenIdle(runner);
    expect(returns).to.deep.equal(['left']);
  });

  it('closes a generator that is left from inside of itself, once it has yielded', async () => {
    const log: string[] = [];
    const holder: { leave?: () => void } = {};
    function* leaving(): Generator<number> {
      try {
        yield 1;
        holder.leave!();
        log.push('left');
        yield 2;
        log.push('asked again');
      } finally {
        log.push('closed');
      }
    }
    const { events, subscription } = logOf(fromIterable(runner, leaving(), (value) => value));
    holder.leave = () => subscription.unsubscribe();
    await whenIdle(runner);
    expect(events).to.deep.equal([1]);
    expect(log).to.deep.equal(['left', 'closed']);
  });

  it('fails with what the iterator throws, or rejects with', async () => {
    const broken: Iterable<number> = {
      [Symbol.iterator]: () => ({
        next: () => {
          throw new Error('broken');
        },
      }),
    };
    expect(logOf(fromIterable(runner, broken, (value) => value)).events).to.deep.equal(['error broken']);
    const rejecting: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('rejected')) }),
    };
    const { events } = logOf(fromIterable(runner, rejecting, (value) => value));
    await macrotask();
    expect(events).to.deep.equal(['error rejected']);
  });

  it('fails when the iterator gives something else than an object with a value, and asks it no more', async () => {
    for (const [result, shown] of [
      [undefined, 'undefined'],
      [null, 'null'],
      [5, '5'],
    ] as const) {
      for (const isAsync of [true, false]) {
        let calls = 0;
        const next = (): unknown => (calls++, isAsync ? Promise.resolve(result) : result);
        const source = { [isAsync ? Symbol.asyncIterator : Symbol.iterator]: () => ({ next }) };
        const error = await new Promise((resolve) => {
          fromIterable(runner, source as never, (value) => value).subscribe({ error: resolve });
        });
        expect(error).to.be.an.instanceof(TypeError);
        expect((error as Error).message).to.equal(
          `next() of the iterator that fromIterable was given must return an object; got ${shown}.`,
        );
        await macrotask();
        expect(calls).to.equal(1);
      }
    }
  });

  it('drops a value that arrives after it was unsubscribed from, and closes the iterator', async () => {
    const arrives = gate<IteratorResult<number>>();
    let returned = 0;
    const slow: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: () => arrives.promise,
        return: () => Promise.resolve({ done: true as const, value: returned++ }),
      }),
    };
    const { events, subscription } = logOf(fromIterable(runner, slow, (value) => value));
    subscription.unsubscribe();
    arrives.open({ done: false, value: 1 });
    await macrotask();
    expect(events).to.deep.equal([]);
    expect(returned).to.equal(1);
    expect(stats(runner).queued).to.equal(0);
  });

  it('works with a byKey runner', async () => {
    const byKey = keyed(pool);
    const key = (word: string): string => word[0]!;
    const { events } = logOf(fromIterable(byKey, ['a1', 'b1'], (word) => word, { key, maxPending: 2 }));
    await whenIdle(pool);
    expect(events).to.deep.equal(['a1', 'b1', 'complete']);
  });

  it('iterates anew for each subscription', async () => {
    const stream = fromIterable(runner, new Numbers(2), (value) => value);
    const logs = [logOf(stream), logOf(stream)];
    await whenIdle(runner);
    for (const { events } of logs) expect(events).to.deep.equal([1, 2, 'complete']);
  });
});
