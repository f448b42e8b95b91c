import { expect } from 'chai';
import { observeOn, Subscription, timer } from 'rxjs';
import {
  bounded,
  keyed,
  type TaskHandle,
  type TaskRunner,
  ThreadPool,
  type WhenFull,
  whenRoom,
} from 'rxjs-task-runner';
import { type MarbleHelpers, marbles } from 'rxjs-task-runner/testing';
import { inEnvironment, sleep } from '../support/in-environment.js';
import { brief, lasting } from '../support/tasks.js';

const post = (runner: TaskRunner, name: string, frames = 2): TaskHandle<unknown> =>
  runner.postTask(lasting(frames), { name });

/** While `a` runs, `b`, `c` and `d` come: one too many for a queue of two. Gives the states of the three. */
function overfill(helpers: MarbleHelpers, runner: TaskRunner): string[] {
  post(runner, 'a', 4);
  const handles: TaskHandle<unknown>[] = [];
  timer(1).subscribe(() => handles.push(...Array.from('bcd', (name) => post(runner, name))));
  const states: string[] = [];
  timer(2).subscribe(() => states.push(...handles.map(({ state }) => state)));
  helpers.flush();
  return states;
}

describe('A queue with bounds does with a task too many what it was told to', () => {
  const overfilled = (whenFull: WhenFull, expected: string, states: readonly string[]) => {
    const errors: unknown[] = [];
    marbles({ onTaskError: (error) => errors.push(error) }, (helpers) => {
      const { pool, expectTasks } = helpers;
      const runner = pool.createSequencedTaskRunner({ name: 'runner', queue: bounded(2, whenFull) });
      expectTasks().toBe({ runner: expected });
      expect(overfill(helpers, runner)).to.deep.equal(states);
    });
    return errors;
  };

  it("'reject' refuses it, and if nobody looks at its handle onTaskError hears of it", () => {
    const errors = overfilled('reject', 'a===b=c=', ['pending', 'pending', 'rejected']);
    expect(errors).to.have.lengthOf(1);
    expect(errors[0]).to.include({ name: 'TaskRejectedError', reason: 'full' });
  });

  it("'drop-newest' drops it, and only its handle tells", () => {
    const errors = overfilled('drop-newest', 'a===b=c=', ['pending', 'pending', 'rejected']);
    expect(errors).to.have.lengthOf(0);
  });

  it("'drop-oldest' drops the one that has waited longest", () => {
    overfilled('drop-oldest', 'a===c=d=', ['rejected', 'pending', 'pending']);
  });

  it("'wait' takes it all the same", () => {
    overfilled('wait', 'a===b=c=d=', ['pending', 'pending', 'pending']);
  });

  it('the queue of a parallel runner, of a key and of the pool have bounds likewise', () => {
    const queue = bounded(1, 'drop-oldest');
    const made: [string, (pool: ThreadPool) => TaskRunner][] = [
      ['io', (pool) => pool.createParallelTaskRunner({ maxConcurrency: 1, name: 'io', queue })],
      ['accounts', (pool) => keyed(pool, { name: 'accounts', queue }).runner('alice')],
      ['pool', () => new ThreadPool({ name: 'pool', workers: 1, queue })],
    ];
    for (const [name, make] of made) {
      marbles((helpers) => {
        helpers.expectTasks().toBe({ [name]: 'a===d=' });
        expect(overfill(helpers, make(helpers.pool))).to.deep.equal(['rejected', 'rejected', 'pending']);
      });
    }
  });
});

describe('What counts in a queue with bounds is posted tasks that wait', () => {
  const queue = bounded(1, 'drop-newest');

  it('actions of streams are not counted, and never dropped: no complete is lost', () => {
    marbles(({ pool, hot, expectTasks, expectObservable }) => {
      const runner = pool.createSequencedTaskRunner({ name: 'runner', queue });
      const source = hot(' -x-y-z|       ');
      const tasks = '      a========b=   ';
      const observed = '   ---------(xyz|)';
      post(runner, 'a', 9);
      timer(7).subscribe(() => void post(runner, 'b'));
      timer(8).subscribe(() => void post(runner, 'c'));
      expectObservable(source.pipe(observeOn(runner))).toBe(observed);
      expectTasks().toBe({ runner: tasks });
    });
  });

  it('a delayed task takes its place when it is due, and may find the queue full then', () => {
    marbles(({ pool, expectTasks }) => {
      const runner = pool.createSequencedTaskRunner({ name: 'runner', queue });
      post(runner, 'a', 6);
      runner.postDelayedTask(brief, 3, { name: 'late' });
      runner.postDelayedTask(brief, 8, { name: 'in time' });
      timer(2).subscribe(() => void post(runner, 'b', 1));
      expectTasks().toBe({ runner: 'a=====b-i' });
    });
  });

  it('a task that is cancelled while it waits makes room', () => {
    marbles(({ pool, expectTasks }) => {
      const runner = pool.createSequencedTaskRunner({ name: 'runner', queue });
      post(runner, 'a', 6);
      const waiting = new Subscription();
      timer(1).subscribe(() => waiting.add(post(runner, 'b')));
      timer(2).subscribe(() => waiting.unsubscribe());
      timer(3).subscribe(() => void post(runner, 'c'));
      expectTasks().toBe({ runner: 'a=====c=' });
    });
  });
});

describe('whenRoom() resolves when the queue has room for one more', () => {
  const pool = new ThreadPool();

  it('a producer that waits for it is as slow as the runner, and loses nothing', () =>
    inEnvironment(async ({ env, expectTasks, hear }) => {
      const runner = pool.createSequencedTaskRunner({ name: 'runner', queue: bounded(1) });
      const produce = async () => {
        for (const name of 'abcd') {
          await whenRoom(runner);
          hear(Promise.resolve(), name.toUpperCase());
          void runner.postTask(() => sleep(3), { name });
        }
      };
      // A is posted at once, B when a has begun, and so on: one runs, and one waits.
      expectTasks().toBe({
        runner: 'a==b==c==d==',
        heard: ['      (AB)--D ', '      ---C'],
      });
      await Promise.all([produce(), env.advanceByAsync(20)]);
    }));

  it('whoever gives up leaves his place to the next who waits', () =>
    inEnvironment(({ env, expectTasks, hear }) => {
      const runner = pool.createSequencedTaskRunner({ name: 'runner', queue: bounded(1) });
      const controller = new AbortController();
      env.at('-x-y', {
        x: () => {
          runner.postTask(() => sleep(2), { name: 'b' });
          hear(whenRoom(runner, { signal: controller.signal }), 'first', 'given up');
          hear(whenRoom(runner), 'second');
        },
        y: () => controller.abort(),
      });
      runner.postTask(() => sleep(5), { name: 'a' });
      expectTasks().toBe({
        runner: 'a====b=',
        heard: ' ---g-s-',
      });
    }));
});
