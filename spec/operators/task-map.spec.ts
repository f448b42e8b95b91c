import { expect } from 'chai';
import { concat, config, EMPTY, map, type Observable, of, Subject, take, throwError, timer } from 'rxjs';
import { useFakeTimers } from 'sinon';
import {
  keyed,
  stats,
  type StepFunction,
  steps,
  type TaskContext,
  type TaskFunction,
  ThreadPool,
  whenIdle,
} from '../../src/index.js';
import { taskMap } from '../../src/operators/index.js';
import { gate, macrotask, microtasks } from '../support/support.js';
import { logOf } from './support.js';

describe('taskMap', () => {
  const pool = new ThreadPool({ workers: 8 });
  const runner = pool.createSequencedTaskRunner({ name: 'account' });

  it('emits what tasks give: a value, what a promise resolves with, all values of an observable', async () => {
    const results: Record<string, () => number | Promise<number> | Observable<number>> = {
      value: () => 1,
      promise: () => Promise.resolve(2),
      observable: () => of(3, 4),
    };
    const { events } = logOf(of('value', 'promise', 'observable').pipe(taskMap(runner, (kind) => results[kind]!())));
    expect(events).to.deep.equal([]);
    await whenIdle(runner);
    expect(events).to.deep.equal([1, 2, 3, 4, 'complete']);
  });

  it('runs the task function that its project gives: one with steps, with a time limit, or of a thread', async () => {
    const contexts: TaskContext[] = [];
    const kinds: Record<string, TaskFunction<string>> = {
      value: (context) => `${contexts.push(context)}`,
      observable: () => of('a', 'b'),
      steps: steps(function* () {
        yield;
        return 'rested';
      }),
    };
    const { events } = logOf(of('value', 'observable', 'steps').pipe(taskMap(runner, (kind) => kinds[kind]!)));
    await whenIdle(runner);
    expect(events).to.deep.equal(['1', 'a', 'b', 'rested', 'complete']);
    expect(contexts[0]!.runner).to.equal(runner);
  });

  it('emits what a generator returns whose steps its project runs', async () => {
    const doubled = (value: number): StepFunction<number> =>
      function* () {
        yield;
        return 2 * value;
      };
    const { events } = logOf(of(1, 2).pipe(taskMap(runner, (value, context) => steps(doubled(value))(context))));
    await whenIdle(runner);
    expect(events).to.deep.equal([2, 4, 'complete']);
  });

  it('gives the task a context, with its runner and a signal', async () => {
    const contexts: TaskContext[] = [];
    logOf(of(1).pipe(taskMap(runner, (_, context) => contexts.push(context))));
    await whenIdle(runner);
    expect(contexts[0]!.runner).to.equal(runner);
    expect(contexts[0]!.signal).to.be.an.instanceof(AbortSignal);
  });

  it('makes streams that share a runner exclude each other, across await', async () => {
    let inside = 0;
    const overlaps: number[] = [];
    const enter = async (value: number): Promise<number> => {
      overlaps.push(++inside);
      await macrotask();
      inside--;
      return value;
    };
    const logs = [logOf(of(1, 2).pipe(taskMap(runner, enter))), logOf(of(3, 4).pipe(taskMap(runner, enter)))];
    await whenIdle(runner);
    expect(logs.map(({ events }) => events)).to.deep.equal([
      [1, 2, 'complete'],
      [3, 4, 'complete'],
    ]);
    expect(overlaps).to.deep.equal([1, 1, 1, 1]);
  });

  it('emits a result before the next task of the sequence begins', async () => {
    const { events } = logOf(
      of(1, 2).pipe(
        taskMap(runner, async (value) => {
          events.push(`begin ${value}`);
          await macrotask();
          return value;
        }),
      ),
    );
    await whenIdle(runner);
    expect(events).to.deep.equal(['begin 1', 1, 'begin 2', 2, 'complete']);
  });

  for (const [kind, parallel] of [
    ['a parallel runner', pool.createParallelTaskRunner({ maxConcurrency: 2 })],
    ['a pool', pool],
  ] as const) {
    it(`emits results as the tasks finish on ${kind}`, async () => {
      const gates = [gate<string>(), gate<string>()];
      const { events } = logOf(of(0, 1).pipe(taskMap(parallel, (index) => gates[index]!.promise)));
      await macrotask();
      gates[1]!.open('second');
      await microtasks();
      gates[0]!.open('first');
      await whenIdle(parallel);
      expect(events).to.deep.equal(['second', 'first', 'complete']);
    });
  }

  it('keeps the order per key on a byKey runner, and runs keys side by side', async () => {
    const byKey = keyed(pool);
    const first = gate();
    const { events } = logOf(
      of('a1', 'a2', 'b1', 'b2').pipe(
        taskMap(
          byKey,
          async (word) => {
            if (word === 'a1') await first.promise;
            return word;
          },
          { key: (word) => word[0]! },
        ),
      ),
    );
    await macrotask();
    await macrotask();
    expect(events).to.deep.equal(['b1', 'b2']);
    first.open();
    await whenIdle(pool);
    expect(events).to.deep.equal(['b1', 'b2', 'a1', 'a2', 'complete']);
    expect(byKey.size).to.equal(0);
  });

  it('takes what key throws for an error of the stream', () => {
    const key = (): never => {
      throw new Error('no key');
    };
    const { events } = logOf(of(1).pipe(taskMap(keyed(pool), () => 1, { key })));
    expect(events).to.deep.equal(['error no key']);
  });

  it('fails with the first error of a task, at once, cancels what waits and aborts what runs', async () => {
    const parallel = pool.createParallelTaskRunner({ maxConcurrency: 2 });
    const began: number[] = [];
    let signal!: AbortSignal;
    const source = new Subject<number>();
    const { events } = logOf(
      source.pipe(
        taskMap(parallel, (value, context) => {
          began.push(value);
          if (value === 2) throw new Error('two');
          ({ signal } = context);
          return new Promise<number>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
        }),
      ),
    );
    for (const value of [1, 2, 3]) source.next(value);
    await whenIdle(parallel);
    expect(events).to.deep.equal(['error two']);
    expect(began).to.deep.equal([1, 2]);
    expect(signal.aborted).to.be.true;
    expect(source.observed).to.be.false;
  });

  it('fails at once with the error of the source, and cancels what waits', async () => {
    const failing = concat(
      of(1, 2),
      throwError(() => new Error('end')),
    );
    const { events } = logOf(failing.pipe(taskMap(runner, (value) => value)));
    expect(events).to.deep.equal(['error end']);
    expect(stats(runner).queued).to.equal(0);
  });

  it('cancels what waits and what runs when it is unsubscribed from', async () => {
    const signals: AbortSignal[] = [];
    const { events, subscription } = logOf(
      of(1, 2, 3).pipe(
        taskMap(runner, (_, { signal }) => {
          signals.push(signal);
          return timer(60_000);
        }),
      ),
    );
    await macrotask();
    subscription.unsubscribe();
    expect(signals.map(({ aborted }) => aborted)).to.deep.equal([true]);
    expect(stats(runner)).to.include({ queued: 0, running: 0 });
    expect(events).to.deep.equal([]);
  });

  it('ends in the middle when a result is enough', async () => {
    const { events } = logOf(
      of(1, 2, 3).pipe(
        taskMap(runner, (value) => value),
        take(1),
      ),
    );
    await whenIdle(runner);
    expect(events).to.deep.equal([1, 'complete']);
  });

  it('takes values that its own results cause', async () => {
    const values = new Subject<number>();
    const doubled = values.pipe(taskMap(runner, (value) => value * 2));
    const { events } = logOf(
      doubled.pipe(map((value) => (value < 20 ? (values.next(value), value) : (values.complete(), value)))),
    );
    values.next(3);
    await whenIdle(runner);
    expect(events).to.deep.equal([6, 12, 24, 'complete']);
  });

  it('completes an empty source at once', () => {
    expect(logOf(EMPTY.pipe(taskMap(runner, (value) => value))).events).to.deep.equal(['complete']);
  });

  it('fails when the runner takes nothing in, so that the stream does not hang', async () => {
    const closed = pool.createSequencedTaskRunner();
    await closed.shutdown();
    const { events } = logOf(of(1).pipe(taskMap(closed, (value) => value)));
    expect(events).to.deep.equal(['TaskRejectedError shutdown']);
  });

  it('reports the error of a task, and what becomes of the cancelled ones, nowhere else', () => {
    const clock = useFakeTimers();
    const errors: unknown[] = [];
    const strict = new ThreadPool({ onTaskError: (error) => errors.push(error) });
    config.onStoppedNotification = (notification) => errors.push(notification);
    try {
      const fail = (value: number): never => {
        throw new Error(`${value}`);
      };
      const { events } = logOf(of(1, 2).pipe(taskMap(strict, fail)));
      clock.runAll();
      expect(events).to.deep.equal(['error 1']);
      expect(errors).to.deep.equal([]);
    } finally {
      config.onStoppedNotification = null;
      clock.restore();
    }
  });
});
