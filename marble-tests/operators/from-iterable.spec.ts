import { map, Subject, switchMap, timer } from 'rxjs';
import { fromIterable } from 'rxjs-task-runner/operators';
import { marbles } from 'rxjs-task-runner/testing';

const after = (frames: number) => (value: string) => timer(frames).pipe(map(() => value));

/** The letters, each told to `pulled` when it is asked for, and `.` when they are closed. */
function* telling(letters: string, pulled: Subject<string>): Generator<string> {
  try {
    for (const letter of letters) {
      pulled.next(letter);
      yield letter;
    }
  } finally {
    pulled.next('.');
  }
}

describe('fromIterable pulls values as fast as a runner takes them, and no faster', () => {
  it('one by one: the next is asked for in the frame in which the task of the one before ends', () => {
    marbles(({ runner, expectObservable, expectTasks }) => {
      const page = runner({ name: 'page' });
      const pulled = new Subject<string>();
      const begin = timer(1).pipe(switchMap(() => fromIterable(page, telling('abc', pulled), after(5), { name: 't' })));
      const tasks = '      -t====t====t====    ';
      const asks = '       -a----b----c----.   ';
      const expected = '   ------a----b----(c|)';
      expectObservable(pulled).toBe(asks);
      expectObservable(begin).toBe(expected);
      expectTasks(page).toBe({ page: tasks });
    });
  });

  it('with maxPending several at once, for a parallel runner', () => {
    marbles(({ pool, expectObservable }) => {
      const parallel = pool.createParallelTaskRunner({ maxConcurrency: 2 });
      const pulled = new Subject<string>();
      const options = { maxPending: 2 };
      const begin = timer(1).pipe(switchMap(() => fromIterable(parallel, telling('abc', pulled), after(5), options)));
      const asks = '       -(ab)-(c.)   ';
      const expected = '   ------(ab)-(c|)';
      expectObservable(pulled).toBe(asks);
      expectObservable(begin).toBe(expected);
    });
  });

  it('unsubscribing cancels the task and closes the iterator', () => {
    marbles(({ runner, expectObservable, expectTasks }) => {
      const page = runner({ name: 'page' });
      const pulled = new Subject<string>();
      const begin = timer(1).pipe(switchMap(() => fromIterable(page, telling('abc', pulled), after(5), { name: 't' })));
      const unsubscribe = ' --------!  ';
      const tasks = '       -t====t=!  ';
      const asks = '        -a----b-.  ';
      const expected = '    ------a----';
      expectObservable(pulled).toBe(asks);
      expectObservable(begin, unsubscribe).toBe(expected);
      expectTasks(page).toBe({ page: tasks });
    });
  });
});
