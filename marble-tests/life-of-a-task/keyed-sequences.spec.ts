import { groupBy, map, mergeMap, observeOn, timer } from 'rxjs';
import { keyed, type KeyedTaskRunner, type ThreadPool } from 'rxjs-task-runner';
import { marbles } from 'rxjs-task-runner/testing';
import { lasting } from '../support/tasks.js';

const accountsOf = (pool: ThreadPool): KeyedTaskRunner<string> => keyed(pool, { name: 'accounts' });

const post = (accounts: KeyedTaskRunner<string>, key: string, name: string, frames: number) =>
  accounts.runner(key).postTask(lasting(frames), { name });

/** All keys have the name of their sequences, so their rows are one below the other; here a row is a key. */
describe('Keyed sequences: in order for each key, side by side across keys', () => {
  it('tasks of one key never overlap, and those of another key do not wait for them', () => {
    marbles(({ pool, expectTasks }) => {
      const accounts = accountsOf(pool);
      post(accounts, 'alice', 'a', 3);
      post(accounts, 'alice', 'b', 2);
      post(accounts, 'bob', 'x', 4);
      post(accounts, 'bob', 'y', 3);
      expectTasks(pool).toBe({
        accounts: [
          'a==b=--', //
          'x===y==',
        ],
      });
    });
  });

  it('whoever asks for the runner of a key, and when: it is the same sequence', () => {
    marbles(({ pool, expectTasks }) => {
      const accounts = accountsOf(pool);
      const early = accounts.runner('alice');
      post(accounts, 'alice', 'a', 4);
      timer(1).subscribe(() => void early.postTask(lasting(2), { name: 'b' }));
      // The key has been idle since frame 6, and is forgotten.
      timer(8).subscribe(() => {
        early.postTask(lasting(3), { name: 'c' });
        post(accounts, 'alice', 'd', 2);
      });
      expectTasks(pool).toBe({ accounts: 'a===b=--c==d=' });
    });
  });

  it('no more keys at once than the pool has workers; they get their turns in the order of asking', () => {
    marbles({ workers: 2 }, ({ pool, expectTasks }) => {
      const accounts = accountsOf(pool);
      for (const key of 'abcd') post(accounts, key, key, 3);
      post(accounts, 'a', 'e', 1);
      expectTasks(pool).toBe({
        accounts: [
          'a==c==e', //
          'b==d== ',
        ],
      });
    });
  });

  it('a delayed task joins the queue of its key when it is due', () => {
    marbles(({ pool, expectTasks }) => {
      const accounts = accountsOf(pool);
      accounts.runner('alice').postDelayedTask(lasting(2), 2, { name: 'b' });
      post(accounts, 'alice', 'a', 4);
      accounts.runner('bob').postDelayedTask(lasting(2), 2, { name: 'x' });
      expectTasks(pool).toBe({
        accounts: [
          'a===b=', //
          '--x=  ',
        ],
      });
    });
  });

  it('one key that is urgent goes first, without lifting the others', () => {
    marbles({ workers: 1 }, ({ pool, expectTasks }) => {
      const accounts = accountsOf(pool);
      post(accounts, 'alice', 'a', 3);
      post(accounts, 'bob', 'x', 2);
      post(accounts, 'carol', 'y', 2);
      timer(1).subscribe(() => {
        accounts.runner('carol').postTask(lasting(2), { name: 'u', priority: 'user-blocking' });
      });
      // u lifts y, which is in front of it.
      expectTasks(pool).toBe({
        'user-blocking': '---y=u=  ',
        'user-visible': ' a==----x=',
      });
    });
  });

  it('a key counts while it has something queued, running or delayed, and costs nothing afterwards', () => {
    marbles(({ pool, hot, expectTasks, expectObservable }) => {
      const accounts = accountsOf(pool);
      const looks = hot(' -?-?-?-?-?|');
      const sizes = '     -2-3-2-1-0|';
      const alice = '     a===       ';
      const bob = '       b=====     ';
      const carol = '     -----c==   ';
      post(accounts, 'alice', 'a', 4);
      post(accounts, 'bob', 'b', 6);
      timer(2).subscribe(() => {
        accounts.runner('carol').postDelayedTask(lasting(3), 3, { name: 'c' });
        accounts.runner('dave').postDelayedTask(lasting(3), 9, { name: 'd' }).cancel();
      });
      expectObservable(looks.pipe(map(() => String(accounts.size)))).toBe(sizes);
      expectTasks(pool).toBe({ accounts: [alice, bob, carol] });
    });
  });

  it('a key is a scheduler: a stream of many keys keeps the order of each', () => {
    marbles(({ pool, hot, expectTasks, expectObservable }) => {
      const accounts = accountsOf(pool);
      const source = hot(' -a-x-b--y-c---|');
      const busy = '       ---------z==   ';
      const expected = '   -a-x-b--y---c-|';
      const letters = source.pipe(
        groupBy((letter) => (letter < 'm' ? 'alice' : 'bob')),
        mergeMap((letters$) => letters$.pipe(observeOn(accounts.runner(letters$.key)))),
      );
      timer(9).subscribe(() => void post(accounts, 'alice', 'z', 3));
      expectObservable(letters).toBe(expected);
      expectTasks(pool).toBe({ accounts: busy });
    });
  });
});
