import { defer, EMPTY, expand, map, of, repeat, retry, take, timer } from 'rxjs';
import { sameDiagram } from '../support/same-diagram.js';

describe('Operators that do it again give the same diagram with a runner as with asyncScheduler', () => {
  it('retry with a timer waits before it subscribes again', () => {
    sameDiagram((scheduler, { cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-#            ');
      const first = '      ^--!            ';
      const second = '     -----^--!       ';
      const third = '      ----------^--!  ';
      const expected = '   -a----a----a-#  ';
      expectObservable(source.pipe(retry({ count: 2, delay: () => timer(2, scheduler) }))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe([first, second, third]);
    });
  });

  it('retry that waits longer each time', () => {
    sameDiagram((scheduler, { cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-#           ');
      const first = '      ^!           ';
      const second = '     --^!         ';
      const third = '      -----^!      ';
      const expected = '   ------#      ';
      const backOff = (_: unknown, attempt: number) => timer(attempt, scheduler);
      expectObservable(source.pipe(retry({ count: 2, delay: backOff }))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe([first, second, third]);
    });
  });

  it('retry whose source succeeds in the end', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      let attempts = 0;
      const failing = cold('   --#     ');
      const succeeding = cold('     -a|');
      const expected = '       ------a|';
      const source = defer(() => (++attempts < 2 ? failing : succeeding));
      expectObservable(source.pipe(retry({ delay: () => timer(3, scheduler) }))).toBe(expected);
    });
  });

  it('unsubscribing while retry waits ends the waiting', () => {
    sameDiagram((scheduler, { cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  -a-#   ');
      const unsubscribed = ' ^----! ';
      const subscribed = '   ^--!   ';
      const expected = '     -a---- ';
      const retried = source.pipe(retry({ delay: () => timer(4, scheduler) }));
      expectObservable(retried, unsubscribed).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subscribed);
    });
  });

  it('repeat with a timer waits before it subscribes again', () => {
    sameDiagram((scheduler, { cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-|            ');
      const first = '      ^--!            ';
      const second = '     -----^--!       ';
      const third = '      ----------^--!  ';
      const expected = '   -a----a----a-|  ';
      expectObservable(source.pipe(repeat({ count: 3, delay: () => timer(2, scheduler) }))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe([first, second, third]);
    });
  });

  it('expand on a scheduler subscribes to each expansion in a task of its own', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const values = { a: 1, b: 2, c: 4, d: 8 };
      const source = cold('-a      ', values);
      const expected = '   -(abcd)';
      const double = (n: number) => (n < 8 ? of(2 * n) : EMPTY);
      expectObservable(source.pipe(expand(double, Infinity, scheduler))).toBe(expected, values);
    });
  });

  it('expand with timers is a loop that can be stopped', () => {
    sameDiagram((scheduler, { expectObservable }) => {
      const unsubscribed = ' ^------!    ';
      const expected = '     --a--b--    ';
      const expectedTaken = '--a--b--(c|)';
      const values = { a: 0, b: 1, c: 2 };
      const tick = (n: number) => timer(3, scheduler).pipe(map(() => n + 1));
      const loop = timer(2, scheduler).pipe(expand(tick));
      expectObservable(loop, unsubscribed).toBe(expected, values);
      expectObservable(loop.pipe(take(3))).toBe(expectedTaken, values);
    });
  });

  it('an expansion that fails ends all', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const source = cold('-a---b|');
      const expected = '   -a--# ';
      const fail = () =>
        timer(3, scheduler).pipe(
          map(() => {
            throw new Error('boom');
          }),
        );
      const expanded = source.pipe(expand(fail, Infinity, scheduler));
      expectObservable(expanded).toBe(expected, undefined, new Error('boom'));
    });
  });
});
