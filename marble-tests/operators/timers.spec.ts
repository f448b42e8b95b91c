import { interval, map, take, timer } from 'rxjs';
import { sameDiagram } from '../support/same-diagram.js';

const VALUES = { a: 0, b: 1, c: 2, d: 3 };

describe('Timers give the same diagram with a runner as with asyncScheduler', () => {
  it('timer fires once, and completes', () => {
    sameDiagram((scheduler, { expectObservable }) => {
      const expected = '---(a|)';
      expectObservable(timer(3, scheduler)).toBe(expected, VALUES);
    });
  });

  it('timer of 0 fires in its frame', () => {
    sameDiagram((scheduler, { expectObservable }) => {
      const expected = '(a|)';
      expectObservable(timer(0, scheduler)).toBe(expected, VALUES);
    });
  });

  it('timer with a period goes on after its first delay', () => {
    sameDiagram((scheduler, { expectObservable }) => {
      const expected = '-----a-b-(c|)';
      expectObservable(timer(5, 2, scheduler).pipe(take(3))).toBe(expected, VALUES);
    });
  });

  it('timer of a Date fires at that time of day, which in virtual time is a frame', () => {
    sameDiagram((scheduler, { expectObservable }) => {
      const fromTheStart = '^        ';
      const later = '       --^      ';
      const expected = '    ----(a|)';
      expectObservable(timer(new Date(4), scheduler), fromTheStart).toBe(expected, VALUES);
      expectObservable(timer(new Date(4), scheduler), later).toBe(expected, VALUES);
    });
  });

  it('timer of a Date that has passed fires at once', () => {
    sameDiagram((scheduler, { expectObservable }) => {
      const subscribed = '-----^';
      const expected = '  -----(a|)';
      expectObservable(timer(new Date(4), scheduler), subscribed).toBe(expected, VALUES);
    });
  });

  it('timer of a Date with a period goes on from there', () => {
    sameDiagram((scheduler, { expectObservable }) => {
      const expected = '----a--b--(c|)';
      expectObservable(timer(new Date(4), 3, scheduler).pipe(take(3))).toBe(expected, VALUES);
    });
  });

  it('interval ticks until it is unsubscribed', () => {
    sameDiagram((scheduler, { expectObservable }) => {
      const unsubscribed = '^----------!';
      const expected = '    ---a--b--c-';
      expectObservable(interval(3, scheduler), unsubscribed).toBe(expected, VALUES);
    });
  });

  it('a tick in the frame of the unsubscription does not come any more', () => {
    sameDiagram((scheduler, { expectObservable }) => {
      const unsubscribed = '^-----!';
      const expected = '    ---a---';
      expectObservable(interval(3, scheduler), unsubscribed).toBe(expected, VALUES);
    });
  });

  it('interval of 0 ticks within one frame', () => {
    sameDiagram((scheduler, { expectObservable }) => {
      const expected = '(abcd|)';
      expectObservable(interval(0, scheduler).pipe(take(4))).toBe(expected, VALUES);
    });
  });

  it('each subscription starts anew', () => {
    sameDiagram((scheduler, { expectObservable }) => {
      const early = '        ^--------!   ';
      const late = '         ----^--------!';
      const expectedEarly = '---a--b---   ';
      const expectedLate = ' -------a--b---';
      const ticks = interval(3, scheduler);
      expectObservable(ticks, early).toBe(expectedEarly, VALUES);
      expectObservable(ticks, late).toBe(expectedLate, VALUES);
    });
  });

  it('a year is as exact as a frame', () => {
    sameDiagram((scheduler, { expectObservable }) => {
      const year = 365 * 24 * 60 * 60 * 1000;
      // More than 2^31-1 milliseconds, which is what setTimeout and setInterval can do.
      const expected = '31536000s (a|)';
      expectObservable(timer(year, scheduler)).toBe(expected, VALUES);
    });
  });

  it('the clock of a scheduler shows frames', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const source = cold('-a--b-(c|)');
      const expected = '   -a--b-(c|)';
      expectObservable(source.pipe(map(() => scheduler.now()))).toBe(expected, { a: 1, b: 4, c: 6 });
    });
  });
});
