import { delay, delayWhen, observeOn, subscribeOn, timer } from 'rxjs';
import { sameDiagram } from '../support/same-diagram.js';

describe('Operators that delay give the same diagram with a runner as with asyncScheduler', () => {
  it('delay moves values, keeps their order, and completes once the last has passed', () => {
    sameDiagram((scheduler, { cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-(bc)--d|      ');
      const subscribed = ' ^---------!      ';
      const expected = '   ----a-(bc)--(d|) ';
      expectObservable(source.pipe(delay(3, scheduler))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subscribed);
    });
  });

  it('delay does not move an error, which overtakes what waits', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const source = cold('-a---b-#');
      const expected = '   ----a--#';
      expectObservable(source.pipe(delay(3, scheduler))).toBe(expected);
    });
  });

  it('delay until a Date holds values until that frame, and none that comes later', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      // Virtual time begins in 1970, in frame 0.
      const source = cold('-a-b-----c-d|');
      const expected = '   -----(ab)c-d|';
      expectObservable(source.pipe(delay(new Date(5), scheduler))).toBe(expected);
    });
  });

  it('delayWhen with timers of different lengths lets values overtake one another', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const frames: Record<string, number> = { a: 7, b: 1, c: 2 };
      const source = cold('-a-b-c|   ');
      const expected = '   ----b--c(a|)';
      expectObservable(source.pipe(delayWhen((value) => timer(frames[value]!, scheduler)))).toBe(expected);
    });
  });

  it('delayWhen with timers that fall due together keeps the order in which they were armed', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const frames: Record<string, number> = { a: 6, b: 4, c: 2 };
      const source = cold('-a-b-c|     ');
      const expected = '   -------(abc|)';
      expectObservable(source.pipe(delayWhen((value) => timer(frames[value]!, scheduler)))).toBe(expected);
    });
  });

  it('observeOn with no delay stays in its frame', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const source = cold('-a-(bc)--d-(e|)');
      const expected = '   -a-(bc)--d-(e|)';
      expectObservable(source.pipe(observeOn(scheduler))).toBe(expected);
    });
  });

  it('observeOn with a delay moves everything, the error too', () => {
    sameDiagram((scheduler, { hot, expectObservable }) => {
      const source = hot('-a-(bc)--d-#  ');
      const expected = '  ---a-(bc)--d-#';
      expectObservable(source.pipe(observeOn(scheduler, 2))).toBe(expected);
    });
  });

  it('observeOn drops what waits when it is unsubscribed', () => {
    sameDiagram((scheduler, { hot, expectObservable, expectSubscriptions }) => {
      const source = hot('  -a-b-c-d|');
      const unsubscribed = '^----!   ';
      const expected = '    ---a--   ';
      // b is due in the frame of the marker: unsubscribing comes first.
      expectObservable(source.pipe(observeOn(scheduler, 2)), unsubscribed).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(unsubscribed);
    });
  });

  it('subscribeOn with no delay subscribes in the same frame', () => {
    sameDiagram((scheduler, { cold, expectObservable, expectSubscriptions }) => {
      const source = cold('a-b-|');
      const subscribed = ' ^---!';
      const expected = '   a-b-|';
      expectObservable(source.pipe(subscribeOn(scheduler))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subscribed);
    });
  });

  it('subscribeOn with a delay subscribes later: a cold source is moved, a hot one is missed', () => {
    sameDiagram((scheduler, { cold, hot, expectObservable, expectSubscriptions }) => {
      const coldSource = cold('  a-b-|');
      const hotSource = hot(' -a-b-c-|');
      const subscribed = '    ---^---!';
      const expectedCold = '  ---a-b-|';
      const expectedHot = '   -----c-|';
      expectObservable(coldSource.pipe(subscribeOn(scheduler, 3))).toBe(expectedCold);
      expectObservable(hotSource.pipe(subscribeOn(scheduler, 3))).toBe(expectedHot);
      expectSubscriptions(coldSource.subscriptions).toBe(subscribed);
      expectSubscriptions(hotSource.subscriptions).toBe(subscribed);
    });
  });

  it('subscribeOn never subscribes when it is unsubscribed before', () => {
    sameDiagram((scheduler, { cold, expectObservable, expectSubscriptions }) => {
      const source = cold('    a-b-|');
      const unsubscribed = '^-!     ';
      const expected = '    ---     ';
      expectObservable(source.pipe(subscribeOn(scheduler, 3)), unsubscribed).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe([]);
    });
  });

  it('each subscription has delays of its own', () => {
    sameDiagram((scheduler, { cold, expectObservable, expectSubscriptions }) => {
      const source = cold('      -a-b|      ');
      const early = '            ^-----     ';
      const late = '             ---^-----  ';
      const expectedEarly = '    ---a-(b|)  ';
      const expectedLate = '     ------a-(b|)';
      const delayed = source.pipe(delay(2, scheduler));
      expectObservable(delayed, early).toBe(expectedEarly);
      expectObservable(delayed, late).toBe(expectedLate);
      expectSubscriptions(source.subscriptions).toBe(['^---!', '---^---!']);
    });
  });
});
