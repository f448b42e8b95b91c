/* eslint-disable @typescript-eslint/no-deprecated -- the deprecated overloads take a scheduler too, and go on to work */
import {
  bindCallback,
  bindNodeCallback,
  concat,
  delay,
  empty,
  from,
  generate,
  of,
  pairs,
  range,
  scheduled,
  take,
  throwError,
} from 'rxjs';
import { sameDiagram } from '../support/same-diagram.js';

describe('Creation on a scheduler gives the same diagram with a runner as with asyncScheduler', () => {
  it('of and from give one value per task, all of them in the frame of the subscription', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const before = cold('---|     ');
      const expected = '   ---(abc|)';
      expectObservable(concat(before, of('a', 'b', 'c', scheduler))).toBe(expected);
      expectObservable(concat(before, from(['a', 'b', 'c'], scheduler))).toBe(expected);
    });
  });

  it('scheduled does the same for arrays, iterables and observables', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const before = cold('   ---|        ');
      const source = cold('      -a-(bc)-|');
      const expectedArray = ' ---(abc|)    ';
      const expectedSource = '----a-(bc)-|';
      expectObservable(concat(before, scheduled(['a', 'b', 'c'], scheduler))).toBe(expectedArray);
      expectObservable(concat(before, scheduled(new Set('abc'), scheduler))).toBe(expectedArray);
      expectObservable(concat(before, scheduled(source, scheduler))).toBe(expectedSource);
    });
  });

  it('an iterable on a scheduler is asked for one value per task, and no more after an unsubscription', () => {
    sameDiagram((scheduler, { expectObservable }) => {
      function* naturals(): Generator<number> {
        for (let n = 0; ; n++) yield n;
      }
      // Endless within one frame, were it not for take.
      const firstThree = scheduled(naturals(), scheduler).pipe(take(3));
      expectObservable(firstThree).toBe('(abc|)', { a: 0, b: 1, c: 2 });
    });
  });

  it('range counts, one number per task', () => {
    sameDiagram((scheduler, { expectObservable }) => {
      const expected = '(abc|)';
      expectObservable(range(4, 3, scheduler)).toBe(expected, { a: 4, b: 5, c: 6 });
    });
  });

  it('generate computes one value per task', () => {
    sameDiagram((scheduler, { expectObservable }) => {
      const doubling = { initialState: 1, condition: (x: number) => x < 10, iterate: (x: number) => x * 2, scheduler };
      const expected = '(abcd|)';
      expectObservable(generate(doubling)).toBe(expected, { a: 1, b: 2, c: 4, d: 8 });
    });
  });

  it('throwError and empty end in the frame of the subscription, but not before the subscriber has its subscription', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const before = cold('--|');
      const failed = '     --#';
      const completed = '  --|';
      expectObservable(
        concat(
          before,
          throwError(() => 'error', scheduler),
        ),
      ).toBe(failed);
      expectObservable(concat(before, empty(scheduler))).toBe(completed);
    });
  });

  it('bindCallback and bindNodeCallback make the call, and hand on its result, in tasks', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const upper = bindCallback((text: string, done: (result: string) => void) => done(text.toUpperCase()), scheduler);
      const upperOrFail = bindNodeCallback((text: string, done: (error: unknown, result: string) => void) => {
        if (text === '') done('error', '');
        else done(null, text.toUpperCase());
      }, scheduler);
      const before = cold('--|   ');
      const expected = '   --(A|)';
      const failed = '     --#   ';
      expectObservable(concat(before, upper('a'))).toBe(expected);
      expectObservable(concat(before, upperOrFail('a'))).toBe(expected);
      expectObservable(concat(before, upperOrFail(''))).toBe(failed);
    });
  });

  it('pairs gives one entry per task', () => {
    sameDiagram((scheduler, { expectObservable }) => {
      const expected = '(ab|)';
      expectObservable(pairs({ x: 1, y: 2 }, scheduler)).toBe(expected, { a: ['x', 1], b: ['y', 2] });
    });
  });

  it('what is created on a scheduler can be delayed by it', () => {
    sameDiagram((scheduler, { expectObservable }) => {
      const expected = '---(abc|)';
      expectObservable(of('a', 'b', 'c', scheduler).pipe(delay(3, scheduler))).toBe(expected);
    });
  });

  it('unsubscribing in the middle of a frame ends the tasks of that frame', () => {
    sameDiagram((scheduler, { expectObservable }) => {
      const values: number[] = [];
      const source = from([1, 2, 3, 4], scheduler);
      const subscription = source.subscribe((value) => {
        values.push(value);
        if (value === 2) subscription.unsubscribe();
      });
      // The array is read in frame 1, when all of the above is over.
      const expected = '-(a|)';
      expectObservable(of(values).pipe(delay(1, scheduler))).toBe(expected, { a: [1, 2] });
    });
  });
});
