import { expect } from 'chai';
import {
  keyed,
  type Runner,
  stats,
  type TaskContext,
  TaskDeadlockError,
  type TaskHandle,
  ThreadPool,
  timeLimit,
} from '../../src/index.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { FakeTime } from '../support/fake-time.js';
import { gate, uncaughtDuring } from '../support/support.js';

describe('A task that waits for a promise by context.waitFor', () => {
  let env: TaskEnvironment;
  let pool: ThreadPool;
  let runner: Runner;
  let other: Runner;
  let log: string[];
  const note = (entry: string) => (): void => void log.push(`${entry} at ${env.now()}`);
  const bystanders = new ThreadPool({ workers: Infinity });
  /** A promise that resolves in so many virtual milliseconds, and holds nothing of the pool. */
  const after = (ms: number): TaskHandle<void> => bystanders.postTask(() => undefined, { delay: ms });

  beforeEach(() => {
    env = new TaskEnvironment();
    pool = new ThreadPool({ workers: 1 });
    runner = pool.createSequencedTaskRunner({ name: 'runner' });
    other = pool.createSequencedTaskRunner({ name: 'other' });
    log = [];
  });

  afterEach(() => env.dispose({ allowPending: true }));

  it('gets its result, or its error', async () => {
    const error = new Error('expected');
    const handle = runner.postTask(async (context) => [
      await context.waitFor(Promise.resolve('settled')),
      await context.waitFor(after(3).then(() => 'later')),
      await context.waitFor(Promise.reject(error)).catch((reason: unknown) => reason),
      await context.waitFor({ then: (resolve: (value: string) => unknown) => resolve('thenable') } as Promise<string>),
    ]);
    await env.advanceByAsync(10);
    expect(handle.result).to.deep.equal(['settled', 'later', error, 'thenable']);
  });

  describe('meanwhile', () => {
    it('gives its worker to others, and keeps its sequence', async () => {
      void runner.postTask((context) => context.waitFor(after(10)).then(note('waiter')));
      void runner.postTask(note('behind it'));
      void other.postTask(note('other'));
      await env.advanceByAsync(5);
      expect([stats(pool).busy, stats(runner).running, log]).to.deep.equal([0, 1, ['other at 0']]);
      await env.advanceByAsync(10);
      expect(log).to.deep.equal(['other at 0', 'waiter at 10', 'behind it at 10']);
    });

    it('as the task of a key, keeps that key, and no other', async () => {
      const byKey = keyed(pool);
      void byKey.runner('a').postTask((context) => context.waitFor(after(5)).then(note('a')));
      void byKey.runner('a').postTask(note('behind a'));
      void byKey.runner('b').postTask(note('b'));
      await env.advanceByAsync(10);
      expect(log).to.deep.equal(['b at 0', 'a at 5', 'behind a at 5']);
    });

    it('on a parallel runner, keeps its place among those that run at once', async () => {
      const two = new ThreadPool().createParallelTaskRunner({ maxConcurrency: 2 });
      for (const name of ['a', 'b']) {
        void two.postTask((context) => context.waitFor(after(name === 'a' ? 5 : 9)).then(note(name)));
      }
      void two.postTask(note('third'));
      await env.advanceByAsync(10);
      expect(log).to.deep.equal(['a at 5', 'third at 5', 'b at 9']);
    });
  });

  it('may wait for tasks that wait for tasks, all of them on one worker', async () => {
    const runners = Array.from({ length: 5 }, () => pool.createSequencedTaskRunner());
    const depth = (level: number): TaskHandle<number> =>
      runners[level]!.postTask(async (context) => (level === 4 ? 1 : 1 + (await context.waitFor(depth(level + 1)))));
    const handle = depth(0);
    await env.runUntilIdleAsync();
    expect(handle.result).to.equal(5);
  });

  describe('on waking', () => {
    it('gets a worker before tasks that have not begun', async () => {
      void runner.postTask((context) => context.waitFor(after(5)).then(note('waiter')));
      await env.advanceByAsync(1);
      void other.postTask(() => after(6));
      void other.postTask(note('not begun'));
      await env.advanceByAsync(20);
      expect(log).to.deep.equal(['waiter at 7', 'not begun at 7']);
    });

    it('comes in the order of waking, at the very time at which its promise settles', async () => {
      for (const [name, ms] of [
        ['c', 7],
        ['a', 3],
        ['b', 3],
        ['d', 12],
      ] as const) {
        void pool.createSequencedTaskRunner().postTask((context) => context.waitFor(after(ms)).then(note(name)));
      }
      await env.advanceByAsync(20);
      expect(log).to.deep.equal(['a at 3', 'b at 3', 'c at 7', 'd at 12']);
    });

    it('is exact through chains of promises and several waits, one after another and at once', async () => {
      void runner.postTask(async (context) => {
        const late = async (): Promise<void> => {
          await after(4);
          await Promise.resolve();
          await after(2);
        };
        await context.waitFor(late());
        note('chain')();
        await context.sleep(4);
        note('slept')();
        await Promise.all([5, 2].map((ms) => context.waitFor(after(ms)).then(note(`${ms}`))));
        note('both')();
      });
      await env.advanceByAsync(30);
      expect(log).to.deep.equal(['chain at 6', 'slept at 10', '2 at 12', '5 at 15', 'both at 15']);
    });
  });

  describe('wakes with the reason', () => {
    const waiting = (context: TaskContext): Promise<unknown> =>
      context.waitFor(new Promise(() => undefined)).catch((error: unknown) => {
        note((error as Error).name)();
        expect(context.signal.aborted).to.equal(true);
        expect(context.signal.reason).to.equal(error);
      });

    it('when its handle is cancelled, and its sequence is free', async () => {
      const handle = runner.postTask(waiting);
      void runner.postTask(note('next'));
      await env.advanceByAsync(3);
      handle.cancel('enough');
      await env.runUntilIdleAsync();
      expect(log).to.deep.equal(['AbortError at 3', 'next at 3']);
      expect(stats(pool).busy).to.equal(0);
    });

    it('when the signal of its post aborts', async () => {
      const controller = new AbortController();
      void runner.postTask(waiting, { signal: controller.signal }).then(undefined, () => undefined);
      env.at('----x', { x: () => controller.abort('gone') });
      await env.advanceByAsync(10);
      expect(log).to.deep.equal(['AbortError at 4']);
    });

    it('when its time limit is over', async () => {
      runner.postTask(timeLimit(8, waiting)).then(undefined, () => undefined);
      await env.advanceByAsync(10);
      expect(log).to.deep.equal(['TimeoutError at 8']);
    });

    it('though no worker is free', async () => {
      const handle = runner.postTask(waiting);
      await env.advanceByAsync(1);
      void other.postTask(() => new Promise(() => undefined));
      await env.advanceByAsync(1);
      handle.cancel();
      await env.runUntilIdleAsync();
      expect(log).to.deep.equal(['AbortError at 2']);
    });

    it('and what the promise rejects with afterwards is nobody’s unhandled rejection', async () => {
      const late = gate();
      const uncaught = await uncaughtDuring(async () => {
        const handle = runner.postTask((context) => context.waitFor(late.promise));
        await env.runUntilIdleAsync();
        handle.cancel();
        late.fail(new Error('late'));
        await env.runUntilIdleAsync();
      });
      expect(uncaught).to.be.empty;
    });
  });

  it('is not given its handle’s result twice: cancelled as the promise settles, it goes on once', async () => {
    const hold = gate();
    const handle = runner.postTask((context) =>
      context.waitFor(hold.promise).then(note('resolved'), (error: unknown) => note((error as Error).name)()),
    );
    await env.runUntilIdleAsync();
    hold.open();
    handle.cancel();
    await env.runUntilIdleAsync();
    expect(log).to.deep.equal(['AbortError at 0']);
  });

  describe('in a shutdown', () => {
    it('that waits for it, lives on', async () => {
      void runner.postTask((context) => context.waitFor(after(10)).then(note('saved')), { name: 'save' });
      await env.advanceByAsync(1);
      const report = pool.shutdown();
      await env.advanceByAsync(20);
      expect(log).to.deep.equal(['saved at 10']);
      expect((await report).ran).to.deep.equal(['save']);
    });

    it('that waits for it, goes on though others hold all workers for ever', async () => {
      const telemetry = pool.createSequencedTaskRunner({ shutdownBehavior: 'continue-on-shutdown' });
      void runner.postTask((context) => context.waitFor(after(5)).then(note('woken')), { name: 'save' });
      await env.advanceByAsync(1);
      void telemetry.postTask(() => new Promise(() => undefined), { name: 'telemetry' });
      await env.advanceByAsync(1);
      const report = pool.shutdown();
      await env.advanceByAsync(10);
      expect(log).to.deep.equal(['woken at 5']);
      expect(await report).to.deep.equal({ ran: ['save'], skipped: [], abandoned: ['telemetry'] });
    });

    it('may wait for a task that it posts meanwhile, if that blocks the shutdown', async () => {
      const mail = pool.createSequencedTaskRunner({ shutdownBehavior: 'block-shutdown' });
      void runner.postTask(
        async (context) => {
          await context.waitFor(after(5));
          await context.waitFor(mail.postTask(note('receipt'), { name: 'receipt' }));
          note('order')();
        },
        { name: 'order' },
      );
      await env.advanceByAsync(1);
      const report = pool.shutdown();
      await env.advanceByAsync(10);
      expect(log).to.deep.equal(['receipt at 5', 'order at 5']);
      expect((await report).ran).to.have.members(['receipt', 'order']);
    });

    it('that times out, wakes with the reason', async () => {
      const handle = runner.postTask((context) =>
        context.waitFor(after(1_000)).catch((error: unknown) => note((error as Error).message)()),
      );
      void handle.then(undefined, () => undefined);
      await env.advanceByAsync(1);
      void pool.shutdown({ timeout: 5 });
      await env.advanceByAsync(10);
      expect(log).to.have.lengthOf(1);
      expect(log[0]).to.match(/has timed out.* at 6$/);
    });
  });

  it('would wait for itself, when that is a task behind it in its sequence, and is told so', async () => {
    const handle = runner.postTask((context) => context.waitFor(runner.postTask(note('never before it'))));
    handle.then(undefined, () => undefined);
    await env.runUntilIdleAsync();
    expect(handle.result).to.be.an.instanceof(TaskDeadlockError);
    expect((handle.result as Error).message).to.contain('waits for the handle of');
  });
});

describe('A task that waits for a promise under fake timers', () => {
  it('wakes in the tick in which the promise settles', async () => {
    const time = new FakeTime();
    try {
      const runner = new ThreadPool({ workers: 1 }).createSequencedTaskRunner();
      void runner.postTask((context) => context.waitFor(time.after(5)).then(time.noting('woken')));
      void runner.postTask(time.noting('behind it'));
      await time.pass(10);
      expect(time.log).to.deep.equal(['woken at 5', 'behind it at 5']);
    } finally {
      time.end();
    }
  });
});
