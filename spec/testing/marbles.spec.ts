import { expect } from 'chai';
import fc from 'fast-check';
import { asapScheduler, asyncScheduler, delay, map, NEVER, observeOn, of, timer } from 'rxjs';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';
import { stats, TaskCancelledError, type TaskHandle, ThreadPool } from '../../src/index.js';
import { expectTasks, marbles, virtualCost } from '../../src/testing/index.js';
import { failureOf, thrownBy, withoutOrigin } from './failure-of.js';

const elsewhere = new ThreadPool().createSequencedTaskRunner({ name: 'elsewhere' });

function passes(test: () => void): boolean {
  try {
    test();
    return true;
  } catch {
    return false;
  }
}

describe('marbles', () => {
  it('gives what the test returns', () => {
    expect(marbles(() => 42)).to.equal(42);
    expect(marbles({ workers: 1 }, ({ pool }) => stats(pool).workers)).to.equal(1);
  });

  it("gives the helpers of RxJS's testScheduler.run", () => {
    const seen: string[] = [];
    marbles(({ animate, cold, expectObservable, expectSubscriptions, flush, hot, time }) => {
      animate('--x');
      const source = cold('-a-|');
      expectObservable(source).toBe('-a-|');
      expectSubscriptions(source.subscriptions).toBe('^--!');
      const ongoing = hot('a-b-c-|');
      expectObservable(ongoing, '-^--!').toBe('--b--');
      expectSubscriptions(ongoing.subscriptions).toBe(['-^--!']);
      expectObservable(cold('--a|').pipe(delay(time('---|')))).toEqual(cold('-----(a|)'));
      hot('-x').subscribe((value) => seen.push(value));
      flush();
      expect(seen).to.deep.equal(['x']);
    });
  });

  it('compares inner observables by their messages', () => {
    marbles(({ cold, expectObservable }) => {
      const outer = cold('a-b|', { a: 0, b: 0 }).pipe(map(() => cold('-x-|')));
      expectObservable(outer).toBe('i-i|', { i: cold('-x-|') });
    });
    const failure = failureOf(() =>
      marbles(({ cold, expectObservable }) => {
        expectObservable(cold('a|').pipe(map(() => cold('-x-|')))).toBe('i|', { i: cold('--x|') });
      }),
    );
    expect(failure.message).to.contain("i = observable '--x|'\nA = observable '-x-|'");
  });

  it('makes every runner virtual, those made elsewhere too', () => {
    marbles(({ cold, expectObservable, pool, runner }) => {
      const source = cold('-a-|');
      expectObservable(source.pipe(delay(2, elsewhere))).toBe('---(a|)');
      expectObservable(source.pipe(delay(2, pool))).toBe('---(a|)');
      expectObservable(source.pipe(delay(2, runner()))).toBe('---(a|)');
    });
  });

  it('gives a pool of its own to each call, and fresh runners of it', () => {
    const pools = [marbles(({ pool }) => pool), marbles(({ pool }) => pool)];
    expect(pools[0]).not.to.equal(pools[1]);
    marbles(({ pool, runner }) => {
      expect(runner({ name: 'a' })).not.to.equal(runner({ name: 'a' }));
      expect(runner({ name: 'a', priority: 'best-effort' })).to.include({ name: 'a', priority: 'best-effort' });
      runner().postTask(() => undefined);
      expect(stats(pool).queued + stats(pool).delayed).to.equal(1);
    });
  });

  it('compares which task runs when', () => {
    marbles(({ expectTasks, pool, recorder, runner }) => {
      virtualCost({ load: { cost: 3 } });
      const io = runner({ name: 'io' });
      io.postDelayedTask(() => undefined, 2, { name: 'load' });
      io.postDelayedTask(() => undefined, 2, { name: 'parse' });
      expectTasks(pool).toBe({ io: '--l==p' });
      expectTasks(io).toBe({ 'user-visible': '--l==p' });
      expect(recorder.records).to.have.lengthOf(2);
    });
  });

  it("agrees with RxJS's test scheduler on which tests pass", () => {
    const diagram = fc
      .array(fc.constantFrom('a', 'b', '-', '--', '(ab)', ' 3ms '), { maxLength: 4 })
      .chain((parts) => fc.constantFrom('', '|', '#').map((end) => parts.join('') + end));
    const span = fc.constantFrom('^', '^-!', '^---!', '-^-!', '--^');
    fc.assert(
      fc.property(diagram, diagram, fc.boolean(), span, span, (source, other, isSame, subscribed, expected) => {
        const test = ({ cold, expectObservable, expectSubscriptions }: RunHelpers): void => {
          const stream = cold(source);
          expectObservable(stream, subscribed).toBe(isSame ? source : other);
          expectSubscriptions(stream.subscriptions).toBe(expected);
        };
        expect(passes(() => marbles(test))).to.equal(
          passes(() =>
            new TestScheduler((actual, wanted) => {
              expect(actual).to.deep.equal(wanted);
            }).run(test),
          ),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('looks at what is expected of the recorder itself, too', () => {
    const failure = failureOf(() =>
      marbles(({ recorder, runner }) => {
        runner({ name: 'io' }).postTask(() => undefined, { name: 'load' });
        expectTasks(recorder).toBe({ io: 'l' });
        expectTasks(recorder).toBe({ io: '-l' });
      }),
    );
    expect(withoutOrigin(failure.message)).to.match(
      /^expectTasks at spec\/testing\/marbles\.spec\.ts:\d+: Tasks ran otherwise/,
    );
  });

  it('takes a handle for a value like any other, which short arrow functions return', () => {
    expect(marbles(({ pool }) => pool.postTask(() => 1)).state).to.equal('done');
  });

  it('compares values deeply, or as the option equal says', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('a#', { a: new Map([['k', [NaN]]]) }, new Error('e'))).toBe(
        'a#',
        { a: new Map([['k', [NaN]]]) },
        new Error('e'),
      );
    });
    const byLength = (a: unknown, b: unknown): boolean => String(a).length === String(b).length;
    marbles({ equal: byLength }, ({ cold, expectObservable }) => {
      expectObservable(cold('a|', { a: 'one' })).toBe('a|', { a: 'two' });
    });
    failureOf(() =>
      marbles({ equal: byLength }, ({ cold, expectObservable }) => {
        expectObservable(cold('a|', { a: 'one' })).toBe('a|', { a: 'three' });
      }),
    );
  });

  it('throws what the test itself throws, as it is', () => {
    const error = new Error('mine');
    expect(
      thrownBy(() =>
        marbles(({ runner }) => {
          runner().postTask(() => undefined);
          throw error;
        }),
      ),
    ).to.equal(error);
  });

  it('throws inside of another marbles, or testScheduler.run, and leaves that as it was', () => {
    const nested = (): unknown => thrownBy(() => marbles(() => undefined));
    marbles(({ cold, expectObservable, runner }) => {
      expect(nested()).to.have.property('message').that.contains('inside of another marbles()');
      expectObservable(cold('a|').pipe(observeOn(runner()))).toBe('a|');
    });
    expect(new TestScheduler(() => undefined).run(nested)).to.be.an.instanceof(Error);
  });

  it('refuses options that have no meaning', () => {
    const refused = (options: object): unknown => thrownBy(() => marbles(options, () => undefined));
    expect(refused({ maxTasks: 0 })).to.be.an.instanceof(RangeError);
    expect(refused({ workers: 0 })).to.be.an.instanceof(RangeError);
    expect(refused({ equal: 1 })).to.be.an.instanceof(TypeError);
    expect(thrownBy(() => marbles({} as () => void))).to.be.an.instanceof(TypeError);
  });

  describe('after a test that failed', () => {
    const failing: [string, () => void][] = [
      [
        'by its own error',
        () =>
          marbles(({ runner }) => {
            runner().schedule(() => undefined);
            elsewhere.schedule(() => undefined);
            throw new Error('mine');
          }),
      ],
      [
        'by an expectation',
        () =>
          marbles(({ cold, expectObservable }) => {
            expectObservable(cold('a|').pipe(delay(1, elsewhere))).toBe('a|');
          }),
      ],
      [
        'with tasks left',
        () =>
          marbles(() => {
            elsewhere.postTask(() => NEVER);
          }),
      ],
      [
        'by running away',
        () =>
          marbles({ maxTasks: 5 }, () => {
            timer(0, 1, elsewhere).subscribe();
          }),
      ],
      [
        'by an error of a task',
        () =>
          marbles(() => {
            elsewhere.postTask(() => {
              throw new Error('boom');
            });
            elsewhere.schedule(() => undefined, 5);
          }),
      ],
    ];
    for (const [how, fail] of failing) {
      it(`${how}, the next one is clean, in the same synchronous stretch`, () => {
        thrownBy(fail);
        marbles(({ cold, expectObservable, expectTasks }) => {
          expectObservable(cold('a-b-|').pipe(delay(1, elsewhere))).toBe('-a-b|');
          elsewhere.postDelayedTask(() => undefined, 2, { name: 'next' });
          expectTasks(elsewhere).toBe({ elsewhere: '--n' });
        });
      });
    }
  });

  it('cancels what is left, and says so to whoever awaits it', async () => {
    let handle!: TaskHandle<unknown>;
    failureOf(() =>
      marbles(() => {
        handle = elsewhere.postTask(() => NEVER);
      }),
    );
    expect(handle.state).to.equal('cancelled');
    expect(await handle.then(undefined, (error: unknown) => error)).to.be.an.instanceof(TaskCancelledError);
  });

  it("leaves RxJS's own schedulers virtual, as in testScheduler.run", () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('a|').pipe(delay(1, asyncScheduler))).toBe('-(a|)');
      expectObservable(of(1).pipe(observeOn(asapScheduler))).toBe('(a|)', { a: 1 });
    });
  });
});
