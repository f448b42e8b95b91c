import { expect } from 'chai';
import { config, Observable, of, range, Subject, type Subscriber, take, tap, throwError, concat } from 'rxjs';
import { keyed, stats, ThreadPool, whenIdle } from '../../src/index.js';
import { handOver } from '../../src/operators/index.js';
import { macrotask } from '../support/support.js';
import { logOf } from './support.js';

describe('handOver', () => {
  const pool = new ThreadPool();
  const runner = pool.createSequencedTaskRunner({ name: 'ui' });
  const source = (): Subject<number> => new Subject();

  const schedulers = {
    'a runner': runner,
    'a view of one': runner.withPriority('best-effort'),
    'a pool': pool,
    'a parallel runner': pool.createParallelTaskRunner({ maxConcurrency: 3 }),
    'a runner of a key': keyed(pool).runner('a'),
  };
  for (const [kind, scheduler] of Object.entries(schedulers)) {
    it(`emits the values in order and the end after them, never synchronously, on ${kind}`, async () => {
      const { events } = logOf(range(1, 100).pipe(handOver(scheduler, { capacity: 100 })));
      expect(events).to.deep.equal([]);
      await whenIdle(pool);
      expect(events).to.deep.equal([...Array.from({ length: 100 }, (_, i) => i + 1), 'complete']);
    });
  }

  it('emits each value in a run of its own, so that other work of the runner goes between', async () => {
    const { events } = logOf(of(1, 2, 3).pipe(handOver(runner, { capacity: 9 })));
    for (const name of ['a', 'b']) runner.postTask(() => events.push(name));
    await whenIdle(runner);
    expect(events).to.deep.equal([1, 'a', 'b', 2, 3, 'complete']);
  });

  it('lets something more urgent go before the rest of a burst', async () => {
    const urgent = pool.createSequencedTaskRunner({ priority: 'user-blocking' });
    const { events } = logOf(
      of(1, 2, 3).pipe(
        handOver(runner, { capacity: 9 }),
        tap((value) => {
          if (value === 1) urgent.postTask(() => events.push('urgent'));
        }),
      ),
    );
    await whenIdle(runner);
    expect(events).to.deep.equal([1, 'urgent', 2, 3, 'complete']);
  });

  it('arms one action again and again', async () => {
    const { events } = logOf(range(1, 50).pipe(handOver(runner, { capacity: 50 })));
    expect(stats(runner).queued).to.equal(1);
    await whenIdle(runner);
    expect(events).to.have.lengthOf(51);
  });

  it("fails with reason 'full', after the values that were kept, and leaves the source at once, a synchronous one too", async () => {
    let produced = 0;
    const long = new Observable<number>((subscriber: Subscriber<number>) => {
      while (!subscriber.closed && produced < 100) subscriber.next(++produced);
    });
    const { events } = logOf(long.pipe(handOver(runner, { capacity: 3 })));
    expect(produced).to.equal(4);
    await whenIdle(runner);
    expect(events).to.deep.equal([1, 2, 3, 'TaskRejectedError full']);
  });

  it("drops the oldest with 'drop-oldest', and says which and how many", async () => {
    const dropped: unknown[] = [];
    const onDrop = (...drop: unknown[]): unknown => dropped.push(drop);
    const bounds = { capacity: 2, whenFull: 'drop-oldest', onDrop } as const;
    const { events } = logOf(of('a', 'b', 'c', 'd').pipe(handOver(runner, bounds)));
    expect(dropped).to.deep.equal([
      ['a', 1],
      ['b', 2],
    ]);
    await whenIdle(runner);
    expect(events).to.deep.equal(['c', 'd', 'complete']);
  });

  it("drops what comes with 'drop-newest', and says which and how many", async () => {
    const dropped: unknown[] = [];
    const onDrop = (...drop: unknown[]): unknown => dropped.push(drop);
    const bounds = { capacity: 2, whenFull: 'drop-newest', onDrop } as const;
    const { events } = logOf(of('a', 'b', 'c', 'd').pipe(handOver(runner, bounds)));
    await whenIdle(runner);
    expect(events).to.deep.equal(['a', 'b', 'complete']);
    expect(dropped).to.deep.equal([
      ['c', 1],
      ['d', 2],
    ]);
  });

  it('counts the drops of each subscription anew', async () => {
    const counts: number[] = [];
    const stream = of(1, 2, 3).pipe(
      handOver(runner, { capacity: 1, whenFull: 'drop-oldest', onDrop: (_, dropped) => counts.push(dropped) }),
    );
    const logs = [logOf(stream), logOf(stream)];
    await whenIdle(runner);
    expect(counts).to.deep.equal([1, 2, 1, 2]);
    expect(logs.map(({ events }) => events)).to.deep.equal([
      [3, 'complete'],
      [3, 'complete'],
    ]);
  });

  it('takes what onDrop throws for an error of the stream', () => {
    const onDrop = (): never => {
      throw new Error('too many');
    };
    const { events } = logOf(of(1, 2).pipe(handOver(runner, { capacity: 1, whenFull: 'drop-newest', onDrop })));
    expect(events).to.deep.equal(['error too many']);
  });

  it('never drops the error of the source, which comes after the values that were kept', async () => {
    const failing = concat(
      of(1, 2, 3),
      throwError(() => new Error('end')),
    );
    const { events } = logOf(failing.pipe(handOver(runner, { capacity: 1, whenFull: 'drop-oldest' })));
    await whenIdle(runner);
    expect(events).to.deep.equal([3, 'error end']);
  });

  it('emits nothing after it is unsubscribed from, and frees what waits at once', async () => {
    const values = source();
    const { events, subscription } = logOf(values.pipe(handOver(runner, { capacity: 9 })));
    values.next(1);
    values.next(2);
    subscription.unsubscribe();
    expect(stats(runner).queued).to.equal(0);
    expect(values.observed).to.be.false;
    await macrotask();
    expect(events).to.deep.equal([]);
  });

  it('stops in the middle of a burst when it is unsubscribed from within', async () => {
    const { events } = logOf(range(1, 9).pipe(handOver(runner, { capacity: 9 }), take(2)));
    await whenIdle(runner);
    expect(events).to.deep.equal([1, 2, 'complete']);
    expect(stats(runner).queued).to.equal(0);
  });

  it('takes values that its own subscriber causes', async () => {
    const values = source();
    const events: unknown[] = [];
    values.pipe(handOver(runner, { capacity: 1 })).subscribe({
      next: (value) => {
        events.push(value);
        if (value < 5) values.next(value + 1);
        else values.complete();
      },
      complete: () => events.push('complete'),
    });
    values.next(1);
    await whenIdle(runner);
    expect(events).to.deep.equal([1, 2, 3, 4, 5, 'complete']);
  });

  it('goes on when it has been idle', async () => {
    const values = source();
    const { events } = logOf(values.pipe(handOver(runner, { capacity: 1 })));
    for (const value of [1, 2, 3]) {
      values.next(value);
      await whenIdle(runner);
    }
    expect(events).to.deep.equal([1, 2, 3]);
  });

  it('ends the stream of an operator whose function throws, and nothing else', async () => {
    const { events } = logOf(
      of(1, 2, 3).pipe(
        handOver(runner, { capacity: 9 }),
        tap((value) => {
          if (value === 2) throw new Error('two');
        }),
      ),
    );
    const other = logOf(of(1, 2, 3).pipe(handOver(runner, { capacity: 9 })));
    await whenIdle(runner);
    expect(events).to.deep.equal([1, 'error two']);
    expect(other.events).to.deep.equal([1, 2, 3, 'complete']);
  });

  it('gives what a subscriber throws to RxJS, which reports it, and goes on', async () => {
    const seen: number[] = [];
    try {
      const reported = new Promise((resolve) => (config.onUnhandledError = resolve));
      of(1, 2)
        .pipe(handOver(runner, { capacity: 9 }))
        .subscribe((value) => {
          seen.push(value);
          if (value === 1) throw new Error('one');
        });
      expect(await reported).to.have.property('message', 'one');
    } finally {
      config.onUnhandledError = null;
    }
    await whenIdle(runner);
    expect(seen).to.deep.equal([1, 2]);
  });
});
