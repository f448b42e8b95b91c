import { expect } from 'chai';
import { Observable } from 'rxjs';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { keyed, type Runner, stats, ThreadPool, timeLimit } from '../../src/index.js';
import { TaskEnvironment } from '../../src/testing/index.js';

describe('A task that sleeps', () => {
  let env: TaskEnvironment;
  let pool: ThreadPool;
  let runner: Runner;
  let log: string[];
  const note = (entry: string) => (): void => void log.push(`${entry} at ${env.now()}`);

  beforeEach(() => {
    env = new TaskEnvironment();
    pool = new ThreadPool({ workers: 1 });
    runner = pool.createSequencedTaskRunner({ name: 'runner' });
    log = [];
  });

  afterEach(() => env.dispose({ allowPending: true }));

  it('may sleep again and again, for as long as it says each time', async () => {
    void runner.postTask(async (context) => {
      for (const ms of [3, 4, 5]) {
        await context.sleep(ms);
        note(`slept ${ms}`)();
      }
    });
    await env.advanceByAsync(20);
    expect(log).to.deep.equal(['slept 3 at 3', 'slept 4 at 7', 'slept 5 at 12']);
  });

  it('may sleep several times at once', async () => {
    void runner.postTask(async (context) => {
      await Promise.all([5, 15].map((ms) => context.sleep(ms).then(note(`${ms}`))));
      note('both')();
    });
    await env.advanceByAsync(20);
    expect(log).to.deep.equal(['5 at 5', '15 at 15', 'both at 15']);
  });

  it('gives its worker to others, and keeps its sequence', async () => {
    void runner.postTask((context) => context.sleep(10).then(note('sleeper')));
    void runner.postTask(note('behind it'));
    void pool.createSequencedTaskRunner().postTask(note('other'));
    await env.advanceByAsync(20);
    expect(log).to.deep.equal(['other at 0', 'sleeper at 10', 'behind it at 10']);
  });

  it('gets a worker on waking before tasks that have not begun', async () => {
    void runner.postTask((context) => context.sleep(5).then(note('sleeper')));
    await env.advanceByAsync(1);
    const other = pool.createSequencedTaskRunner();
    void other.postTask(() => new Promise<void>((resolve) => env.at('------a', { a: resolve })));
    void other.postTask(note('not begun'));
    await env.advanceByAsync(20);
    expect(log).to.deep.equal(['sleeper at 7', 'not begun at 7']);
  });

  it('gets one before a task that was called to a worker which a more urgent one took', async () => {
    const busy = (ms: number) => () => new Promise<void>((resolve) => env.at(`${ms}ms a`, { a: resolve }));
    void runner.postTask((context) =>
      busy(1)()
        .then(() => context.sleep(1))
        .then(note('sleeper')),
    );
    await env.runUntilIdleAsync();
    void pool.createSequencedTaskRunner({ priority: 'user-blocking' }).postTask(busy(6));
    void pool.createSequencedTaskRunner().postTask(note('not begun'));
    await env.advanceByAsync(20);
    expect(log).to.deep.equal(['sleeper at 7', 'not begun at 7']);
  });

  it('is stopped by its time limit in its second sleep', async () => {
    const handle = runner.postTask(
      timeLimit(8, async (context) => {
        await context.sleep(5);
        note('first')();
        await context.sleep(5);
        note('never')();
      }),
    );
    handle.then(undefined, (error: unknown) => note((error as Error).name)());
    await env.advanceByAsync(20);
    expect(log).to.deep.equal(['first at 5', 'TimeoutError at 8']);
  });

  it('wakes with the reason when it is cancelled, and its sequence is free', async () => {
    const handle = runner.postTask(async (context) => {
      await context.sleep(1_000).catch((error: unknown) => note((error as Error).name)());
    });
    void runner.postTask(note('next'));
    await env.advanceByAsync(3);
    handle.cancel('enough');
    await env.runUntilIdleAsync();
    expect(log).to.deep.equal(['AbortError at 3', 'next at 3']);
  });

  it('lives on in a shutdown that waits for it', async () => {
    void runner.postTask((context) => context.sleep(10).then(note('saved')), { shutdownBehavior: 'block-shutdown' });
    await env.advanceByAsync(1);
    const report = pool.shutdown();
    await env.advanceByAsync(20);
    expect(log).to.deep.equal(['saved at 10']);
    expect((await report).ran).to.have.length(1);
  });

  it('lives on in a shutdown that begins when it has woken, and waits for a worker that never comes free', async () => {
    const other = pool.createSequencedTaskRunner({ shutdownBehavior: 'continue-on-shutdown' });
    void runner.postTask((context) => context.sleep(5).then(note('woken')));
    await env.advanceByAsync(1);
    void other.postTask(() => new Promise(() => undefined));
    await env.advanceByAsync(10);
    expect(log).to.be.empty;
    const report = pool.shutdown();
    await env.advanceByAsync(1);
    expect(log).to.deep.equal(['woken at 11']);
    expect((await report).ran).to.have.length(1);
  });

  it('goes on in the order of waking among others that wake at once', async () => {
    const wide = new ThreadPool({ workers: 4 });
    for (const name of ['a', 'b', 'c', 'd']) {
      void wide.createSequencedTaskRunner().postTask((context) => context.sleep(20).then(note(name)));
    }
    await env.advanceByAsync(30);
    expect(log).to.deep.equal(['a at 20', 'b at 20', 'c at 20', 'd at 20']);
  });

  it('takes turns with others that sleep again and again, and starves nobody who has not begun', async () => {
    const runs = [0, 0, 0, 0];
    const hold = (ms: number): Promise<void> => new Promise((resolve) => env.at(`${ms}ms a`, { a: resolve }));
    runs.forEach((_, index) => {
      void pool.createSequencedTaskRunner().postTask(async (context) => {
        await context.sleep(20);
        for (;;) {
          await hold(3);
          runs[index]!++;
          await context.sleep(1);
        }
      });
    });
    await env.advanceByAsync(30);
    void runner.postTask(note('begun'));
    await env.advanceByAsync(1_000);
    expect(Math.max(...runs) - Math.min(...runs), `runs: ${runs.join()}`).to.be.at.most(10);
    expect(log).to.have.length(1);
  });

  it('waits for a task of another runner without holding its worker', async () => {
    const other = pool.createSequencedTaskRunner();
    const handle = runner.postTask(async (context) => `${await context.waitFor(other.postTask(() => 'answer'))}!`);
    await env.runUntilIdleAsync();
    expect(handle.result).to.equal('answer!');
  });

  it('calls each of its alarms, and none after it has settled', async () => {
    void runner.postTask(async (context) => {
      for (const ms of [2, 4, 6, 30]) context.alarm(ms, note(`alarm ${ms}`));
      await context.sleep(10);
    });
    await env.advanceByAsync(50);
    expect(log).to.deep.equal(['alarm 2 at 2', 'alarm 4 at 4', 'alarm 6 at 6']);
  });

  it('works without promises too, in synchronous virtual time', () => {
    const handle = runner.postTask(
      (context) =>
        new Observable<string>((subscriber) => {
          context.sleepThen(3, () => {
            note('slept')();
            context.yieldThen(() => {
              subscriber.next('done');
              subscriber.complete();
            });
          });
        }),
    );
    void runner.postTask(note('behind it'));
    env.advanceBy(10);
    expect(log).to.deep.equal(['slept at 3', 'behind it at 3']);
    expect(handle.result).to.equal('done');
  });

  it('does not call what sleepThen was given when it has ended before', () => {
    void runner.postTask((context) => context.sleepThen(3, note('never')));
    env.advanceBy(10);
    expect(log).to.be.empty;
  });
});

describe('The runner of a key, on a fake clock', () => {
  let clock: SinonFakeTimers;

  beforeEach(() => (clock = useFakeTimers()));
  afterEach(() => clock.restore());

  it('costs nothing when it is idle, however often it was used', () => {
    const byKey = keyed<number>(new ThreadPool());
    for (let i = 0; i < 100; i++) {
      byKey.runner(1).schedule(() => undefined);
      clock.tick(1);
    }
    expect(byKey.size).to.equal(0);
    expect(stats(byKey.runner(1)).queued).to.equal(0);
  });
});
