import {
  auditTime,
  bufferTime,
  catchError,
  concatMap,
  debounceTime,
  delay,
  exhaustMap,
  groupBy,
  interval,
  map,
  mergeMap,
  observeOn,
  of,
  retry,
  scan,
  scheduled,
  share,
  subscribeOn,
  switchMap,
  take,
  takeUntil,
  throttleTime,
  timeout,
  timer,
} from 'rxjs';
import { sameDiagram } from '../support/same-diagram.js';

describe('Whole programs give the same diagram with a runner as with asyncScheduler', () => {
  it('a search as you type: the answer to the last query only', () => {
    sameDiagram((scheduler, { hot, expectObservable, expectSubscriptions }) => {
      const search = (query: string) => timer(4, scheduler).pipe(map(() => query.toUpperCase()));
      const keystrokes = hot('-a-b----c--------d-|       ');
      const subscribed = '    ^------------------!       ';
      // b is asked for in frame 5 and answered four frames later. At the end of the source d is asked for at once.
      const expected = '      ---------B----C--------(D|)';
      const answers = keystrokes.pipe(debounceTime(2, scheduler), switchMap(search), observeOn(scheduler));
      expectObservable(answers).toBe(expected);
      expectSubscriptions(keystrokes.subscriptions).toBe(subscribed);
    });
  });

  it('switchMap takes the timers of the inner observable back', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      // a would tick three times; its second tick is due in the frame of b, which comes first.
      const source = cold('-a---b--------|');
      const expected = '   ---a---b-b-b--|';
      const repeat = (name: string) => interval(2, scheduler).pipe(map(() => name));
      const taken = source.pipe(switchMap((name) => repeat(name).pipe(take(3))));
      expectObservable(taken).toBe(expected);
    });
  });

  it('concatMap with delays plays one after another', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const source = cold('(abc)|    ');
      const expected = '   ---a--b--(c|)';
      expectObservable(source.pipe(concatMap((name) => of(name).pipe(delay(3, scheduler))))).toBe(expected);
    });
  });

  it('exhaustMap ignores what comes while the timer runs', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const source = cold('-a-b-c-d--|');
      const expected = '   ----a---c-|';
      const work = (name: string) => timer(3, scheduler).pipe(map(() => name));
      expectObservable(source.pipe(exhaustMap(work))).toBe(expected);
    });
  });

  it('mergeMap with a limit starts the next timer when one has ended', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const source = cold('(abcd)|');
      const work = (name: string) => timer(4, scheduler).pipe(map(() => name));
      const expected = '   ----(ab)(cd|)';
      expectObservable(source.pipe(mergeMap(work, 2))).toBe(expected);
    });
  });

  it('takeUntil by a timer', () => {
    sameDiagram((scheduler, { hot, expectObservable, expectSubscriptions }) => {
      const source = hot('-a-b-c-d-e-|');
      const subscribed = '^-----!     ';
      const expected = '  -a-b-c|     ';
      expectObservable(source.pipe(takeUntil(timer(6, scheduler)))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subscribed);
    });
  });

  it('a debounce for each group', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const values = { a: 'a1', b: 'a2', x: 'x1', y: 'x2' };
      const source = cold('-a-xb----y---|', values);
      const expected = '   ------xb----y|';
      const groups = source.pipe(
        groupBy(([name]) => name),
        mergeMap((group) => group.pipe(debounceTime(3, scheduler))),
      );
      expectObservable(groups).toBe(expected, values);
    });
  });

  it('polling that fails, waits, and goes on', () => {
    sameDiagram((scheduler, { expectObservable }) => {
      let polls = 0;
      const poll = () => {
        if (++polls === 2) throw new Error('unreachable');
        return polls;
      };
      const unsubscribed = '^-----------!';
      const expected = '    --a----b-c-d-';
      const polled = interval(2, scheduler).pipe(map(poll), retry({ delay: () => timer(1, scheduler) }));
      expectObservable(polled, unsubscribed).toBe(expected, { a: 1, b: 3, c: 4, d: 5 });
    });
  });

  it('one shared source at two rates', () => {
    sameDiagram((scheduler, { cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  -a-b-c-d-e-f-|');
      const subscribed = '   ^------------!';
      const throttled = '    -a-----d-----|';
      const audited = '      ----b---d---f|';
      const shared = source.pipe(share());
      expectObservable(shared.pipe(throttleTime(4, scheduler))).toBe(throttled);
      expectObservable(shared.pipe(auditTime(3, scheduler))).toBe(audited);
      expectSubscriptions(source.subscriptions).toBe(subscribed);
    });
  });

  it('a deadline that is kept by something else', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const source = cold('-a-----b-|');
      const expected = '   --a--(x|)';
      const chain = source.pipe(
        observeOn(scheduler, 1),
        timeout({ each: 3, scheduler }),
        catchError(() => scheduled(['x'], scheduler)),
      );
      expectObservable(chain).toBe(expected);
    });
  });

  it('everything at once: it is subscribed to later, delayed, counted, gathered and moved', () => {
    sameDiagram((scheduler, { cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  -a-b-c-|     ');
      const subscribed = ' --^------!    ';
      const expected = '   -----p---q(r|)';
      const chain = source.pipe(
        subscribeOn(scheduler, 2),
        delay(2, scheduler),
        scan((count) => count + 1, 0),
        bufferTime(4, scheduler),
        observeOn(scheduler, 1),
      );
      expectObservable(chain).toBe(expected, { p: [], q: [1, 2], r: [3] });
      expectSubscriptions(source.subscriptions).toBe(subscribed);
    });
  });
});
