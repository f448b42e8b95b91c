import { expect } from 'chai';
import { concat, NEVER, of, range, Subject, switchMap, take, throwError, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import {
  flush,
  fromTask,
  retrying,
  type Runner,
  stats,
  steps,
  TaskRejectedError,
  ThreadPool,
  timeLimit,
} from '../../src/index.js';
import { RUNNER_KINDS } from '../support/runner-kinds.js';
import { errorOf, gate, macrotask, uncaughtDuring, turns } from '../support/support.js';

describe('fromTask', () => {
  let pool: ThreadPool;
  let runner: Runner;
  let log: unknown[];
  let reported: unknown[];

  beforeEach(() => {
    reported = [];
    pool = new ThreadPool({ onTaskError: (error) => reported.push(error) });
    runner = pool.createSequencedTaskRunner({ name: 'io' });
    log = [];
  });
  afterEach(() => {
    expect(reported).to.deep.equal([]);
  });

  const observer = {
    next: (value: unknown) => void log.push(value),
    error: (error: unknown) => void log.push('error', error),
    complete: () => void log.push('complete'),
  };

  it('is cold: it posts when it is subscribed to, and once for each subscription', async () => {
    let posted = 0;
    const source = fromTask(runner, () => ++posted);
    await turns();
    expect(stats(runner)).to.include({ queued: 0, running: 0 });
    expect(posted).to.equal(0);
    source.subscribe(observer);
    source.subscribe(observer);
    expect(posted).to.equal(0);
    await turns();
    expect(log).to.deep.equal([1, 'complete', 2, 'complete']);
  });

  for (const [kind, make] of Object.entries(RUNNER_KINDS)) {
    it(`posts to ${kind}`, async () => {
      const own = make();
      fromTask(own, ({ runner: actual }) => actual === own).subscribe(observer);
      await turns();
      expect(log).to.deep.equal([true, 'complete']);
    });
  }

  it('emits the one result of a task, and completes', async () => {
    const tasks = [() => 'value', async () => 'promise', () => undefined];
    for (const task of tasks) {
      fromTask<unknown>(runner, task).subscribe(observer);
      await turns();
    }
    fromTask(
      runner,
      steps(function* () {
        yield;
        return 'steps';
      }),
    ).subscribe(observer);
    await turns();
    expect(log).to.deep.equal(['value', 'complete', 'promise', 'complete', undefined, 'complete', 'steps', 'complete']);
  });

  it('emits all values of a task that returns an observable, as they come, and holds its sequence meanwhile', async () => {
    const source = new Subject<number>();
    fromTask(runner, () => source).subscribe(observer);
    runner.schedule(() => log.push('next'));
    await turns();
    source.next(1);
    expect(log).to.deep.equal([1]);
    source.next(2);
    source.complete();
    expect(log).to.deep.equal([1, 2, 'complete']);
    await turns();
    expect(log).to.deep.equal([1, 2, 'complete', 'next']);
  });

  it('completes without a value when the observable had none', async () => {
    fromTask(runner, () => of()).subscribe(observer);
    await turns();
    expect(log).to.deep.equal(['complete']);
  });

  it('errors with the error of the task, which is reported nowhere else', async () => {
    const error = new Error('expected');
    const tasks = [
      () => {
        throw error;
      },
      () => Promise.reject(error),
      () =>
        concat(
          of('value'),
          throwError(() => error),
        ),
    ];
    for (const task of tasks) {
      fromTask<unknown>(runner, task).subscribe(observer);
      await turns();
    }
    expect(log).to.deep.equal(['error', error, 'error', error, 'value', 'error', error]);
  });

  it('cancels the task when it is unsubscribed from: waiting, it is removed; running, its signal aborts', async () => {
    const hold = gate();
    let signal!: AbortSignal;
    const running = fromTask(runner, (context) => {
      ({ signal } = context);
      return hold.promise;
    }).subscribe(observer);
    const waiting = fromTask(runner, () => 'waiting').subscribe(observer);
    await macrotask();
    expect(stats(runner)).to.include({ queued: 1, running: 1 });
    waiting.unsubscribe();
    expect(stats(runner).queued).to.equal(0);
    running.unsubscribe();
    expect(signal.aborted).to.be.true;
    hold.open();
    await turns();
    expect(log).to.deep.equal([]);
    expect(stats(runner)).to.include({ queued: 0, running: 0 });
  });

  it('unsubscribes from the observable of its task', async () => {
    const source = new Subject<number>();
    const subscription = fromTask(runner, () => source).subscribe(observer);
    await macrotask();
    expect(source.observed).to.be.true;
    subscription.unsubscribe();
    expect(source.observed).to.be.false;
    expect(stats(runner).running).to.equal(0);
  });

  it('with switchMap runs the last of many only, and cancels the others', async () => {
    const queries = new Subject<string>();
    const begun: string[] = [];
    queries
      .pipe(
        switchMap((query) =>
          fromTask(runner, () => {
            begun.push(query);
            return `result of ${query}`;
          }),
        ),
      )
      .subscribe(observer);
    for (const query of ['a', 'ab', 'abc']) queries.next(query);
    await turns();
    expect(begun).to.deep.equal(['abc']);
    expect(log).to.deep.equal(['result of abc']);
  });

  it('errors when its signal aborts, when its task is dropped, and when it is refused', async () => {
    const controller = new AbortController();
    fromTask(runner, () => NEVER, { signal: controller.signal }).subscribe(observer);
    await macrotask();
    controller.abort('gone');
    fromTask(runner, () => 1, { signal: AbortSignal.abort('already') }).subscribe(observer);
    expect(log.map((entry) => (entry as Error).cause ?? entry)).to.deep.equal(['error', 'gone', 'error', 'already']);
    log = [];
    fromTask(runner, () => 1).subscribe(observer);
    await pool.shutdown();
    fromTask(runner, () => 1).subscribe(observer);
    expect(log.filter((entry) => entry instanceof TaskRejectedError).map(({ reason }) => reason)).to.deep.equal([
      'shutdown',
      'shutdown',
    ]);
  });

  it('errors when its task waits, or runs, for too long', async () => {
    const scheduler = new TestScheduler(() => undefined);
    scheduler.run(() => {
      const error = ({ name }: Error): void => void log.push(`${name} at ${scheduler.now()}`);
      fromTask(
        runner,
        timeLimit(20, () => NEVER),
      ).subscribe({ error });
      fromTask(runner, () => 1, { queueTimeout: 10 }).subscribe({ error });
    });
    expect(log).to.deep.equal(['TaskRejectedError at 10', 'TimeoutError at 20']);
  });

  it('delays the task after each subscription, in virtual time too', () => {
    const scheduler = new TestScheduler((actual, expected) => {
      expect(actual).to.deep.equal(expected);
    });
    scheduler.run(({ expectObservable }) => {
      const source = fromTask(runner, () => timer(2).pipe(switchMap(() => of('a', 'b'))), { delay: 3 });
      expectObservable(source).toBe('-----(ab|)');
      expectObservable(source, '--^').toBe('-------(ab|)');
      expectObservable(source, '^---!').toBe('');
    });
  });

  for (const [kind, task] of [
    ['an observable', () => range(0, Infinity)],
    ['an observable that is retried', retrying(() => range(0, Infinity), { count: 1 })],
    ['an observable with a time limit', timeLimit(1_000, () => range(0, Infinity))],
  ] as const) {
    it(`leaves ${kind} that emits at once and without end, when its subscriber has enough`, async () => {
      fromTask<number>(runner, task).pipe(take(2)).subscribe(observer);
      await flush(runner);
      expect(log).to.deep.equal([0, 1, 'complete']);
      expect(stats(runner)).to.include({ queued: 0, running: 0 });
    });
  }

  it('has the traits that it is given', async () => {
    const lazy = fromTask(runner, () => 'lazy', { priority: 'best-effort' });
    lazy.subscribe(observer);
    expect(stats(pool).lanes['best-effort']).to.equal(1);
    await turns();
    expect(log).to.deep.equal(['lazy', 'complete']);
  });

  it('whose observer throws does not hurt its runner', async () => {
    const error = new Error('expected');
    const uncaught = await uncaughtDuring(async () => {
      fromTask(runner, () => 1).subscribe(() => {
        throw error;
      });
      await flush(runner);
      // RxJS throws it from a timer, which comes before this one.
      await new Promise((resolve) => setTimeout(resolve));
    });
    expect(uncaught).to.deep.equal([error]);
    expect(await runner.postTask(() => 'next')).to.equal('next');
  });

  it('refuses a runner, or a task, that is none, where it is called', () => {
    expect(errorOf(() => fromTask({} as never, () => 1)).message).to.contain('fromTask needs a runner');
    expect(errorOf(() => fromTask(runner, 1 as never)).message).to.contain('A task must be a function');
  });
});
