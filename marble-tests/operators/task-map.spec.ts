import { map, merge, timer } from 'rxjs';
import { keyed, steps } from 'rxjs-task-runner';
import { taskMap } from 'rxjs-task-runner/operators';
import { marbles } from 'rxjs-task-runner/testing';

/** A task that takes so many frames, and gives the value in the last. */
const after = (frames: number) => (value: string) => timer(frames).pipe(map(() => value));

describe('taskMap makes a task of each value', () => {
  it('on a sequenced runner results come in order, one after the other', () => {
    marbles(({ hot, runner, expectObservable, expectSubscriptions, expectTasks }) => {
      const page = runner({ name: 'page' });
      const source = hot(' -a-b-c-|      ');
      const subscribed = ' ^------!      ';
      const tasks = '      -t==t==t==    ';
      const expected = '   ----a--b--(c|)';
      expectObservable(source.pipe(taskMap(page, after(3), { name: 't' }))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subscribed);
      expectTasks(page).toBe({ page: tasks });
    });
  });

  it('streams that share a runner exclude each other', () => {
    marbles(({ hot, runner, expectObservable, expectTasks }) => {
      const account = runner({ name: 'account' });
      const deposits = hot('   -a----b-|     ');
      const withdrawals = hot('--x-y---|     ');
      const tasks = '          -d==w==w==d== ';
      const expected = '       ----a--x--y--(b|)';
      const both = merge(
        deposits.pipe(taskMap(account, after(3), { name: 'd' })),
        withdrawals.pipe(taskMap(account, after(3), { name: 'w' })),
      );
      expectObservable(both).toBe(expected);
      expectTasks(account).toBe({ account: tasks });
    });
  });

  it('on a parallel runner results come as the tasks finish', () => {
    marbles(({ hot, pool, expectObservable }) => {
      const parallel = pool.createParallelTaskRunner({ maxConcurrency: 2 });
      const frames: Record<string, number> = { a: 6, b: 2, c: 3 };
      const source = hot(' -a-bc|      ');
      // c waits until b has ended.
      const expected = '   -----b-a(c|)';
      expectObservable(source.pipe(taskMap(parallel, (value) => after(frames[value]!)(value)))).toBe(expected);
    });
  });

  it('on a byKey runner results come in order for each key', () => {
    marbles(({ hot, pool, expectObservable }) => {
      const byKey = keyed(pool);
      const values = { a: 'a1', b: 'a2', x: 'b1', y: 'b2' };
      const source = hot(' -(abxy)---------|', values);
      const expected = '   ------(ax)-(by)-|';
      const key = (value: string): string => value[0]!;
      expectObservable(source.pipe(taskMap(byKey, after(5), { key }))).toBe(expected, values);
    });
  });

  it('with a priority for each value urgent ones overtake others in a pool', () => {
    marbles({ workers: 1 }, ({ hot, pool, expectObservable, expectTasks }) => {
      const source = hot(' -abX---|       ');
      const expected = '   ----a--X--(b|)';
      const isUrgent = (value: string): boolean => value === 'X';
      const options = {
        priority: (value: string) => (isUrgent(value) ? 'user-blocking' : 'user-visible'),
        name: (value: string) => value,
      } as const;
      expectObservable(source.pipe(taskMap(pool, after(3), options))).toBe(expected);
      expectTasks().toBe({
        'user-blocking': ' ----X==   ',
        'user-visible': '  -a==---b==',
      });
    });
  });

  it('on a sequenced runner an urgent value lifts those before it, and the order stays', () => {
    marbles({ workers: 1 }, ({ hot, pool, runner, expectObservable, expectTasks }) => {
      const page = runner({ name: 'page' });
      const source = hot(' --bX---|    ');
      const expected = '   -------b--(X|)';
      pool.postTask(() => timer(3), { name: 'a', delay: 1 });
      pool.postTask(() => timer(3), { name: 'c', delay: 1 });
      const priority = (value: string) => (value === 'X' ? 'user-blocking' : 'user-visible');
      expectObservable(source.pipe(taskMap(page, after(3), { priority, name: (value) => value }))).toBe(expected);
      expectTasks().toBe({
        'user-blocking': ' ----b==X==   ',
        'user-visible': '  -a==------c==',
      });
    });
  });

  it('with several values of an observable emits all of them', () => {
    marbles(({ hot, cold, runner, expectObservable }) => {
      const source = hot('a---b|         ');
      const inner = cold(' -x-y-|        ');
      const expected = '  -x-y--x-y-|    ';
      expectObservable(source.pipe(taskMap(runner(), () => inner))).toBe(expected);
    });
  });

  it('an error of a task is that of the stream, and the others are cancelled', () => {
    marbles(({ hot, pool, cold, expectObservable, expectSubscriptions }) => {
      const page = pool.createParallelTaskRunner({ maxConcurrency: 2 });
      const source = hot(' -a-bc---|   ');
      const subscribed = ' ^----!      ';
      const expected = '   -----#      ';
      const inner = {
        a: cold('          ----------| '),
        b: cold('            --#       '),
        c: cold('             -|       '),
      };
      const running = '    -^---!      ';
      expectObservable(source.pipe(taskMap(page, (value) => inner[value as 'a']))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subscribed);
      expectSubscriptions(inner.a.subscriptions).toBe(running);
      expectSubscriptions(inner.c.subscriptions).toBe([]);
    });
  });

  it('unsubscribing cancels what runs and what waits', () => {
    marbles(({ hot, cold, runner, expectObservable, expectSubscriptions, expectTasks }) => {
      const page = runner({ name: 'page' });
      const source = hot('  -a-b-------|');
      const inner = cold('   ---x---|   ');
      const unsubscribe = ' ------!     ';
      const expected = '    ----x-------';
      const running = '     -^----!     ';
      const tasks = '       -t====!     ';
      expectObservable(source.pipe(taskMap(page, () => inner, { name: 't' })), unsubscribe).toBe(expected);
      expectSubscriptions(inner.subscriptions).toBe(running);
      expectTasks(page).toBe({ page: tasks });
    });
  });

  it("with a capacity of 1 and 'drop-oldest' the next task is that of the latest value", () => {
    marbles(({ hot, runner, expectObservable }) => {
      const source = hot(' -abcd------|');
      const expected = '   -----a---d-|';
      const latest = taskMap(runner(), after(4), { capacity: 1, whenFull: 'drop-oldest' });
      expectObservable(source.pipe(latest)).toBe(expected);
    });
  });

  it('steps runs a generator step by step, and gives what it returns', () => {
    marbles(({ cold, runner, expectObservable }) => {
      const source = cold('(ab|)');
      const expected = '   (AB|)';
      const upper = (value: string) =>
        steps(function* () {
          yield;
          return value.toUpperCase();
        });
      const task = taskMap(runner(), (value: string, context) => upper(value)(context));
      expectObservable(source.pipe(task)).toBe(expected);
    });
  });
});
