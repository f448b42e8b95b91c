/* eslint-disable @typescript-eslint/no-deprecated -- timeoutWith takes a scheduler too, and goes on to work */
import { catchError, of, timeout, TimeoutError, timeoutWith } from 'rxjs';
import { sameDiagram } from '../support/same-diagram.js';

/** The error as one value, so that a diagram can show it. */
const asValue = catchError((error: unknown) => of(error instanceof TimeoutError ? 'T' : 'other'));

describe('Operators that limit the waiting give the same diagram with a runner as with asyncScheduler', () => {
  it('timeout each allows so many frames between two values', () => {
    sameDiagram((scheduler, { cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a--b------c--|');
      const subscribed = ' ^-------!      ';
      const expected = '   -a--b---(T|)   ';
      expectObservable(source.pipe(timeout({ each: 4, scheduler }), asValue)).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subscribed);
    });
  });

  it('timeout by a number is the same as each', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const source = cold('-a--b------c--|');
      const expected = '   -a--b---(T|)   ';
      expectObservable(source.pipe(timeout(4, scheduler), asValue)).toBe(expected);
    });
  });

  it('timeout first is about the first value only', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const punctual = cold('   ---a---------b|');
      const late = cold('       -----a--------|');
      const expectedPunctual = '---a---------b|';
      const expectedLate = '    ----(T|)       ';
      expectObservable(punctual.pipe(timeout({ first: 4, scheduler }), asValue)).toBe(expectedPunctual);
      expectObservable(late.pipe(timeout({ first: 4, scheduler }), asValue)).toBe(expectedLate);
    });
  });

  it('timeout first as a Date is a time of day by the clock of the scheduler', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const punctual = cold('   ---a---------b|');
      const late = cold('       -----a--------|');
      const expectedPunctual = '---a---------b|';
      const expectedLate = '    ----(T|)       ';
      const first = new Date(4);
      expectObservable(punctual.pipe(timeout({ first, scheduler }), asValue)).toBe(expectedPunctual);
      expectObservable(late.pipe(timeout({ first, scheduler }), asValue)).toBe(expectedLate);
      expectObservable(late.pipe(timeout(first, scheduler), asValue)).toBe(expectedLate);
    });
  });

  it('a value in the frame of the deadline is in time: messages come before the work of schedulers', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const source = cold('---a--b--|');
      const expected = '   ---a--b--|';
      expectObservable(source.pipe(timeout({ each: 3, scheduler }))).toBe(expected);
    });
  });

  it('timeout first and each may differ', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const source = cold('------a-b---c-|');
      const expected = '   ------a-b--(T|)';
      expectObservable(source.pipe(timeout({ first: 8, each: 3, scheduler }), asValue)).toBe(expected);
    });
  });

  it('timeout with goes on with another observable', () => {
    sameDiagram((scheduler, { cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  -a------b---|');
      const other = cold('       x-y-|   ');
      const subscribed = '   ^---!        ';
      const otherwise = '    ----^---!    ';
      const expected = '     -a--x-y-|    ';
      expectObservable(source.pipe(timeout({ each: 3, with: () => other, scheduler }))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subscribed);
      expectSubscriptions(other.subscriptions).toBe(otherwise);
    });
  });

  it('timeoutWith does the same in one argument less', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const source = cold('-a------b---|');
      const other = cold('     x-y-|   ');
      const expected = '   -a--x-y-|    ';
      const expectedAt = ' -a---x-y-|   ';
      expectObservable(source.pipe(timeoutWith(3, other, scheduler))).toBe(expected);
      // A Date is a deadline for the first value.
      expectObservable(cold('-----------|').pipe(timeoutWith(new Date(5), other, scheduler))).toBe('-----x-y-|');
      expectObservable(source.pipe(timeoutWith(4, other, scheduler))).toBe(expectedAt);
    });
  });

  it('a source that ends needs no deadline any more', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const completed = cold('-a-|');
      const failed = cold('   -a-#');
      expectObservable(completed.pipe(timeout({ each: 4, scheduler }))).toBe('-a-|');
      expectObservable(failed.pipe(timeout({ each: 4, scheduler }))).toBe('   -a-#');
    });
  });

  it('unsubscribing takes the deadline back', () => {
    sameDiagram((scheduler, { cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  -a----------');
      const unsubscribed = ' ^----!      ';
      const expected = '     -a----      ';
      expectObservable(source.pipe(timeout({ each: 4, scheduler })), unsubscribed).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(unsubscribed);
    });
  });
});
