import { auditTime, debounceTime, sampleTime, throttleTime } from 'rxjs';
import { sameDiagram } from '../support/same-diagram.js';

describe('Operators that limit the rate give the same diagram with a runner as with asyncScheduler', () => {
  it('debounceTime lets a value pass once the source has been silent', () => {
    sameDiagram((scheduler, { cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-b-c------d---e|       ');
      const subscribed = ' ^----------------!       ';
      const expected = '   --------c------d-(e|)    ';
      expectObservable(source.pipe(debounceTime(3, scheduler))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subscribed);
    });
  });

  it('debounceTime measures its silence by the clock that wakes it up, so a busy source is watched by one action', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      // The first value arms the action. When it wakes up too early for the last value it arms itself for the rest.
      const source = cold('abcdefg--------h--|    ');
      const expected = '   ----------g-------(h|) ';
      expectObservable(source.pipe(debounceTime(4, scheduler))).toBe(expected);
    });
  });

  it('debounceTime drops what it holds when the source fails', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const source = cold('-a------b-# ');
      const expected = '   ----a-----# ';
      expectObservable(source.pipe(debounceTime(3, scheduler))).toBe(expected);
    });
  });

  it('throttleTime lets the first value pass and then none for a while', () => {
    sameDiagram((scheduler, { hot, expectObservable }) => {
      // c comes in the last frame of its while, before the work of that frame: it is still too early.
      const source = hot('-ab-c-de-f------g-|');
      const expected = '  -a----d---------g-|';
      expectObservable(source.pipe(throttleTime(3, scheduler))).toBe(expected);
    });
  });

  it('throttleTime with trailing lets the last value of each while pass at its end', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const source = cold('-a-b-c-------d--------|');
      const expected = '   -----c-----------d----|';
      const config = { leading: false, trailing: true };
      expectObservable(source.pipe(throttleTime(4, scheduler, config))).toBe(expected);
    });
  });

  it('throttleTime with leading and trailing lets both pass', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const source = cold('-a-b-c-------d-e------|');
      const expected = '   -a---c-------d---e----|';
      const config = { leading: true, trailing: true };
      expectObservable(source.pipe(throttleTime(4, scheduler, config))).toBe(expected);
    });
  });

  it('auditTime waits after a value, then lets the latest pass', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const source = cold('-a-b-c---d-----e-|    ');
      const expected = '   ----b---c---d-----(e|)';
      expectObservable(source.pipe(auditTime(3, scheduler))).toBe(expected);
    });
  });

  it('sampleTime looks at the source at regular intervals', () => {
    sameDiagram((scheduler, { hot, expectObservable }) => {
      // A value of the frame of the sample counts: messages come before the work of schedulers.
      const source = hot('-a-b-c------de--f-|');
      const expected = '  ----b---c---d---f-|';
      expectObservable(source.pipe(sampleTime(4, scheduler))).toBe(expected);
    });
  });

  it('unsubscribing ends all of them at once', () => {
    const operators = [debounceTime, throttleTime, auditTime, sampleTime];
    for (const operator of operators) {
      sameDiagram((scheduler, { hot, expectObservable, expectSubscriptions }) => {
        const source = hot('  -a-b-c-d-e-f-g-h-|');
        const unsubscribed = '^---!             ';
        const expected = operator === throttleTime ? '-a---' : '-----';
        expectObservable(source.pipe(operator(4, scheduler)), unsubscribed).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(unsubscribed);
      });
    }
  });
});
