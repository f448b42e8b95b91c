import { bufferCount, bufferTime, debounceTime, delay, map, observeOn, subscribeOn, timeout, timer } from 'rxjs';
import { RunOrder } from '../support/run-order.js';
import { RUNNERS, sameDiagram, SCHEDULERS } from '../support/same-diagram.js';

/** What has an infinite delay is pending at the end, as it should be. */
const foreverPending = (schedulers: typeof SCHEDULERS) => [schedulers, { allowPending: true }] as const;

/**
 * asyncScheduler fires `Infinity`, `NaN` and negative delays after a millisecond in real time; in virtual time it never
 * fires the first two, and goes back in time for the last. A runner does the same everywhere, so here it differs.
 */
describe('Odd delays mean the same in virtual time as in real time', () => {
  it('Infinity never fires, with asyncScheduler in virtual time as well', () => {
    sameDiagram(
      (scheduler, { hot, expectObservable }) => {
        const source = hot('   -a-b-c---|   ');
        const debounced = '    ---------(c|)';
        const buffered = '     ---------(p|)';
        const inTime = '       -a-b-c---|   ';
        const never = '        ----------   ';
        expectObservable(timer(Infinity, scheduler)).toBe(never);
        expectObservable(source.pipe(delay(Infinity, scheduler))).toBe(never);
        expectObservable(source.pipe(observeOn(scheduler, Infinity))).toBe(never);
        expectObservable(source.pipe(debounceTime(Infinity, scheduler))).toBe(debounced);
        expectObservable(source.pipe(bufferTime(Infinity, scheduler))).toBe(buffered, { p: ['a', 'b', 'c'] });
        expectObservable(source.pipe(timeout({ each: Infinity, scheduler }))).toBe(inTime);
      },
      ...foreverPending(SCHEDULERS),
    );
  });

  it('what is never due can be unsubscribed', () => {
    sameDiagram((scheduler, { hot, expectObservable, expectSubscriptions }) => {
      const source = hot('  -a-b-c-|');
      const unsubscribed = '^---!   ';
      const expected = '    -----   ';
      expectObservable(source.pipe(debounceTime(Infinity, scheduler)), unsubscribed).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(unsubscribed);
    });
  });

  it('a negative delay is 0', () => {
    sameDiagram((scheduler, { hot, expectObservable }) => {
      const source = hot('-a-b-(c|)');
      const expected = '  -a-b-(c|)';
      expectObservable(source.pipe(observeOn(scheduler, -5))).toBe(expected);
      expectObservable(source.pipe(delay(-5, scheduler))).toBe(expected);
      expectObservable(source.pipe(subscribeOn(scheduler, -5))).toBe(expected);
      expectObservable(source.pipe(debounceTime(-5, scheduler))).toBe(expected);
    }, RUNNERS);
  });

  it('NaN is 0', () => {
    sameDiagram((scheduler, { hot, expectObservable }) => {
      const source = hot('-a-b-(c|)');
      const expected = '  -a-b-(c|)';
      expectObservable(source.pipe(observeOn(scheduler, NaN))).toBe(expected);
      expectObservable(source.pipe(delay(NaN, scheduler))).toBe(expected);
      expectObservable(source.pipe(subscribeOn(scheduler, NaN))).toBe(expected);
    }, RUNNERS);
  });

  it('no odd delay moves the time: what comes next comes in its frame', () => {
    sameDiagram(
      (scheduler, { hot, expectObservable }) => {
        const order = new RunOrder();
        const source = hot(' ---x        ');
        const expected = '   ---(ncd)---e';
        source.subscribe(() => {
          scheduler.schedule(order.mark('e'), 8);
          scheduler.schedule(order.mark('n'), -3);
          scheduler.schedule(order.mark('c'), NaN);
          scheduler.schedule(order.mark('i'), Infinity);
          scheduler.schedule(order.mark('d'), -Infinity);
        });
        expectObservable(order.ran).toBe(expected);
      },
      ...foreverPending(RUNNERS),
    );
  });

  it('undefined is 0, and so is what is left out', () => {
    sameDiagram((scheduler, { hot, expectObservable }) => {
      const order = new RunOrder();
      const source = hot('--x   ');
      const expected = '  --(ab)';
      source.subscribe(() => {
        scheduler.schedule(order.mark('a'), undefined);
        scheduler.schedule(order.mark('b'));
      });
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('null is 0, as JavaScript callers write it', () => {
    sameDiagram((scheduler, { hot, expectObservable }) => {
      const order = new RunOrder();
      const source = hot('--x   ');
      const expected = '  --(ab)';
      source.subscribe(() => {
        scheduler.schedule(order.mark('a'), null as unknown as number);
        scheduler.schedule(order.mark('b'));
      });
      expectObservable(order.ran).toBe(expected);
    }, RUNNERS);
  });

  it('a fraction of a millisecond is not lost: deadlines are compared, not rounded', () => {
    sameDiagram((scheduler, { expectObservable }) => {
      const order = new RunOrder();
      scheduler.schedule(order.mark('b'), 2.6);
      scheduler.schedule(order.mark('a'), 2.4);
      // A diagram has whole columns, so this one says the frame in the value.
      const stamped = order.ran.pipe(
        map((name) => `${name} in ${scheduler.now()}`),
        bufferCount(2),
        observeOn(scheduler, 1.4),
      );
      const expected = '----p';
      expectObservable(stamped).toBe(expected, { p: ['a in 2.4', 'b in 2.6'] });
    });
  });
});
