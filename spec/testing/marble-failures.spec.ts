import { expect } from 'chai';
import { delay, Observable, observeOn, take, timer } from 'rxjs';
import type { TaskRunner } from '../../src/index.js';
import { MarbleAssertionError, marbles } from '../../src/testing/index.js';
import { failureOf, messageOf, text, withoutOrigin } from './failure-of.js';

/** What a task of `runner` emits. */
function answerOf(runner: TaskRunner): Observable<string> {
  return new Observable((subscriber) => {
    runner.postTask(
      () => {
        subscriber.next('x');
        subscriber.complete();
      },
      { name: 'answer' },
    );
  });
}

/** The line from which it is called. */
function line(): number {
  return Number(/failures\.spec\.ts:(\d+):\d+/.exec(new Error().stack!.split('\n').slice(2).join('\n'))![1]);
}

describe('The message of a marble test that fails', () => {
  it('shows what was expected and what came, what a late value waited for, and which task ran when', () => {
    const message = messageOf(() =>
      marbles(({ cold, expectObservable, runner }) => {
        const ui = runner({ name: 'ui' });
        ui.postTask(() => timer(7), { name: 'index' });
        expectObservable(cold('--a--b---|').pipe(observeOn(ui))).toBe('--a--b---|');
      }),
    );
    expect(message).to.equal(text`
      expectObservable at HERE: a was expected at frame 2, and came at 7, 5 frames late.

      frame     0    5
      expected  --a--b-----|
      actual    -------(ab)|
                  ^ frame 2

      It came from an action of 'ui', due at frame 2, which began at 7:
      its sequence was held by 'index' of 'ui' from frame 0 to 7.

      Tasks:
            0         10
        ui  i======(uu)
            ---------u-
            i: index of 'ui' · u: actions of 'ui'
    `);
  });

  it('says that a late value waited for a worker', () => {
    const message = messageOf(() =>
      marbles({ workers: 1 }, ({ expectObservable, pool, runner }) => {
        const ui = runner({ name: 'ui' });
        pool.postTask(() => timer(4), { name: 'slow' });
        expectObservable(answerOf(ui)).toBe('(x|)');
      }),
    );
    expect(message).to.equal(text`
      expectObservable at HERE: x was expected at frame 0, and came at 4, 4 frames late.

      frame     0
      expected  (x|)
      actual    ----(x|)
                ^ frame 0

      It came from 'answer' of 'ui', due at frame 0, which began at 4:
      the one worker of 'pool' was held by 'slow' of 'pool' from frame 0 to 4.

      Tasks:
              0
        pool  s===-
        ui    ----a
              s: slow of 'pool' · a: answer of 'ui'
    `);
  });

  it('says which of several workers became free for it', () => {
    const message = messageOf(() =>
      marbles({ workers: 2 }, ({ expectObservable, pool, runner }) => {
        pool.postTask(() => timer(6), { name: 'slow' });
        pool.postTask(() => timer(4), { name: 'quick' });
        expectObservable(answerOf(runner())).toBe('(x|)');
      }),
    );
    expect(message).to.contain(text`
      It came from 'answer', due at frame 0, which began at 4:
      the 2 workers of 'pool' were held by 'quick' of 'pool' from frame 0 to 4 among others.
    `);
  });

  it('says nothing of a wait when a late value was due late', () => {
    const message = messageOf(() =>
      marbles(({ cold, expectObservable, runner }) => {
        const ui = runner({ name: 'ui' });
        ui.postTask(() => timer(5));
        expectObservable(cold('-a').pipe(delay(4, ui))).toBe('-a');
      }),
    );
    expect(message)
      .to.contain('a was expected at frame 1, and came at 5, 4 frames late.')
      .and.not.contain('It came from');
  });

  it('lists the values where one character is not enough, each with the character the test gave it', () => {
    const message = messageOf(() =>
      marbles(({ cold, expectObservable }) => {
        const given = { a: { id: 1 }, b: { id: 2 }, c: 'word' };
        expectObservable(cold('--a--(bc)|', given)).toBe('--a--(bc)|', { a: { id: 1 }, b: { id: 3 }, c: 'word' });
      }),
    );
    expect(message).to.equal(
      text`
      expectObservable at HERE: b was expected at frame 5, and A came.

      frame     0    5
      expected  --a--(bc)|
      actual    --a--(Ac)|
                     ^ frame 5

      a = { id: 1 }
      b = { id: 3 }
      c = 'word'
      A = { id: 2 }
    `,
    );
  });

  it('writes long gaps as RxJS does, so that it fits in a hundred columns', () => {
    const message = messageOf(() =>
      marbles(({ expectObservable, runner }) => {
        const values = { a: 0, b: 1, c: 2 };
        const ticks = timer(250, 500, runner({ name: 'clock' })).pipe(take(3));
        expectObservable(ticks).toBe('250ms a 499ms b 498ms (c|)', values);
      }),
    );
    expect(message).to.equal(text`
      expectObservable at HERE: c was expected at frame 1249, and came at 1250, 1 frame late.

      frame     0      250     750     1249
      expected   250ms a 499ms b 498ms (c|)
      actual     250ms a 499ms b 498ms -(c|)
                                       ^ frame 1249

      a = 0
      b = 1
      c = 2

      Tasks:
               0       249       749       1249
        clock  - 248ms -c- 497ms -c- 497ms -c
               c: actions of 'clock'
    `);
  });

  it('says what came too early, came for nothing, or never came', () => {
    const headline = (actual: string, expected: string): string =>
      messageOf(() =>
        marbles(({ cold, expectObservable }) => {
          expectObservable(cold(actual)).toBe(expected);
        }),
      ).split('\n')[0]!;
    const said = (what: string): string => `expectObservable at HERE: ${what}.`;
    expect(headline('-a', '--a')).to.equal(said('a came at frame 1, 1 frame earlier than expected'));
    expect(headline('-a', '--b')).to.equal(said('a came at frame 1, where nothing was expected'));
    expect(headline('-a-b', '-a')).to.equal(said('b came at frame 3, where nothing was expected'));
    expect(headline('-a', '-a-b')).to.equal(said('b was expected at frame 3, and never came'));
    expect(headline('-a', '-a-|')).to.equal(said('completion was expected at frame 3, and never came'));
    expect(headline('-a-#', '-a-|')).to.equal(said('completion was expected at frame 3, and an error came'));
    expect(headline('(ab)', '(ba)')).to.equal(said('b was expected at frame 0, and a came'));
    expect(headline('', 'a')).to.equal(said('a was expected at frame 0, and never came'));
  });

  it('says which error came instead of which', () => {
    const message = messageOf(() =>
      marbles(({ cold, expectObservable }) => {
        expectObservable(cold('-#', undefined, new RangeError('far'))).toBe('-#', undefined, new Error('near'));
      }),
    );
    expect(message).to.equal(text`
      expectObservable at HERE: another error was expected at frame 1.

      frame     0
      expected  -#
      actual    -#
                 ^ frame 1

      # = Error: near expected
      # = RangeError: far came
    `);
  });

  it('says where two values differ that look the same', () => {
    class Id {
      readonly id = 1;
    }
    Object.defineProperty(Id, 'name', { value: 'Object' });
    const message = messageOf(() =>
      marbles(({ cold, expectObservable }) => {
        expectObservable(cold('a', { a: new Id() })).toBe('a', { a: { id: 1 } });
      }),
    );
    expect(message).to.contain('they are not of one class, or differ in what is not shown');
  });

  it('shows subscriptions in the same way, each below the expected one', () => {
    const message = messageOf(() =>
      marbles(({ cold, expectSubscriptions }) => {
        const source = cold('---|');
        source.subscribe();
        source.pipe(take(1), delay(1)).subscribe();
        timer(2).subscribe(() => source.subscribe());
        expectSubscriptions(source.subscriptions).toBe(['^--!', '^--!', '-^--!']);
      }),
    );
    expect(message).to.equal(text`
      expectSubscriptions at HERE: subscription 3: ^ was expected at frame 1, and came at 2.

      frame       0    5
      expected 1  ^--!
      actual 1    ^--!
      expected 2  ^--!
      actual 2    ^--!
      expected 3  -^--!
      actual 3    --^--!
                   ^ frame 1
    `);
  });

  it('says which subscription never came, was not expected, or did not end', () => {
    const headline = (actual: string, expected: string[]): string =>
      messageOf(() =>
        marbles(({ cold, expectSubscriptions }) => {
          const source = cold(actual);
          source.subscribe();
          expectSubscriptions(source.subscriptions).toBe(expected);
        }),
      ).split('\n')[0]!;
    const said = (what: string): string => `expectSubscriptions at HERE: ${what}.`;
    expect(headline('-|', ['^!', '^!'])).to.equal(said('subscription 2: was expected at frame 0, and never came'));
    expect(headline('-|', [])).to.equal(said('came at frame 0, where none was expected'));
    expect(headline('-', ['^-!'])).to.equal(said('! was expected at frame 2, and never came'));
    expect(headline('-|', ['^'])).to.equal(said('! came at frame 1, where it was expected to stay subscribed'));
  });

  it('shows every expectation that fails, and of many the first five', () => {
    const failing = (count: number): string =>
      messageOf(() =>
        marbles(({ cold, expectObservable }) => {
          for (let i = 0; i < count; i++) expectObservable(cold('a')).toBe('b');
        }),
      );
    expect(failing(3).match(/^expectObservable at HERE/gm)).to.have.lengthOf(3);
    expect(failing(7).match(/^expectObservable at HERE/gm)).to.have.lengthOf(5);
    expect(failing(7)).to.contain('… and 2 more.');
  });

  it('shows the order of tasks beside the expected one', () => {
    const message = messageOf(() =>
      marbles(({ expectTasks, pool, runner }) => {
        runner({ name: 'io' }).postDelayedTask(() => timer(3), 3, { name: 'load' });
        expectTasks(pool).toBe({ io: '--l==' });
      }),
    );
    expect(message).to.match(/^expectTasks at HERE: tasks ran otherwise than expected, first in frame 2 of 'io'/);
  });

  it('names the line of the expectation that failed, not of the flush, and has that line at the top of its stack', () => {
    let place = 0;
    const failure = failureOf(() =>
      marbles(({ cold, expectObservable }) => {
        const expectation = expectObservable(cold('a'));
        place = line() + 1;
        expectation.toBe('b');
      }),
    );
    expect(withoutOrigin(failure.message)).to.contain(
      `expectObservable at spec/testing/marble-failures.spec.ts:${place}: `,
    );
    const [, top] = failure.stack!.slice(failure.stack!.indexOf(failure.message)).split(/\n(?=\s+at )/);
    expect(top).to.contain(`marble-failures.spec.ts:${place}:`);
  });

  it('comes with the same as text, and tells test frameworks not to print that again', () => {
    const failure = failureOf(() =>
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('a--(b|)', { a: 1, b: [2] });
        expectObservable(source).toBe('a--#', { a: 1 });
        expectSubscriptions(source.subscriptions).toBe('^-!');
      }),
    );
    expect(failure).to.be.an.instanceof(MarbleAssertionError).and.an.instanceof(Error);
    expect(failure).to.include({
      name: 'MarbleAssertionError',
      expected: "0: 1\n3: error 'error'\n\n^-!",
      actual: '0: 1\n3: [2]\n3: completed\n\n^--!',
      showDiff: false,
    });
  });
});
