/* eslint-disable @typescript-eslint/no-deprecated -- publishReplay takes a scheduler too, and goes on to work */
import {
  animationFrames,
  map,
  publishReplay,
  refCount,
  ReplaySubject,
  share,
  shareReplay,
  take,
  timeInterval,
  timestamp,
} from 'rxjs';
import { sameDiagram } from '../support/same-diagram.js';

describe('Operators that only read the clock give the same diagram with a runner as with asyncScheduler', () => {
  it('timestamp says in which frame a value came', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const source = cold('-a--b----c|');
      const expected = '   -p--q----r|';
      expectObservable(source.pipe(timestamp(scheduler))).toBe(expected, {
        p: { value: 'a', timestamp: 1 },
        q: { value: 'b', timestamp: 4 },
        r: { value: 'c', timestamp: 9 },
      });
    });
  });

  it('timeInterval says how many frames lie between two values', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const source = cold('-a--b----c|');
      const expected = '   -p--q----r|';
      expectObservable(
        source.pipe(
          timeInterval(scheduler),
          map(({ value, interval }) => [value, interval]),
        ),
      ).toBe(expected, { p: ['a', 1], q: ['b', 3], r: ['c', 5] });
    });
  });

  it('ReplaySubject replays what is not older than its window', () => {
    sameDiagram((scheduler, { hot, expectObservable }) => {
      const source = hot('    -a--b--c-------d-');
      const early = '         ^                ';
      const late = '          --------^        ';
      const later = '         -------------^   ';
      const expectedEarly = ' -a--b--c-------d-';
      const expectedLate = '  --------(bc)---d-';
      const expectedLater = ' ---------------d-';
      const replayed = source.pipe(
        share({ connector: () => new ReplaySubject(Infinity, 6, scheduler), resetOnRefCountZero: false }),
      );
      expectObservable(replayed, early).toBe(expectedEarly);
      expectObservable(replayed, late).toBe(expectedLate);
      expectObservable(replayed, later).toBe(expectedLater);
    });
  });

  it('shareReplay does the same, and goes on to do so after its source has ended', () => {
    sameDiagram((scheduler, { cold, expectObservable, expectSubscriptions }) => {
      const source = cold('   -a--b--c-|       ');
      const subscribed = '    ^--------!       ';
      const early = '         ^                ';
      const late = '          ------------^    ';
      const later = '         ---------------^ ';
      const expectedEarly = ' -a--b--c-|       ';
      const expectedLate = '  ------------(c|) ';
      const expectedLater = ' ---------------| ';
      const replayed = source.pipe(shareReplay(Infinity, 6, scheduler));
      expectObservable(replayed, early).toBe(expectedEarly);
      expectObservable(replayed, late).toBe(expectedLate);
      expectObservable(replayed, later).toBe(expectedLater);
      expectSubscriptions(source.subscriptions).toBe(subscribed);
    });
  });

  it('shareReplay with its options does the same', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const source = cold('   -a--b--c-|       ');
      const early = '         ^                ';
      const late = '          ------------^    ';
      const expectedEarly = ' -a--b--c-|       ';
      const expectedLate = '  ------------(c|) ';
      const replayed = source.pipe(shareReplay({ bufferSize: 2, windowTime: 6, refCount: false, scheduler }));
      expectObservable(replayed, early).toBe(expectedEarly);
      expectObservable(replayed, late).toBe(expectedLate);
    });
  });

  it('publishReplay does the same', () => {
    sameDiagram((scheduler, { hot, expectObservable }) => {
      const source = hot('    -a--b--c-------d-');
      const early = '         ^                ';
      const late = '          --------^        ';
      const expectedEarly = ' -a--b--c-------d-';
      const expectedLate = '  --------(bc)---d-';
      const replayed = source.pipe(publishReplay(Infinity, 6, scheduler), refCount());
      expectObservable(replayed, early).toBe(expectedEarly);
      expectObservable(replayed, late).toBe(expectedLate);
    });
  });

  it('animationFrames measures the time that has passed', () => {
    sameDiagram((scheduler, { animate, expectObservable }) => {
      animate('            --x---x-x');
      const subscribed = ' -^       ';
      const expected = '   --a---b-(c|)';
      const elapsed = animationFrames(scheduler).pipe(
        map((frame) => frame.elapsed),
        take(3),
      );
      expectObservable(elapsed, subscribed).toBe(expected, { a: 1, b: 5, c: 7 });
    });
  });

  it('a clock works without its scheduler, as RxJS wants it', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const { now } = scheduler;
      const source = cold('-a--b----c|');
      const expected = '   -p--q----r|';
      expectObservable(source.pipe(map(() => now()))).toBe(expected, { p: 1, q: 4, r: 9 });
    });
  });
});
