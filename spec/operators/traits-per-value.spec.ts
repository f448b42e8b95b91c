import { expect } from 'chai';
import { type Observable, of, throwError } from 'rxjs';
import {
  createSingleThreadTaskRunner,
  keyed,
  type PostOptions,
  stats,
  type TaskContext,
  type TaskRunner,
  ThreadPool,
} from '../../src/index.js';
import { fromIterable, taskMap, type ValueTaskOptions } from '../../src/operators/index.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { HandmadeRunner } from '../support/handmade-runner.js';
import { errorOf } from '../support/support.js';
import { logOf } from './support.js';
import { observe } from '../support/observer-log.js';

type Options = ValueTaskOptions<number, never>;
type Project = (value: number, context: TaskContext) => unknown;
type Operator = (
  runner: TaskRunner,
  values: readonly number[],
  project: Project,
  options: Options,
) => Observable<unknown>;

const OPERATORS: Record<string, Operator> = {
  taskMap: (runner, values, project, options) => of(...values).pipe(taskMap(runner, project, options)),
  fromIterable: (runner, values, project, options) =>
    fromIterable(runner, values, project, { ...options, maxPending: 10 }),
};
const same: Project = (value) => value;

for (const [operator, stream] of Object.entries(OPERATORS)) {
  describe(`The options priority and name of ${operator} as functions of the value`, () => {
    let env: TaskEnvironment;
    let pool: ThreadPool;

    beforeEach(() => {
      env = new TaskEnvironment();
      pool = new ThreadPool({ workers: 1 });
    });
    afterEach(() => env.dispose());

    /** The names and priorities of what is posted while `run` runs. */
    const postedDuring = (run: () => void): string[] => {
      const posted: string[] = [];
      const observing = observe({ posted: ({ name, priority }) => posted.push(`${name} ${priority}`) });
      run();
      env.runUntilIdle();
      observing.unsubscribe();
      return posted;
    };

    it('give each task its own, and are called once for each value, when it is posted', () => {
      const calls: string[] = [];
      const posted = postedDuring(() => {
        logOf(
          stream(pool, [1, 2, 3], same, {
            priority: (value) => (calls.push(`priority ${value}`), value === 2 ? 'user-blocking' : 'background'),
            name: (value) => (calls.push(`name ${value}`), `value ${value}`),
          }),
        );
        expect(calls).to.have.lengthOf(6);
      });
      expect(posted).to.deep.equal(['value 1 best-effort', 'value 2 user-blocking', 'value 3 best-effort']);
      expect([...calls].sort()).to.deep.equal(
        ['name', 'priority'].flatMap((what) => [1, 2, 3].map((value) => `${what} ${value}`)),
      );
    });

    it('may stand beside a value for the other, and options of all tasks', () => {
      const posted = postedDuring(() => {
        logOf(stream(pool, [1, 2], same, { priority: 'best-effort', name: String, delay: 5 }));
        logOf(stream(pool, [3, 4], same, { priority: () => 'user-blocking', name: 'shared', delay: 5 }));
        env.advanceBy(5);
      });
      expect(posted).to.deep.equal(['1 best-effort', '2 best-effort', 'shared user-blocking', 'shared user-blocking']);
    });

    it('leave the trait to the runner where they give undefined', () => {
      const runner = pool.createSequencedTaskRunner({ name: 'r', priority: 'best-effort' });
      const posted = postedDuring(() =>
        logOf(
          stream(runner, [1, 2], same, {
            priority: (value) => (value === 1 ? 'user-blocking' : undefined),
            name: (value) => (value === 1 ? 'one' : undefined),
          }),
        ),
      );
      expect(posted).to.deep.equal(['one user-blocking', 'r best-effort']);
    });

    it('let urgent values overtake others in a pool, and keep the order of a sequence', () => {
      const priority = (value: number): 'user-blocking' | 'user-visible' =>
        value % 2 === 0 ? 'user-blocking' : 'user-visible';
      const ofPool = logOf(stream(pool, [1, 2, 3, 4], same, { priority })).events;
      env.runUntilIdle();
      expect(ofPool).to.deep.equal([2, 4, 1, 3, 'complete']);
      for (const runner of [pool.createSequencedTaskRunner(), createSingleThreadTaskRunner()]) {
        const { events } = logOf(stream(runner, [1, 2, 3, 4], same, { priority }));
        env.runUntilIdle();
        expect(events).to.deep.equal([1, 2, 3, 4, 'complete']);
      }
    });

    const onSecond = <V>(value: number, first: V): V => (value === 2 ? throwing() : first);
    const failing: Record<string, Options> = {
      priority: { priority: (value) => onSecond(value, 'user-visible') },
      name: { name: (value) => onSecond(value, 'one') },
    };
    for (const [what, options] of Object.entries(failing)) {
      it(`fail the stream with what the function ${what} throws, and what waits is cancelled`, () => {
        const { events } = logOf(stream(pool, [1, 2], same, options));
        expect(events).to.deep.equal(['error of the function']);
        expect(stats(pool).queued).to.equal(0);
      });
    }

    it('fail the stream for a priority that there is not, or a name that is no text', () => {
      const events = [
        logOf(stream(pool, [1], same, { priority: () => 'high' as never })).events,
        logOf(stream(pool, [1], same, { name: () => 1 as never })).events,
      ].flat();
      expect(events).to.have.lengthOf(2);
      expect(events[0]).to.contain("A priority must be 'user-blocking'").and.to.contain("got 'high'");
      expect(events[1]).to.equal('error The trait name must be a string; got 1.');
      expect(stats(pool).queued).to.equal(0);
    });

    it('are checked at the call where they are no functions', () => {
      expect(errorOf(() => stream(pool, [1], same, { priority: 'high' as never })).message).to.contain("got 'high'");
      expect(errorOf(() => stream(pool, [1], same, { name: 1 as never })).message).to.contain('got 1');
    });

    it('cost nothing for each value where they are no functions: all tasks are posted with one object', () => {
      const seen: unknown[] = [];
      const runner = pool.createSequencedTaskRunner();
      const { postTask } = runner;
      runner.postTask = ((task: never, options?: PostOptions) => {
        seen.push(options);
        return postTask.call(runner, task, options);
      }) as typeof postTask;
      logOf(stream(runner, [1, 2, 3], same, { priority: 'user-blocking', name: 'n' }));
      env.runUntilIdle();
      expect(seen).to.have.lengthOf(3);
      expect(new Set(seen).size).to.equal(1);
      expect(seen[0]).to.include({ priority: 'user-blocking', name: 'n' });
    });

    it('are told to a runner that somebody else has written', () => {
      const seen: string[] = [];
      const other = new HandmadeRunner();
      const { postTask } = other;
      other.postTask = ((task: never, { priority, name }: PostOptions) => {
        seen.push(`${name} ${priority}`);
        return postTask.call(other, task);
      }) as typeof postTask;
      const { subscription } = logOf(stream(other, [1, 2], same, { priority: () => 'best-effort', name: String }));
      subscription.unsubscribe();
      expect(seen).to.deep.equal(['1 best-effort', '2 best-effort']);
    });
  });
}

describe('On a keyed runner, with the option key, priority and name as functions of the value', () => {
  let env: TaskEnvironment;
  beforeEach(() => (env = new TaskEnvironment()));
  afterEach(() => env.dispose());

  for (const operator of ['taskMap', 'fromIterable'] as const) {
    it(`lift their key, in whose order the tasks of ${operator} run`, () => {
      const byKey = keyed(new ThreadPool({ workers: 1 }));
      const values = ['a1', 'b1', 'a2', 'b2!'];
      const names: string[] = [];
      const observing = observe({ started: ({ name }) => names.push(name) });
      const options = {
        key: (value: string) => value[0]!,
        priority: (value: string) => (value.endsWith('!') ? 'user-blocking' : 'user-visible') as 'user-blocking',
        name: (value: string) => `task of ${value}`,
      };
      const project = (value: string): string => value;
      const results =
        operator === 'taskMap'
          ? of(...values).pipe(taskMap(byKey, project, options))
          : fromIterable(byKey, values, project, { ...options, maxPending: 9 });
      const { events } = logOf(results);
      env.runUntilIdle();
      observing.unsubscribe();
      expect(events).to.deep.equal(['b1', 'b2!', 'a1', 'a2', 'complete']);
      expect(names).to.deep.equal(['b1', 'b2!', 'a1', 'a2'].map((value) => `task of ${value}`));
    });
  }

  it('are not called when the function of the key has thrown', () => {
    const byKey = keyed<number>(new ThreadPool());
    const { events } = logOf(
      of(1).pipe(
        taskMap(byKey, same, {
          key: () => throwing(),
          priority: () => {
            throw new Error('of the priority');
          },
        }),
      ),
    );
    expect(events).to.deep.equal(['error of the function']);
    expect(byKey.size).to.equal(0);
  });

  it('are not called after the stream has ended', () => {
    let calls = 0;
    const source = throwError(() => new Error('of the source'));
    logOf(source.pipe(taskMap(new ThreadPool(), same, { name: () => String(++calls) })));
    expect(calls).to.equal(0);
  });
});

function throwing(): never {
  throw new Error('of the function');
}
