import { of } from 'rxjs';
import { exponentialDelay, fromTask, retrying, timeLimit } from 'rxjs-task-runner';
import { taskMap } from 'rxjs-task-runner/operators';
import { marbles } from 'rxjs-task-runner/testing';
import { brief, lasting } from '../support/tasks.js';

/** Fails so many times, and then gives the number of its attempt. */
const failing = (times: number) => {
  let attempt = 0;
  return () => {
    if (++attempt <= times) throw new Error(`attempt ${attempt}`);
    return String(attempt);
  };
};

describe('retrying() runs a task again when it has failed', () => {
  it('an attempt begins a delay after the end of the one before; the sequence is held, the worker is not', () => {
    marbles({ workers: 1 }, ({ runner, cold, expectTasks, expectSubscriptions }) => {
      const [page, news] = [runner({ name: 'page' }), runner({ name: 'news' })];
      const source = cold('--#            ');
      const attempts = [
        '                  ^-!            ',
        '                  -----^-!       ',
        '                  ----------^-!  ',
      ];
      const row = '        a===========#  ';
      const behind = '     ------------b=';
      const other = '      --c==--c==     ';
      page
        .postTask(
          retrying(() => source, { count: 2, delay: 3 }),
          { name: 'a' },
        )
        .then(undefined, brief);
      page.postTask(lasting(2), { name: 'b' });
      for (const delay of [1, 6]) news.postTask(lasting(3), { name: 'c', delay });
      expectSubscriptions(source.subscriptions).toBe(attempts);
      expectTasks().toBe({ page: [row, behind], news: other });
    });
  });

  it('what a failed attempt has emitted has been emitted', () => {
    marbles(({ runner, cold, expectObservable }) => {
      let attempts = 0;
      const first = cold(' -a-b#        ');
      const second = cold('      -c-d|  ');
      const expected = '   -a-b---c-d|  ';
      const task = retrying(() => (++attempts === 1 ? first : second), { count: 1, delay: 2 });
      expectObservable(fromTask(runner(), task)).toBe(expected);
    });
  });

  it('a synchronous task is exact to the frame, its back-off too', () => {
    marbles(({ runner, expectObservable }) => {
      const delay = exponentialDelay(2, { max: 5 });
      // Attempts in frames 0, 2, 6 and 11.
      const expected = ' -----------(r|)';
      expectObservable(fromTask(runner(), retrying(failing(3), { count: 9, delay }))).toBe(expected, { r: '4' });
    });
  });

  it('without a delay the next attempt comes in the same frame', () => {
    marbles(({ runner, expectObservable }) => {
      const expected = '(r|)';
      expectObservable(fromTask(runner(), retrying(failing(3), { count: 3 }))).toBe(expected, { r: '4' });
    });
  });

  it('the error of the last attempt is that of the stream, and comes at once', () => {
    marbles(({ runner, expectObservable }) => {
      const expected = '----#';
      expectObservable(fromTask(runner(), retrying(failing(9), { count: 2, delay: 2 }))).toBe(
        expected,
        undefined,
        new Error('attempt 3'),
      );
    });
  });

  it('a time limit inside is one of each attempt', () => {
    marbles(({ runner, cold, expectTasks, expectSubscriptions }) => {
      const source = cold('--x--x--x--|    ');
      const attempts = ['  ^---!           ', '------^---!'];
      const row = '        a=========#     ';
      const each = retrying(
        timeLimit(4, () => source),
        { count: 1, delay: 2 },
      );
      runner({ name: 'page' }).postTask(each, { name: 'a' }).then(undefined, brief);
      expectSubscriptions(source.subscriptions).toBe(attempts);
      expectTasks().toBe({ page: row });
    });
  });

  it('a time limit around it is one of all: it ends an attempt, or a delay', () => {
    marbles(({ runner, cold, expectTasks, expectSubscriptions }) => {
      const [page, news] = [runner({ name: 'page' }), runner({ name: 'news' })];
      const source = cold('--#        ');
      const attempts = ['  ^-!        ', '-----^!'];
      const inAttempt = '  a=====#    ';
      const inDelay = '    b===#      ';
      const retries = () => retrying(() => source, { count: 9, delay: 3 });
      page.postTask(timeLimit(6, retries()), { name: 'a' }).then(undefined, brief);
      news.postTask(timeLimit(4, retrying(failing(9), { count: 9, delay: 3 })), { name: 'b' }).then(undefined, brief);
      expectSubscriptions(source.subscriptions).toBe(attempts);
      expectTasks().toBe({ page: inAttempt, news: inDelay });
    });
  });

  it('unsubscribing ends an attempt, or a delay, and there is no other', () => {
    marbles(({ runner, cold, expectObservable, expectSubscriptions }) => {
      const source = cold('   -x-#     ');
      const inAttempt = '     -------! ';
      const inDelay = '       ----!    ';
      // Of the first stream, of the second, and of the first again.
      const attempts = ['     ^--!     ', '     ^--!     ', '     -----^-! '];
      const expected = ['     -x----x- ', '     -x---    '];
      const stream = (): ReturnType<typeof fromTask<string>> =>
        fromTask(
          runner(),
          retrying(() => source, { count: 9, delay: 2 }),
        );
      expectObservable(stream(), inAttempt).toBe(expected[0]!);
      expectObservable(stream(), inDelay).toBe(expected[1]!);
      expectSubscriptions(source.subscriptions).toBe(attempts);
    });
  });

  it('in taskMap what comes behind waits, and results keep the order of the values', () => {
    marbles(({ hot, runner, expectObservable, expectTasks }) => {
      const page = runner({ name: 'page' });
      const source = hot('ab|      ');
      const tasks = '     t===t=== ';
      const expected = '  ----a---(b|)';
      const slow = (value: string) => {
        let isFirst = true;
        return retrying(
          () => {
            if (!isFirst) return of(value);
            isFirst = false;
            throw new Error('expected');
          },
          { count: 1, delay: 4 },
        );
      };
      expectObservable(source.pipe(taskMap(page, (value, context) => slow(value)(context), { name: 't' }))).toBe(
        expected,
      );
      expectTasks(page).toBe({ page: tasks });
    });
  });
});
