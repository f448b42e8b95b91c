import { map, mergeAll, mergeMap, windowTime } from 'rxjs';
import { sameDiagram } from '../support/same-diagram.js';

describe('windowTime gives the same diagram with a runner as with asyncScheduler', () => {
  it('by a span: windows lie end to end', () => {
    sameDiagram((scheduler, { hot, cold, expectObservable, expectSubscriptions }) => {
      const source = hot('-a-b-c---d-|');
      const subscribed = '^----------!';
      const expected = '  p---q---r--|';
      const p = cold('    -a-b|       ');
      const q = cold('        -c--|   ');
      const r = cold('            -d-|');
      expectObservable(source.pipe(windowTime(4, scheduler))).toBe(expected, { p, q, r });
      expectSubscriptions(source.subscriptions).toBe(subscribed);
    });
  });

  it('by a span and a longer creation interval: there are gaps', () => {
    sameDiagram((scheduler, { hot, cold, expectObservable }) => {
      // c comes in a gap and is dropped. b and e come in the last frame of theirs, before the work of that frame.
      const source = hot('-a-b-c-d-e--|');
      const expected = '  p-----q-----|';
      const p = cold('    -a-(b|)      ');
      const q = cold('          -d-(e|)');
      expectObservable(source.pipe(windowTime(3, 6, scheduler))).toBe(expected, { p, q });
    });
  });

  it('by a span and a shorter creation interval: windows overlap', () => {
    sameDiagram((scheduler, { hot, cold, expectObservable }) => {
      const source = hot('-a--b--c-|');
      const expected = '  p--q--r--|';
      const p = cold('    -a--b|    ');
      const q = cold('       -b--c| ');
      const r = cold('          -c-|');
      expectObservable(source.pipe(windowTime(5, 3, scheduler))).toBe(expected, { p, q, r });
    });
  });

  it('by a span and a size: whichever comes first, and then a new span begins', () => {
    sameDiagram((scheduler, { hot, cold, expectObservable }) => {
      const source = hot('-ab---c------|');
      const expected = '  p-q-----r----|';
      const p = cold('    -a(b|)        ');
      const q = cold('      ----c-|     ');
      const r = cold('            -----|');
      expectObservable(source.pipe(windowTime(6, null, 2, scheduler))).toBe(expected, { p, q, r });
    });
  });

  it('an error ends the window and the source', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const source = cold('-a-b-c-#');
      const expected = '   p---q--#';
      const p = cold('     -a-b|   ');
      const q = cold('         -c-#');
      expectObservable(source.pipe(windowTime(4, scheduler))).toBe(expected, { p, q });
    });
  });

  it('windows put together again are the source', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const source = cold('-a-b-c---d-|');
      const expected = '   -a-b-c---d-|';
      const numbered = '   -0-0-1---2-|';
      const windows = source.pipe(windowTime(4, scheduler));
      const numbers = windows.pipe(mergeMap((window, n) => window.pipe(map(() => String(n)))));
      expectObservable(windows.pipe(mergeAll())).toBe(expected);
      expectObservable(numbers).toBe(numbered);
    });
  });

  it('unsubscribing ends the ticking', () => {
    sameDiagram((scheduler, { cold, expectObservable, expectSubscriptions }) => {
      const source = cold(' -a-b-c---d-|');
      const unsubscribed = '^-------!   ';
      const expected = '    -a-b-c---   ';
      expectObservable(source.pipe(windowTime(4, scheduler), mergeAll()), unsubscribed).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(unsubscribed);
    });
  });
});
