import { interval, map, merge, type SchedulerAction, type SchedulerLike, Subscription, timer } from 'rxjs';
import { RunOrder } from '../support/run-order.js';
import { sameDiagram } from '../support/same-diagram.js';

const ticks = (name: string, period: number, scheduler: SchedulerLike) =>
  interval(period, scheduler).pipe(map(() => name));
const once = (name: string, due: number, scheduler: SchedulerLike) => timer(due, scheduler).pipe(map(() => name));

describe('What falls due in one frame comes in the same order with a runner as with asyncScheduler', () => {
  it('timers in the order in which they were armed', () => {
    sameDiagram((scheduler, { expectObservable }) => {
      const all = merge(once('a', 3, scheduler), once('b', 3, scheduler), once('c', 3, scheduler));
      const expected = '---(abc|)';
      expectObservable(all).toBe(expected);
    });
  });

  it('a long timer before a short one that was armed later', () => {
    sameDiagram((scheduler, { cold, expectObservable }) => {
      const order = new RunOrder();
      const later = cold('--x     ');
      const expected = '  ----(ls)';
      scheduler.schedule(order.mark('l'), 4);
      later.subscribe(() => scheduler.schedule(order.mark('s'), 2));
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('an interval keeps its place: it ticks before a timer that was armed after it', () => {
    sameDiagram((scheduler, { expectObservable }) => {
      const unsubscribed = '^-----! ';
      const expected = '    --i-(it)';
      expectObservable(merge(ticks('i', 2, scheduler), once('t', 4, scheduler)), unsubscribed).toBe(expected);
    });
  });

  it('an interval keeps its place: it ticks after a timer that was armed before it', () => {
    sameDiagram((scheduler, { expectObservable }) => {
      const unsubscribed = '^-----! ';
      const expected = '    --i-(ti)';
      expectObservable(merge(once('t', 4, scheduler), ticks('i', 2, scheduler)), unsubscribed).toBe(expected);
    });
  });

  it('intervals of different periods meet in the order in which they were armed', () => {
    sameDiagram((scheduler, { expectObservable }) => {
      const unsubscribed = ' ^------!  ';
      const expectedShort = '--sls-(sl)';
      const expectedLong = ' --sls-(ls)';
      const short = ticks('s', 2, scheduler);
      const long = ticks('l', 3, scheduler);
      expectObservable(merge(short, long), unsubscribed).toBe(expectedShort);
      expectObservable(merge(long, short), unsubscribed).toBe(expectedLong);
    });
  });

  it('an action that arms itself again keeps its place with the same delay, and loses it with another', () => {
    sameDiagram((scheduler, { expectObservable }) => {
      const repeated = (first: number, second: number) => {
        const order = new RunOrder();
        scheduler.schedule(function (this: SchedulerAction<unknown>) {
          order.note('r');
          if (scheduler.now() === first) this.schedule(undefined, second);
        }, first);
        scheduler.schedule(order.mark('t'), 6);
        return order.ran;
      };
      const expectedSame = '   ---r--(rt)';
      const expectedAnother = '--r---(tr)';
      expectObservable(repeated(3, 3)).toBe(expectedSame);
      expectObservable(repeated(2, 4)).toBe(expectedAnother);
    });
  });

  it('an action that arms itself twice in one run counts by the last, and has lost its place', () => {
    sameDiagram((scheduler, { expectObservable }) => {
      const order = new RunOrder();
      let runs = 0;
      scheduler.schedule(function (this: SchedulerAction<unknown>) {
        order.note('r');
        if (++runs > 1) return;
        this.schedule(undefined, 5);
        this.schedule(undefined, 3);
      }, 3);
      scheduler.schedule(order.mark('t'), 6);
      const expected = '---r--(tr)';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('what an earlier action of the frame unsubscribes does not run', () => {
    sameDiagram((scheduler, { expectObservable }) => {
      const order = new RunOrder();
      const all = new Subscription();
      scheduler.schedule(() => {
        order.note('a');
        all.unsubscribe();
      }, 2);
      all.add(scheduler.schedule(order.mark('b'), 2));
      all.add(scheduler.schedule(order.mark('c'), 5));
      scheduler.schedule(order.mark('d'), 2);
      const expected = '--(ad)';
      expectObservable(order.ran).toBe(expected);
    });
  });

  it('what an action posts with no delay comes in its frame, behind what is due in it', () => {
    sameDiagram((scheduler, { expectObservable }) => {
      const order = new RunOrder();
      scheduler.schedule(() => {
        order.note('a');
        scheduler.schedule(order.mark('c'));
      }, 2);
      scheduler.schedule(order.mark('b'), 2);
      const expected = '--(abc)';
      expectObservable(order.ran).toBe(expected);
    });
  });
});
