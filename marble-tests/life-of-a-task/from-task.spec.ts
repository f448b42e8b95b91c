import { fromTask } from 'rxjs-task-runner';
import { marbles } from 'rxjs-task-runner/testing';
import { brief, lasting } from '../support/tasks.js';

/** A row is the runner's: that a task was posted, and cancelled, is what subscribing and unsubscribing does. */
describe('fromTask is cold: it posts on subscribe, and cancels on unsubscribe', () => {
  it('nothing is posted unless somebody subscribes, and for each subscription a task of its own', () => {
    marbles(({ runner, cold, expectTasks, expectObservable, expectSubscriptions }) => {
      const io = runner({ name: 'io' });
      const page = cold(' --x|         ');
      const first = '     ^------------';
      const second = '    -----^-------';
      const tasks = '     l==--l==     ';
      const expected1 = ' --x|         ';
      const expected2 = ' -------x|    ';
      const loaded = fromTask(io, () => page, { name: 'load' });
      fromTask(io, () => page, { name: 'never subscribed to' });
      expectObservable(loaded, first).toBe(expected1);
      expectObservable(loaded, second).toBe(expected2);
      expectTasks().toBe({ io: tasks });
      expectSubscriptions(page.subscriptions).toBe(['^--!', '-----^--!']);
    });
  });

  it('unsubscribing while the task runs cancels it in that frame', () => {
    marbles(({ runner, cold, expectTasks, expectObservable, expectSubscriptions }) => {
      const io = runner({ name: 'io' });
      const page = cold('       -x-x-x|');
      const unsubscribed = '    ^---!  ';
      const expected = '        -x-x-  ';
      const task = '            a===!  ';
      const pageSubscribed = '  ^---!  ';
      expectObservable(
        fromTask(io, () => page, { name: 'a' }),
        unsubscribed,
      ).toBe(expected);
      expectTasks().toBe({ io: task });
      expectSubscriptions(page.subscriptions).toBe(pageSubscribed);
    });
  });

  it('unsubscribing while it waits for its turn, or its delay, takes it out: it never runs', () => {
    marbles(({ runner, expectTasks, expectObservable }) => {
      const io = runner({ name: 'io' });
      io.postTask(lasting(5), { name: 'busy' });
      expectObservable(fromTask(io, brief, { name: 'a' }), '      ^--!').toBe('----');
      expectObservable(fromTask(io, brief, { name: 'b', delay: 7 }), ' ^--!').toBe('----');
      expectTasks().toBe({ io: 'b====' });
    });
  });

  it('a plain result is emitted with the end; of an observable all values, as they come', () => {
    marbles(({ runner, cold, expectObservable }) => {
      const [first, second] = [runner({ name: 'first' }), runner({ name: 'second' })];
      const source = cold('-x-y-|  ');
      const values = '     -x-y-|  ';
      const plain = '      --(z|)  ';
      expectObservable(fromTask(first, () => source)).toBe(values);
      expectObservable(fromTask(second, () => 'z', { delay: 2 })).toBe(plain);
    });
  });

  it('an error of the task is that of the observable, and nobody else hears of it', () => {
    marbles(({ runner, cold, expectTasks, expectObservable }) => {
      const io = runner({ name: 'io' });
      const page = cold('   -x-#');
      const expected = '    -x-#';
      const task = '        a==#';
      expectObservable(fromTask(io, () => page, { name: 'a' })).toBe(expected);
      expectTasks().toBe({ io: task });
    });
  });
});
