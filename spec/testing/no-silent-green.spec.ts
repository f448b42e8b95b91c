import { expect } from 'chai';
import { NEVER, Observable, timer } from 'rxjs';
import { type MarbleHelpers, marbles } from '../../src/testing/index.js';
import { failureOf, messageOf, text } from './failure-of.js';

describe('A marble test is not green for want of being looked at', () => {
  describe('It fails when an expectation was never evaluated:', () => {
    it('expectObservable, expectSubscriptions or expectTasks without a toBe', () => {
      const message = messageOf(() =>
        marbles(({ cold, expectObservable, expectSubscriptions, expectTasks, pool }) => {
          expectObservable(cold('a')).toBe('a');
          expectObservable(cold('a'));
          expectSubscriptions(cold('a').subscriptions);
          expectTasks(pool);
        }),
      );
      expect(message).to.equal(text`
        expectObservable(…) at HERE was never evaluated: nobody called its toBe.

        expectSubscriptions(…) at HERE was never evaluated: nobody called its toBe.

        expectTasks(…) at HERE was never evaluated: nobody called its toBe.
      `);
    });

    it('a toBe, or any expectation, after the end', () => {
      let toBe!: (marbles: string) => void;
      let helpers!: MarbleHelpers;
      marbles((given) => {
        helpers = given;
        const expectation = given.expectObservable(given.cold('a'));
        expectation.toBe('a');
        ({ toBe } = expectation);
      });
      const late = 'after the end of marbles(), where nobody looks at it any more: call it inside.';
      expect(failureOf(() => toBe('b')).message).to.equal(`toBe was called ${late}`);
      expect(failureOf(() => helpers.expectObservable(NEVER)).message).to.equal(`expectObservable was called ${late}`);
      expect(failureOf(() => helpers.expectTasks()).message).to.equal(`expectTasks was called ${late}`);
    });

    it('the second toBe of one expectation counts as much as the first', () => {
      failureOf(() =>
        marbles(({ cold, expectObservable }) => {
          const expectation = expectObservable(cold('a'));
          expectation.toBe('b');
          expectation.toBe('a');
        }),
      );
    });

    it('one that is looked at in a flush fails there', () => {
      const message = messageOf(() =>
        marbles(({ cold, expectObservable, flush }) => {
          expectObservable(cold('a')).toBe('b');
          flush();
          throw new Error('the flush has not thrown');
        }),
      );
      expect(message).to.match(/^expectObservable at HERE: b was expected at frame 0, and a came/);
    });
  });

  describe('It fails when tasks are left at the end:', () => {
    it('a task that awaits a promise, which cannot settle, and what waits behind it', () => {
      const message = messageOf(() =>
        marbles(({ runner }) => {
          const io = runner({ name: 'io' });
          io.postDelayedTask(() => Promise.resolve(1), 3, { name: 'load' });
          io.postDelayedTask(() => 2, 4, { name: 'parse' });
        }),
      );
      expect(message).to.equal(text`
        2 tasks are left at the end of marbles():
          'load' of 'io' awaits a promise since frame 3, posted from HERE.
          'parse' of 'io' waits behind 'load' of 'io', posted from HERE.
        No promise can settle in the synchronous virtual time of marbles(): return an observable, or use a TaskEnvironment.

        Tasks:
              0
          io  ---l>
              l: load of 'io' · >: has not ended
      `);
    });

    it('a task whose observable does not complete, and what waits for its worker', () => {
      const message = messageOf(() =>
        marbles({ workers: 1 }, ({ pool, runner }) => {
          runner({ name: 'io' }).postTask(() => NEVER, { name: 'listen' });
          pool.postTask(() => 2);
        }),
      );
      expect(message).to.contain(text`
        2 tasks are left at the end of marbles():
          'listen' of 'io' runs since frame 0: its observable does not complete, posted from HERE.
          A task of 'pool' waits for a worker, posted from HERE.
        Let them end, or unsubscribe; the option allowPending allows it.
      `);
    });

    it('a timer that never ends, and is not unsubscribed', () => {
      const message = messageOf(() =>
        marbles(({ expectObservable, runner }) => {
          expectObservable(timer(Infinity, runner({ name: 'ui' }))).toBe('-');
        }),
      );
      expect(message).to.equal(text`
        1 task is left at the end of marbles():
          An action of 'ui' has a delay that never ends, posted from HERE.
        Let them end, or unsubscribe; the option allowPending allows it.
      `);
    });

    it('a timer whose virtual time was cut off, by an error that the test has caught', () => {
      const message = messageOf(() =>
        marbles(({ cold, flush, runner }) => {
          runner({ name: 'ui' }).schedule(() => undefined, 5);
          cold('#').subscribe();
          expect(flush).to.throw();
        }),
      );
      expect(message).to.contain("  An action of 'ui' is delayed by 5 ms, posted from HERE.");
    });

    it('of many it lists ten', () => {
      const message = messageOf(() =>
        marbles({ workers: Infinity }, ({ pool }) => {
          for (let i = 0; i < 12; i++) pool.postTask(() => NEVER);
        }),
      );
      expect(message.match(/its observable does not complete/g)).to.have.lengthOf(10);
      expect(message).to.contain('12 tasks are left').and.contain('  … and 2 more\n');
    });

    it('not when the option allowPending allows it', () => {
      marbles({ allowPending: true }, ({ runner }) => {
        runner().postTask(() => NEVER);
        runner().postTask(() => Promise.resolve());
        timer(Infinity, runner()).subscribe();
      });
    });

    it('not when they were cancelled or unsubscribed', () => {
      marbles(({ expectObservable, runner }) => {
        const handle = runner().postTask(() => NEVER);
        timer(3).subscribe(() => handle.cancel());
        expectObservable(timer(0, 2, runner()), '^---!').toBe('0-1'.replace('0-1', 'a-b'), { a: 0, b: 1 });
      });
    });

    it('along with what was expected and did not come for that reason', () => {
      const message = messageOf(() =>
        marbles(({ expectObservable, runner }) => {
          const io = runner({ name: 'io' });
          const answer = new Observable((subscriber) => {
            io.postTask(async () => undefined);
            io.postTask(() => subscriber.complete());
          });
          expectObservable(answer).toBe('|');
        }),
      );
      expect(message)
        .to.contain('completion was expected at frame 0, and never came')
        .and.contain("A task of 'io' awaits a promise since frame 0");
    });
  });

  it('It fails when the test is an async function, and says what to use instead', async () => {
    const message = messageOf(() =>
      marbles(async ({ runner }) => {
        await runner().postTask(() => 1);
        throw new Error('not heard of, since the test has failed already');
      }),
    );
    expect(message).to.equal(text`
      marbles() was given an async function, or one that returns a promise.
      Its virtual time is synchronous, and over before any promise settles. A TaskEnvironment has asynchronous verbs,
      which let promises settle: use that.
    `);
  });
});
