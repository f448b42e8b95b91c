import { concatMap, map, merge, mergeMap, of, repeat, retry, switchMap, timer } from 'rxjs';
import { fromTask } from 'rxjs-task-runner';
import { marbles } from 'rxjs-task-runner/testing';
import { lasting } from '../support/tasks.js';

describe('fromTask in the operators that subscribe', () => {
  it('switchMap: a newer value cancels the task of the older one', () => {
    marbles(({ runner, hot, expectTasks, expectObservable }) => {
      const io = runner({ name: 'io' });
      const query = hot('   a--b----------|');
      const older = '       a==!           ';
      const newer = '       ---b====       ';
      const expected = '    --------b-----|';
      const search = (name: string) => fromTask(io, () => timer(5).pipe(map(() => name)), { name });
      expectObservable(query.pipe(switchMap(search))).toBe(expected);
      expectTasks().toBe({ io: [older, newer] });
    });
  });

  it('concatMap: one task at a time, posted when the one before it has ended', () => {
    marbles(({ pool, hot, expectTasks, expectObservable }) => {
      const query = hot('  ab-----c|    ');
      const tasks = '      a==b==-c==   ';
      const expected = '   ---a--b---(c|)';
      const search = (name: string) => fromTask(pool, () => timer(3).pipe(map(() => name)), { name });
      expectObservable(query.pipe(concatMap(search))).toBe(expected);
      // The pool could run them side by side; it does not get them before.
      expectTasks().toBe({ pool: tasks });
    });
  });

  it('mergeMap: all are posted, and the runner says how many run', () => {
    marbles(({ pool, expectTasks, expectObservable }) => {
      const io = pool.createParallelTaskRunner({ maxConcurrency: 2, name: 'io' });
      const search = (name: string) => fromTask(io, () => timer(4).pipe(map(() => name)), { name });
      expectObservable(of('a', 'b', 'c').pipe(mergeMap(search))).toBe('----(ab)(c|)');
      expectTasks().toBe({
        io: [
          'a===c===', //
          'b===----',
        ],
      });
    });
  });

  it('retry: each attempt is a task of its own, at the end of the queue', () => {
    marbles(({ runner, cold, expectTasks, expectObservable }) => {
      const io = runner({ name: 'io' });
      const failing = cold('    --#       ');
      const succeeding = cold('      -x|  ');
      const first = '           a=#       ';
      const other = '           --o==     ';
      const second = '          -----a=   ';
      const expected = '        ------x|  ';
      const attempts = [failing, succeeding];
      const loaded = fromTask(io, () => attempts.shift()!, { name: 'a' });
      timer(1).subscribe(() => void io.postTask(lasting(3), { name: 'o' }));
      expectObservable(loaded.pipe(retry(1))).toBe(expected);
      expectTasks().toBe({ io: [first, other, second] });
    });
  });

  it('retry of a task that is dropped from its queue in time: a rejection is an error as others', () => {
    marbles(({ runner, expectTasks, expectObservable }) => {
      const io = runner({ name: 'io' });
      io.postTask(lasting(4), { name: 'busy' });
      const loaded = fromTask(io, () => 'x', { name: 'a', queueTimeout: 3 });
      expectObservable(loaded.pipe(retry(1))).toBe('----(x|)');
      expectTasks().toBe({ io: 'b===a' });
    });
  });

  it('repeat: the delay is counted from each subscription', () => {
    marbles(({ runner, expectTasks, expectObservable }) => {
      const io = runner({ name: 'io' });
      const tick = fromTask(io, () => 'x', { name: 't', delay: 3 });
      expectObservable(tick.pipe(repeat(3))).toBe('---x--x--(x|)');
      expectTasks().toBe({ io: '---t--t--t' });
    });
  });

  it('whoever is unsubscribed from leaves the tasks of others alone', () => {
    marbles(({ runner, expectTasks, expectObservable }) => {
      const [io, other] = [runner({ name: 'io' }), runner({ name: 'other' })];
      const both = merge(fromTask(io, lasting(9), { name: 'a' }), fromTask(io, lasting(2), { name: 'b' }));
      timer(1).subscribe(() => void io.postTask(lasting(3), { name: 'c' }));
      other.postTask(lasting(6), { name: 'd' });
      expectObservable(both, '^---!').toBe('');
      expectTasks().toBe({
        io: [
          '   a===!  ', //
          '   ----c==',
        ],
        other: 'd=====-',
      });
    });
  });
});
