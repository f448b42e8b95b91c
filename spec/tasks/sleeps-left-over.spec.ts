import { expect } from 'chai';
import { Observable, type Subscriber } from 'rxjs';
import { stats, type TaskContext, type TaskFunction, ThreadPool } from '../../src/index.js';
import { TaskEnvironment } from '../../src/testing/index.js';

const nothing = (): void => undefined;
const never = (): Promise<never> => new Promise(nothing);
/** An observable task that starts something nobody waits for, and ends in 5 ms. */
const observable = (start: (context: TaskContext) => void, end: (subscriber: Subscriber<unknown>) => void) =>
  ((context) =>
    new Observable((subscriber) => {
      start(context);
      context.sleepThen(5, () => end(subscriber));
    })) satisfies TaskFunction<unknown>;

describe('A sleep that nobody waits for', () => {
  const starts: Record<string, (context: TaskContext) => void> = {
    sleepThen: (context) => context.sleepThen(100, nothing),
    sleep: (context) => void context.sleep(100),
    'waitFor, of a promise that never settles,': (context) => void context.waitFor(never()),
  };
  const ends: Record<string, (start: (context: TaskContext) => void) => TaskFunction<unknown>> = {
    'an observable that completes': (start) => observable(start, (subscriber) => subscriber.complete()),
    'an observable that fails': (start) => observable(start, (subscriber) => subscriber.error('expected')),
    'a promise that resolves': (start) => async (context) => {
      start(context);
      await context.sleep(5);
    },
    'a promise that rejects': (start) => async (context) => {
      start(context);
      await context.sleep(5);
      throw 'expected';
    },
    'a function that throws': (start) => (context) => {
      start(context);
      throw 'expected';
    },
    'a function that returns': (start) => start,
  };
  for (const [how, start] of Object.entries(starts)) {
    for (const [what, taskOf] of Object.entries(ends)) {
      it(`by ${how} does not hold the sequence and the worker of ${what}`, async () => {
        const env = new TaskEnvironment();
        const pool = new ThreadPool({ workers: 1 });
        const runner = pool.createSequencedTaskRunner();
        runner.postTask(taskOf(start)).then(nothing, nothing);
        let next = NaN;
        void runner.postTask(() => (next = env.now()));
        await env.advanceByAsync(20);
        expect(next).to.equal(what.startsWith('a function') ? 0 : 5);
        expect(stats(pool)).to.include({ running: 0, busy: 0 });
        env.dispose();
      });
    }
  }

  const turns: Record<string, (context: TaskContext) => void> = {
    yield: (context) => void context.yield(),
    'yieldThen, again and again,': (context) => {
      const again = (): void => context.yieldThen(again);
      again();
    },
  };
  const posts: [how: string, what: string][] = [
    ['yield', 'a function that throws'],
    ['yield', 'a function that returns'],
    ['yield', 'a promise that rejects'],
    ['yieldThen, again and again,', 'a function that returns'],
  ];
  for (const [how, what] of posts) {
    it(`and is a turn, by ${how} takes no worker after the end of ${what}`, async () => {
      const env = new TaskEnvironment();
      const pool = new ThreadPool({ workers: 1 });
      pool.postTask(ends[what]!(turns[how]!)).then(nothing, nothing);
      const next = pool.postTask(nothing);
      await env.advanceByAsync(20);
      expect(next.state).to.equal('done');
      expect(stats(pool)).to.include({ running: 0, busy: 0 });
      env.dispose();
    });
  }

  it('rejects by waitFor when the task has ended, since it is too late for a result', async () => {
    const env = new TaskEnvironment();
    let seen: unknown;
    void new ThreadPool().postTask((context) => {
      context.waitFor(never()).catch((error: unknown) => (seen = error));
    });
    await env.advanceByAsync(1);
    expect((seen as Error).message).to.equal('The task has ended.');
    env.dispose();
  });
});
