import { expect } from 'chai';
import { concat, EMPTY, lastValueFrom, Observable, of, throwError, timer, toArray } from 'rxjs';
import {
  earlierErrors,
  fromTask,
  postRepeatingTask,
  retrying,
  type RetryOptions,
  stats,
  steps,
  TaskDeadlockError,
  type TaskContext,
  type TaskFunction,
  type TaskHandle,
  ThreadPool,
  timeLimit,
} from '../../src/index.js';
import { fromIterable, taskMap } from '../../src/operators/index.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { HandmadeRunner } from '../support/handmade-runner.js';
import { RUNNER_KINDS } from '../support/runner-kinds.js';
import { errorOf, rejectionOf } from '../support/support.js';

const nothing = (): void => undefined;

describe('A task made by retrying', () => {
  let env: TaskEnvironment;
  let pool: ThreadPool;
  let reported: unknown[];
  let log: string[];
  const note = (entry: string): void => void log.push(`${entry} at ${env.now()}`);

  beforeEach(() => {
    env = new TaskEnvironment();
    reported = [];
    pool = new ThreadPool({ workers: 1, onTaskError: (error) => reported.push(error) });
    log = [];
  });

  afterEach(() => {
    expect(stats(pool)).to.include({ queued: 0, running: 0, busy: 0 });
    env.dispose();
  });

  /** Fails so many times, with the numbers from 1 on, and then gives the number of its attempt. */
  const failing = (times: number): (() => number) => {
    let attempt = 0;
    return () => {
      note(`attempt ${++attempt}`);
      if (attempt <= times) throw attempt;
      return attempt;
    };
  };
  // On a pool of its own, so that it needs none of the workers.
  const after = (ms: number): Observable<number> => timer(ms, new ThreadPool());
  const noEnd = (): Promise<never> => new Promise(nothing);
  /** Ends when its signal aborts, after so many milliseconds of cleaning up. */
  const obedient = (cleanUp: number) => (context: TaskContext) =>
    new Promise<void>((resolve) => {
      note('begins');
      context.signal.addEventListener('abort', () => {
        note(`aborted: ${(context.signal.reason as Error).name}`);
        after(cleanUp).subscribe(() => {
          note('ended');
          resolve();
        });
      });
    });
  /** What an obedient attempt notes that has 5 ms, and cleans up for 3. */
  const timedOut = (start: number): string[] => [
    `begins at ${start}`,
    `aborted: TimeoutError at ${start + 5}`,
    `ended at ${start + 8}`,
  ];

  describe('runs it again', () => {
    for (const [kind, make] of Object.entries(RUNNER_KINDS)) {
      it(`on ${kind}, until it ends well: that result is that of its handle`, () => {
        const handle = make().postTask(retrying(failing(2), { count: 5, delay: 10 }));
        env.advanceBy(100);
        expect(handle.result).to.equal(3);
        expect(log).to.deep.equal(['attempt 1 at 0', 'attempt 2 at 10', 'attempt 3 at 20']);
      });
    }

    it('as many times as its count says, and then rejects with the very error of the last attempt', async () => {
      for (const count of [0, 1, 3]) {
        const errors: Error[] = [];
        const task = (): never => {
          errors.push(Object.freeze(new Error(`attempt ${errors.length + 1}`)));
          throw errors.at(-1)!;
        };
        const handle = pool.postTask(retrying(task, { count }));
        env.runUntilIdle();
        expect(errors).to.have.lengthOf(count + 1);
        expect(await rejectionOf(handle)).to.equal(errors.at(-1));
      }
    });

    it('for ever with a count of Infinity, a turn of the loop each, until it is cancelled', () => {
      const handle = pool.postTask(retrying(failing(Infinity), { count: Infinity }));
      handle.then(nothing, nothing);
      void pool.postTask(() => handle.cancel(), { delay: 0 });
      env.runUntilIdle();
      expect(handle.state).to.equal('cancelled');
      expect(log).not.to.be.empty;
    });

    it('with the delay that its function gives, which is told the number of the retry and the error', () => {
      const delay: RetryOptions['delay'] = (attempt, error) => {
        note(`delay ${attempt} ${String(error)}`);
        return attempt * 10;
      };
      void pool.postTask(retrying(failing(2), { count: 5, delay }));
      env.advanceBy(100);
      expect(log).to.deep.equal([
        'attempt 1 at 0',
        'delay 1 1 at 0',
        'attempt 2 at 10',
        'delay 2 2 at 10',
        'attempt 3 at 30',
      ]);
    });

    it('only if its function says so, which is told the error and the number of the retry', async () => {
      const handle = pool.postTask(
        retrying(failing(9), {
          count: 5,
          if: (error, attempt) => {
            note(`if ${String(error)} ${attempt}`);
            return error !== 2;
          },
        }),
      );
      env.runUntilIdle();
      expect(await rejectionOf(handle)).to.equal(2);
      expect(log).to.deep.equal(['attempt 1 at 0', 'if 1 1 at 0', 'attempt 2 at 0', 'if 2 2 at 0']);
    });

    it('and asks neither function after the last attempt', () => {
      const asked = (): never => {
        throw new Error('asked');
      };
      const handle = pool.postTask(retrying(failing(9), { count: 0, delay: asked, if: asked }));
      handle.then(nothing, nothing);
      env.runUntilIdle();
      expect(handle.result).to.equal(1);
    });

    it('without a promise, so that it ends in synchronous virtual time; each run of a task counts anew', () => {
      const task = retrying(failing(1), { count: 1, delay: 5 });
      const first = pool.postTask(task);
      const second = pool.postTask(retrying(failing(1), { count: 1, delay: 5 }), { delay: 20 });
      env.advanceBy(30);
      expect([first.result, second.result]).to.deep.equal([2, 2]);
    });

    it('when its promise has rejected, or its observable has failed', async () => {
      const values: unknown[] = [];
      const ways = [() => Promise.reject(1), () => throwError(() => 2), async () => 'result'] as const;
      let way = 0;
      const handle = pool.postTask(retrying<unknown>(() => ways[way++]!(), { count: 2, if: (e) => !!values.push(e) }));
      await env.runUntilIdleAsync();
      expect(await handle).to.equal('result');
      expect(values).to.deep.equal([1, 2]);
    });

    it('of steps() as of any other, its context included', () => {
      let attempts = 0;
      const task = steps(function* (context) {
        yield;
        if (++attempts < 3) throw new Error('expected');
        yield;
        return [attempts, context.runner];
      });
      const handle = pool.postTask(retrying(task, { count: 5, delay: 5 }));
      env.advanceBy(20);
      expect(handle.result).to.deep.equal([3, pool]);
    });

    it('and emits what an attempt has emitted before it failed, as the retry of RxJS', () => {
      const values: number[] = [];
      let attempts = 0;
      const task = (): Observable<number> =>
        ++attempts < 3
          ? concat(
              of(attempts),
              throwError(() => 'expected'),
            )
          : of(attempts, 10 * attempts);
      fromTask(pool, retrying(task, { count: 2 })).subscribe((value) => values.push(value));
      env.runUntilIdle();
      expect(values).to.deep.equal([1, 2, 3, 30]);
    });

    it('with the last value that was emitted for its result, whichever attempt that was of', () => {
      let attempts = 0;
      const task = (): Observable<number> =>
        ++attempts === 1
          ? concat(
              of(7),
              throwError(() => 'expected'),
            )
          : EMPTY;
      const handle = pool.postTask(retrying(task, { count: 1 }));
      env.runUntilIdle();
      expect(handle.result).to.equal(7);
    });
  });

  describe('works in each verb that takes a task:', () => {
    it('taskMap and fromIterable emit in order, and their streams fail only when the retries are used up', () => {
      const runner = pool.createSequencedTaskRunner();
      const seen: unknown[] = [];
      const failed = new Set<number>();
      const project = (value: number, context: TaskContext) =>
        retrying(
          () => {
            if (value === 3 || !failed.has(value)) {
              failed.add(value);
              throw `error of ${value}`;
            }
            return value;
          },
          { count: 1, delay: 5 },
        )(context);
      of(1, 2, 3)
        .pipe(taskMap(runner, project))
        .subscribe({ next: (v) => seen.push(v), error: (e) => seen.push(e) });
      env.advanceBy(20);
      expect(seen).to.deep.equal([1, 2, 'error of 3']);
      fromIterable(runner, [1, 2], project).subscribe((value) => seen.push(value));
      env.advanceBy(20);
      expect(seen.slice(3)).to.deep.equal([1, 2]);
    });

    it('postRepeatingTask runs it anew at each run', () => {
      let calls = 0;
      const task = (): void => {
        note('call');
        if (++calls % 2 === 1) throw new Error('expected');
      };
      const repeating = postRepeatingTask(pool, retrying(task, { count: 1, delay: 3 }), { interval: 10 });
      repeating.then(nothing, nothing);
      env.advanceBy(30);
      repeating.cancel();
      expect(log).to.deep.equal(['call at 10', 'call at 13', 'call at 23', 'call at 26']);
    });
  });

  describe('sleeps between two attempts,', () => {
    it('so that it keeps its sequence and gives its worker to others', () => {
      const runner = pool.createSequencedTaskRunner();
      void runner.postTask(retrying(failing(1), { count: 1, delay: 10 }));
      void runner.postTask(() => note('behind it'));
      void pool.createSequencedTaskRunner().postTask(() => note('other'));
      env.advanceBy(20);
      expect(log).to.deep.equal(['attempt 1 at 0', 'other at 0', 'attempt 2 at 10', 'behind it at 10']);
    });

    it('and goes on in a shutdown that waits for it', async () => {
      void pool.postTask(retrying(failing(2), { count: 2, delay: 10 }), { name: 'save' });
      env.runUntilIdle();
      const report = pool.shutdown();
      await env.advanceByAsync(50);
      expect(log.at(-1)).to.equal('attempt 3 at 20');
      expect((await report).ran).to.deep.equal(['save']);
    });

    it('and has no other attempt once it is cancelled, and calls neither delay nor if any more', () => {
      const calls: string[] = [];
      const handle = pool.postTask(
        retrying(failing(9), {
          count: 9,
          delay: () => (calls.push('delay'), 10),
          if: () => calls.push('if') > 0,
        }),
      );
      handle.then(nothing, nothing);
      void pool.postTask(() => note('next'), { delay: 15 });
      env.advanceBy(15);
      handle.cancel();
      env.advanceBy(50);
      expect(log).to.deep.equal(['attempt 1 at 0', 'attempt 2 at 10', 'next at 15']);
      expect(calls).to.deep.equal(['if', 'delay', 'if', 'delay']);
    });
  });

  describe('has no other attempt when it is cancelled', () => {
    const asked = (): never => {
      throw new Error('asked');
    };

    it('while an attempt awaits a promise: the sequence is free when that has settled', async () => {
      const runner = pool.createSequencedTaskRunner();
      for (const task of [obedient(7), failing(1)] as const) {
        log = [];
        let isFirst = true;
        // The second one has thrown at first, and so has returned no promise.
        const mixed = (context: TaskContext): unknown => {
          if (task.length > 0 || !isFirst) return obedient(7)(context);
          isFirst = false;
          return (task as () => number)();
        };
        const handle = runner.postTask(retrying(mixed, { count: 1 }));
        const error = rejectionOf(handle);
        void runner.postTask(() => note('next'));
        await env.advanceByAsync(1);
        const { busy } = stats(pool);
        handle.cancel();
        await env.advanceByAsync(1);
        expect([busy, stats(pool).busy, stats(runner).running]).to.deep.equal([1, 1, 1]);
        await env.advanceByAsync(20);
        expect((await error).name).to.equal('AbortError');
        expect(log.map((entry) => entry.replace(/ at .*/, '')).slice(-4)).to.deep.equal([
          'begins',
          'aborted: AbortError',
          'ended',
          'next',
        ]);
      }
      expect(log.at(-1)).to.equal(`next at ${Number(/\d+$/.exec(log.at(-2)!)![0])}`);
    });

    it('by the listener of a signal that then fails it: neither delay nor if is called', () => {
      const task = ({ signal }: TaskContext): Observable<never> =>
        new Observable((subscriber) => {
          signal.addEventListener('abort', () => subscriber.error('in the listener'));
        });
      const direct = pool.postTask(retrying(task, { count: 9, delay: asked, if: asked }));
      const outer = pool.postTask((context) =>
        retrying(() => task(context), { count: 9, delay: asked, if: asked })(context),
      );
      for (const handle of [direct, outer]) {
        handle.then(nothing, nothing);
        env.runUntilIdle();
        handle.cancel('reason');
        expect([handle.state, (handle.result as Error).cause]).to.deep.equal(['cancelled', 'reason']);
      }
      env.runUntilIdle();
      expect(reported).to.be.empty;
    });

    it('by itself, in the middle of an attempt, or in the function if', () => {
      const inside = pool.postTask(
        retrying(
          () => {
            inside.cancel();
            throw new Error('expected');
          },
          { count: 9, delay: asked, if: asked },
        ),
      );
      const asking: TaskHandle<number> = pool.postTask(
        retrying(failing(9), { count: 9, delay: asked, if: () => (asking.cancel(), true) }),
      );
      for (const handle of [inside, asking]) handle.then(nothing, nothing);
      env.runUntilIdle();
      expect([inside.state, asking.state]).to.deep.equal(['cancelled', 'cancelled']);
      expect(log).to.deep.equal(['attempt 1 at 0']);
    });

    it('while its observable goes on, which is unsubscribed from', () => {
      const task = (): Observable<never> => new Observable(() => () => note('unsubscribed'));
      const handle = pool.postTask(retrying(task, { count: 9, delay: asked, if: asked }));
      handle.then(nothing, nothing);
      env.advanceBy(5);
      handle.cancel();
      expect(log).to.deep.equal(['unsubscribed at 5']);
    });
  });

  describe('gives each attempt a context of its own,', () => {
    it('whose abort fails only this attempt, with its signal', () => {
      const signals: AbortSignal[] = [];
      let attempts = 0;
      const task = (context: TaskContext): unknown => {
        signals.push(context.signal);
        if (++attempts === 3) return 'result';
        context.alarm(5, () => context.abort(`abort ${attempts}`));
        return new Observable(() => () => note('unsubscribed'));
      };
      const handle = pool.postTask(retrying(task, { count: 2, delay: 10 }));
      env.advanceBy(50);
      expect(handle.result).to.equal('result');
      expect(signals.map(({ aborted, reason }): unknown => aborted && reason)).to.deep.equal([
        'abort 1',
        'abort 2',
        false,
      ]);
      expect(log).to.deep.equal(['unsubscribed at 5', 'unsubscribed at 20']);
    });

    it('so that a time limit inside is one of each attempt', async () => {
      const task = timeLimit(5, obedient(2));
      const handle = pool.postTask(retrying(task, { count: 1, delay: 10 }));
      const error = rejectionOf(handle);
      void pool.postTask(() => note(`next, after ${handle.state}`));
      await env.advanceByAsync(50);
      expect((await error).name).to.equal('TimeoutError');
      expect(log).to.deep.equal([
        'begins at 0',
        'aborted: TimeoutError at 5',
        'ended at 7',
        'next, after running at 7',
        'begins at 17',
        'aborted: TimeoutError at 22',
        'ended at 24',
      ]);
    });

    it('and a time limit around it is one of all: no attempt begins after it', async () => {
      const handle = pool.postTask(timeLimit(15, retrying(failing(9), { count: 9, delay: 10 })));
      const error = rejectionOf(handle);
      await env.advanceByAsync(50);
      expect((await error).name).to.equal('TimeoutError');
      expect(log).to.deep.equal(['attempt 1 at 0', 'attempt 2 at 10']);
    });

    it('and fails at once when its last attempt is aborted, while the sequence waits for its code', async () => {
      const runner = pool.createSequencedTaskRunner();
      const handle = runner.postTask(retrying(timeLimit(5, obedient(10)), { count: 0 }));
      handle.then(nothing, () => note('rejected'));
      void runner.postTask(() => note('next'));
      await env.advanceByAsync(50);
      expect(log).to.deep.equal([
        'begins at 0',
        'aborted: TimeoutError at 5',
        'rejected at 5',
        'ended at 15',
        'next at 15',
      ]);
    });

    it('and begins no attempt while code of the last goes on, however long that takes', async () => {
      const task = timeLimit(5, (): Promise<never> => (note('begins'), noEnd()));
      const handle = pool.postTask(retrying(task, { count: 9 }));
      handle.then(nothing, nothing);
      await env.advanceByAsync(100);
      expect([log, handle.state]).to.deep.equal([['begins at 0'], 'running']);
      env.dispose({ allowPending: true });
      env = new TaskEnvironment();
      pool = new ThreadPool();
    });

    it('and begins no attempt before the clean-up of a generator is over', () => {
      const task = steps(function* (context) {
        try {
          note('begins');
          context.abort('aborted');
          yield;
        } finally {
          for (let step = 1; step < 4; step++) {
            note(`clean-up ${step}`);
            yield;
          }
        }
      });
      const handle = pool.postTask(retrying(task, { count: 1 }));
      handle.then(nothing, nothing);
      void pool.postTask(() => note('next'));
      env.runUntilIdle();
      const attempt = ['begins at 0', ...[1, 2, 3].map((step) => `clean-up ${step} at 0`)];
      expect(log.filter((entry) => !entry.startsWith('next'))).to.deep.equal([...attempt, ...attempt]);
      expect(log.at(-1)).to.equal('next at 0');
    });

    it('and begins no attempt while a promise that a generator has returned is pending', async () => {
      const task = steps(function* (context) {
        yield;
        return obedient(3)(context);
      });
      const handle = pool.postTask(retrying(timeLimit(5, task), { count: 1 }));
      const error = rejectionOf(handle);
      await env.advanceByAsync(30);
      expect((await error).name).to.equal('TimeoutError');
      expect(log).to.deep.equal([...timedOut(0), ...timedOut(8)]);
    });

    it('whose alarms end with the attempt, failed or done', () => {
      let attempts = 0;
      const task = (context: TaskContext): Observable<unknown> => {
        const attempt = ++attempts;
        context.alarm(3, () => note(`alarm of ${attempt}`));
        context.alarm(30, () => note('never'));
        return attempt === 1
          ? concat(
              after(5),
              throwError(() => 'expected'),
            )
          : after(5);
      };
      void pool.postTask(retrying(task, { count: 1, delay: 5 }));
      env.advanceBy(100);
      expect(log).to.deep.equal(['alarm of 1 at 3', 'alarm of 2 at 13']);
    });

    it('in which what an aborted attempt awaits rejects with the reason, so that its code ends', async () => {
      const waits: readonly ((context: TaskContext) => Promise<unknown>)[] = [
        (context) => context.sleep(1_000),
        (context) => context.waitFor(noEnd()),
      ];
      for (const wait of waits) {
        log = [];
        const start = env.now();
        let attempts = 0;
        const task = async (context: TaskContext): Promise<string> => {
          if (++attempts === 2) return 'result';
          context.alarm(5, () => context.abort('reason'));
          await wait(context).catch((error: unknown) => note(String(error)));
          throw new Error('whatever');
        };
        const handle = pool.postTask(retrying(task, { count: 1, delay: 10 }));
        await env.advanceByAsync(20);
        expect(handle.result).to.equal('result');
        expect(log).to.deep.equal([`reason at ${start + 5}`]);
      }
    });

    it('in which what an attempt awaits comes as in any task', async () => {
      const task = async (context: TaskContext): Promise<string> => {
        note(`${context.shouldYield()}`);
        await context.yield();
        await context.sleep(5);
        const value = await context.waitFor(Promise.resolve('value'));
        const error: unknown = await context
          .waitFor(Promise.reject(new Error('no')))
          .catch((reason: unknown) => reason);
        return `${value} ${(error as Error).message}`;
      };
      const handle = pool.postTask(retrying(task, { count: 0 }));
      await env.advanceByAsync(20);
      expect(handle.result).to.equal('value no');
      expect(log).to.deep.equal(['false at 0']);
    });

    it('in which sleepThen and yieldThen continue the attempt, and what they throw fails it', () => {
      let attempts = 0;
      const task = (context: TaskContext): Observable<number> =>
        new Observable((subscriber) => {
          const attempt = ++attempts;
          context.sleepThen(50, () => note(`late ${attempt}`));
          context.sleepThen(5, () => {
            if (attempt === 1) throw new Error('of sleepThen');
            context.yieldThen(() => {
              if (attempt === 2) throw new Error('of yieldThen');
              subscriber.next(attempt);
              subscriber.complete();
            });
          });
          return () => note('unsubscribed');
        });
      const handle = pool.postTask(retrying(task, { count: 2 }));
      env.advanceBy(100);
      expect(handle.result).to.equal(3);
      expect(log).to.deep.equal(['unsubscribed at 5', 'unsubscribed at 10', 'unsubscribed at 15']);
    });

    it('that is stale once the attempt is over: nothing of it reaches the next one', async () => {
      const stale: TaskContext[] = [];
      const task = async (context: TaskContext): Promise<string> => {
        if (stale.push(context) === 1) throw 'expected';
        const [first] = stale;
        first!.abort('too late');
        first!.alarm(1, () => note('alarm'));
        first!.sleepThen(1, () => note('sleepThen'));
        first!.yieldThen(nothing);
        note(`${first!.signal.aborted} ${first!.shouldYield()}`);
        note(String(await first!.sleep(1).catch((error: unknown) => error)));
        await context.sleep(5);
        return 'result';
      };
      const handle = pool.postTask(retrying(task, { count: 1 }));
      await env.advanceByAsync(20);
      expect(handle.result).to.equal('result');
      expect(log).to.deep.equal(['true true at 0', 'expected at 0']);
    });

    it('whose signal is aborted from the start when the task is', () => {
      let aborted: unknown;
      const handle = pool.postTask(
        retrying(
          (context) => {
            handle.cancel();
            aborted = context.signal.aborted;
          },
          { count: 1 },
        ),
      );
      handle.then(nothing, nothing);
      env.runUntilIdle();
      expect(aborted).to.equal(true);
    });

    it('and leaves nothing on the signal of the task when an attempt is over', async () => {
      let isFirst = true;
      let listeners = 0;
      const task: TaskFunction<unknown> = (context) => {
        const { signal } = context;
        const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
        signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args));
        signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners--, remove(...args));
        return retrying(
          (attempt) => {
            expect(attempt.signal.aborted).to.equal(false);
            if (!isFirst) return listeners;
            isFirst = false;
            throw 'expected';
          },
          { count: 1 },
        )(context);
      };
      const handle = pool.postTask(task);
      env.runUntilIdle();
      expect([await handle, listeners]).to.deep.equal([1, 0]);
    });
  });

  describe('keeps the errors of the earlier attempts,', () => {
    it('oldest first, beside the error itself, which is not touched', async () => {
      const errors = ['a', 'b', 'c'].map((message) => Object.freeze(new Error(message)));
      const left = [...errors];
      const handle = pool.postTask(
        retrying(
          () => {
            throw left.shift()!;
          },
          { count: 2 },
        ),
      );
      env.runUntilIdle();
      const error = await rejectionOf(handle);
      expect(error).to.equal(errors[2]);
      expect(earlierErrors(error)).to.deep.equal(errors.slice(0, 2));
      expect(earlierErrors(errors[0])).to.deep.equal([]);
    });

    it('of whatever kind they are; an error that is no object has no history', async () => {
      for (const [last, expected] of [
        [{ code: 1 }, ['text', undefined]],
        [nothing, ['text', undefined]],
        ['text', []],
        [undefined, []],
        [null, []],
      ] as const) {
        const left: unknown[] = ['text', undefined, last];
        const handle = pool.postTask(
          retrying(
            () => {
              throw left.shift();
            },
            { count: 2 },
          ),
        );
        env.runUntilIdle();
        const error: unknown = await handle.then(nothing, (reason: unknown) => reason);
        expect(error).to.equal(last);
        expect(earlierErrors(error)).to.deep.equal(expected);
      }
    });

    it('of the task that has ended last, where the error object is shared', async () => {
      const shared = Object.freeze(new Error('shared'));
      const fail = (): never => {
        throw shared;
      };
      const lengths: number[] = [];
      for (const count of [2, 0, 1]) {
        const handle = pool.postTask(retrying(fail, { count }));
        env.runUntilIdle();
        lengths.push(earlierErrors(await rejectionOf(handle)).length);
      }
      expect(lengths).to.deep.equal([2, 0, 1]);
    });

    it('at most the latest 100 of them, in a frozen list', async () => {
      let attempts = 0;
      const fail = (): never => {
        throw Object.assign(new Error('expected'), { attempt: ++attempts });
      };
      const handle = pool.postTask(retrying(fail, { count: 150 }));
      env.runUntilIdle();
      const earlier = earlierErrors(await rejectionOf(handle)) as { attempt: number }[];
      expect(earlier.map(({ attempt }) => attempt)).to.deep.equal(Array.from({ length: 100 }, (_, i) => 51 + i));
      expect(Object.isFrozen(earlier)).to.equal(true);
    });

    it('and none of an error of any other task, or of no task', () => {
      for (const error of [new Error('other'), 1, null, undefined]) expect(earlierErrors(error)).to.deep.equal([]);
    });
  });

  describe('fails with', () => {
    const failsWith = async (options: RetryOptions): Promise<Error> => {
      const handle = pool.postTask(retrying(failing(9), options));
      env.runUntilIdle();
      const error = await rejectionOf(handle);
      expect(log).to.deep.equal(['attempt 1 at 0']);
      expect(earlierErrors(error)).to.deep.equal([1]);
      return error;
    };
    const throwing = (): never => {
      throw new Error('of the function');
    };

    it('what the function delay throws', async () => {
      expect((await failsWith({ count: 2, delay: throwing })).message).to.equal('of the function');
    });

    it('what the function if throws', async () => {
      expect((await failsWith({ count: 2, if: throwing })).message).to.equal('of the function');
    });

    it('an error that says what the function delay must give', async () => {
      const error = await failsWith({ count: 2, delay: () => NaN });
      expect(error).to.be.instanceOf(RangeError);
      expect(error.message).to.equal(
        'The delay of a retry must be a number of milliseconds, 0 or more, or Infinity; got NaN.',
      );
    });

    it('an error that says what the function if must give, such as one for a promise', async () => {
      const error = await failsWith({ count: 2, if: (async () => false) as never });
      expect(error).to.be.instanceOf(TypeError);
      expect(error.message).to.equal('What the option if of a retry returns must be true or false; got an object.');
    });

    it('what the task returned that no task may return, at once: a generator, or the handle of a task behind it', async () => {
      const runner = pool.createSequencedTaskRunner();
      const generator = runner.postTask(retrying(function* () {}, { count: 9 }));
      const generatorError = rejectionOf(generator);
      const deadlock = runner.postTask(retrying(() => runner.postTask(nothing), { count: 9 }));
      const deadlockError = rejectionOf(deadlock);
      await env.runUntilIdleAsync();
      expect((await generatorError).message).to.contain('only when it is wrapped by steps()');
      expect(await deadlockError).to.be.instanceOf(TaskDeadlockError);
    });

    it('what the clean-up of an aborted attempt throws: it is not run again', async () => {
      const handle = pool.postTask(
        retrying(
          steps(function* (context) {
            try {
              note('begins');
              context.abort('aborted');
              yield;
            } finally {
              yield;
              // eslint-disable-next-line no-unsafe-finally -- that is the case
              throw new Error('of the clean-up');
            }
          }),
          { count: 9, delay: 5 },
        ),
      );
      const error = rejectionOf(handle);
      env.advanceBy(50);
      expect((await error).message).to.equal('of the clean-up');
      expect(earlierErrors(await error)).to.deep.equal(['aborted']);
      expect(log).to.deep.equal(['begins at 0']);
    });
  });

  it('loses no error of a clean-up when its handle has settled: the pool is told', () => {
    const handle = pool.postTask(
      retrying(
        steps(function* () {
          try {
            handle.cancel();
            yield;
          } finally {
            yield;
            // eslint-disable-next-line no-unsafe-finally -- that is the case
            throw 'of the clean-up';
          }
        }),
        { count: 9 },
      ),
    );
    handle.then(nothing, nothing);
    env.runUntilIdle();
    expect(reported).to.deep.equal(['of the clean-up']);
  });

  it('is told to the pool only when it has failed in the end, and once', () => {
    void pool.postTask(retrying(failing(1), { count: 1 }));
    pool.postTask(retrying(failing(9), { count: 2 }));
    env.runUntilIdle();
    expect(reported).to.deep.equal([3]);
  });

  it('may be inside of another, which runs all of its attempts again', () => {
    const inner = retrying(failing(4), { count: 1, delay: 1 });
    const handle = pool.postTask(retrying(inner, { count: 2, delay: 10 }));
    env.advanceBy(50);
    expect(handle.result).to.equal(5);
    expect(log).to.deep.equal([0, 1, 11, 12, 22].map((at, index) => `attempt ${index + 1} at ${at}`));
  });

  it('that is inside of another is aborted with its attempt, and waited for', async () => {
    const inner = retrying(obedient(3), { count: 9 });
    const handle = pool.postTask(retrying(timeLimit(5, inner), { count: 1 }));
    const error = rejectionOf(handle);
    await env.advanceByAsync(50);
    expect((await error).name).to.equal('TimeoutError');
    expect(log).to.deep.equal([...timedOut(0), ...timedOut(8)]);
  });

  it('works on a runner that somebody else has written', async () => {
    env.dispose();
    const other = new HandmadeRunner();
    const seen: unknown[] = [];
    let attempts = 0;
    const task = async ({ signal }: TaskContext): Promise<string> => {
      if (++attempts < 3) throw new Error(`attempt ${attempts}`);
      return `result ${signal.aborted}`;
    };
    seen.push(await other.postTask(retrying(task, { count: 2, delay: 1 })));
    attempts = 0;
    const error = await rejectionOf(other.postTask(retrying(task, { count: 1 })));
    seen.push(
      error.message,
      earlierErrors(error).map((earlier) => (earlier as Error).message),
    );
    attempts = 0;
    seen.push(await lastValueFrom(fromTask(other, retrying(task, { count: 2 })).pipe(toArray())));
    expect(seen).to.deep.equal(['result false', 'attempt 2', ['attempt 1'], ['result false']]);
    env = new TaskEnvironment();
  });

  it('must be a function, with options that say what they must', () => {
    for (const [options, message] of [
      [undefined, 'The options of a retry must be an object with a count; got undefined.'],
      [null, 'The options of a retry must be an object with a count; got null.'],
      [3, 'The options of a retry must be an object with a count; got 3.'],
      [{}, 'The count of retries must be an integer, 0 or more, or Infinity; got undefined.'],
      [{ count: -1 }, 'The count of retries must be an integer, 0 or more, or Infinity; got -1.'],
      [{ count: 1.5 }, 'The count of retries must be an integer, 0 or more, or Infinity; got 1.5.'],
      [{ count: NaN }, 'The count of retries must be an integer, 0 or more, or Infinity; got NaN.'],
      [{ count: '3' }, "The count of retries must be an integer, 0 or more, or Infinity; got '3'."],
      [
        { count: 1, delay: -1 },
        'The delay of a retry must be a number of milliseconds, 0 or more, or Infinity; got -1.',
      ],
      [
        { count: 1, delay: '5' },
        "The delay of a retry must be a number of milliseconds, 0 or more, or Infinity; got '5'.",
      ],
      [{ count: 1, if: true }, 'The option if of a retry must be a function; got true.'],
    ] as const) {
      const error = errorOf(() => retrying(nothing, options as never));
      expect(error.message).to.equal(message);
      expect(error).to.be.instanceOf(/got -?[\d.]+\.$|NaN/.test(message) && options !== 3 ? RangeError : TypeError);
    }
    expect(errorOf(() => retrying(1 as never, { count: 1 })).message).to.equal('A task must be a function; got 1.');
  });
});
