/* eslint-disable @typescript-eslint/no-deprecated -- the deprecated overloads take a scheduler too, and go on to work */
import { combineLatest, concat, endWith, merge, of, startWith } from 'rxjs';
import { concat as concatOperator, merge as mergeOperator } from 'rxjs/operators';
import { sameDiagram } from '../support/same-diagram.js';

describe('Joining on a scheduler gives the same diagram with a runner as with asyncScheduler', () => {
  it('startWith gives its values in tasks of the first frame, and subscribes after them', () => {
    sameDiagram((scheduler, { cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-----a-b|');
      const subscribed = ' ^-------!';
      const expected = '   (xy)-a-b|';
      expectObservable(source.pipe(startWith('x', 'y', scheduler))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subscribed);
    });
  });

  it('endWith gives its values in tasks of the last frame', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const source = cold('-a-b|     ');
      const expected = '   -a-b(xy|) ';
      expectObservable(source.pipe(endWith('x', 'y', scheduler))).toBe(expected);
    });
  });

  it('concat subscribes to one after another', () => {
    sameDiagram((scheduler, { cold, expectObservable, expectSubscriptions }) => {
      const first = cold(' -a-b|       ');
      const second = cold('    -c-d|   ');
      const firstOpen = '  ^---!       ';
      const secondOpen = ' ----^---!   ';
      const expected = '   -a-b-c-d|   ';
      expectObservable(concat(first, second, scheduler)).toBe(expected);
      expectObservable(first.pipe(concatOperator(second, scheduler))).toBe(expected);
      expectSubscriptions(first.subscriptions).toBe([firstOpen, firstOpen]);
      expectSubscriptions(second.subscriptions).toBe([secondOpen, secondOpen]);
    });
  });

  it('merge subscribes to all, and to no more than its limit at a time', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const first = cold(' -a---b|      ');
      const second = cold('--c-d|       ');
      const all = '        -ac-db|      ';
      const oneByOne = '   -a---b--c-d| ';
      expectObservable(merge(first, second, scheduler)).toBe(all);
      expectObservable(first.pipe(mergeOperator(second, scheduler))).toBe(all);
      expectObservable(merge(first, second, 1, scheduler)).toBe(oneByOne);
    });
  });

  it('combineLatest subscribes to all in one frame', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const first = cold(' -a---b---|');
      const second = cold('--x-----y|');
      const expected = '   --c--d--e|';
      const values = { c: ['a', 'x'], d: ['b', 'x'], e: ['b', 'y'] };
      expectObservable(combineLatest([first, second], scheduler)).toBe(expected, values);
    });
  });

  it('values that are due in one frame keep their place, so the list that began first comes out first', () => {
    sameDiagram((scheduler, { expectObservable }) => {
      const letters = of('a', 'b', 'c', scheduler);
      const digits = of('1', '2', '3', scheduler);
      const expected = '(abc123|)';
      expectObservable(merge(letters, digits)).toBe(expected);
    });
  });

  it('an error of one ends all', () => {
    sameDiagram((scheduler, { cold, expectObservable, expectSubscriptions }) => {
      const first = cold(' -a---b-----|');
      const second = cold('--c-#       ');
      const expected = '   -ac-#       ';
      const firstOpen = '  ^---!       ';
      expectObservable(merge(first, second, scheduler)).toBe(expected);
      expectSubscriptions(first.subscriptions).toBe(firstOpen);
    });
  });
});
