import { expect } from 'chai';
import fc from 'fast-check';
import { TestScheduler } from 'rxjs/testing';
import {
  createFrameTaskRunner,
  hold,
  keyed,
  pendingTasks,
  postTaskAndReply,
  rateLimit,
  type Runner,
  runShutdownBlockers,
  type ShutdownBehavior,
  stats,
  ThreadPool,
} from '../../src/index.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { FakeTime } from '../support/fake-time.js';
import { RUNNER_KINDS } from '../support/runner-kinds.js';
import { errorOf, gate, rejectionOf } from '../support/support.js';

const shutdownBehavior: ShutdownBehavior = 'block-shutdown';

for (const [kind, make] of Object.entries(RUNNER_KINDS)) {
  describe(`runShutdownBlockers() of ${kind}`, () => {
    it('runs what blocks a shutdown, and what stands before it, before it returns; the rest runs afterwards', () => {
      using env = new TaskEnvironment();
      const runner = make();
      const log: string[] = [];
      const post = (name: string, behavior: ShutdownBehavior): void => {
        runner.postTask(() => log.push(name), { shutdownBehavior: behavior });
      };
      post('before', 'skip-on-shutdown');
      post('first', 'block-shutdown');
      post('between', 'continue-on-shutdown');
      post('last', 'block-shutdown');
      post('after', 'skip-on-shutdown');
      runShutdownBlockers(runner);
      expect(log).to.deep.equal(['before', 'first', 'between', 'last']);
      expect(stats(runner)).to.include({ queued: 1, finished: 4, dropped: 0 });
      env.runUntilIdle();
      expect(log.at(-1)).to.equal('after');
    });
  });
}

describe('runShutdownBlockers()', () => {
  let env: TaskEnvironment;
  let pool: ThreadPool;
  let runner: Runner;
  let log: string[];

  beforeEach(() => {
    env = new TaskEnvironment();
    pool = new ThreadPool({ workers: 1 });
    runner = pool.createSequencedTaskRunner({ name: 'runner', shutdownBehavior });
    log = [];
  });
  afterEach(() => {
    env.dispose({ allowPending: true });
  });

  const noting = (what: string) => () => void log.push(what);
  const left = () => pendingTasks(pool).map(({ name, state, waitsFor }) => [name, state, waitsFor]);

  it('of a pool takes its runners by their priority, and of each what blocks a shutdown', () => {
    const slow = pool.createSequencedTaskRunner({ priority: 'best-effort', shutdownBehavior });
    const none = pool.createSequencedTaskRunner({ priority: 'user-blocking' });
    const urgent = pool.createSequencedTaskRunner({ priority: 'user-blocking', shutdownBehavior });
    for (const [one, name] of [
      [slow, 'slow'],
      [none, 'none'],
      [runner, 'normal'],
      [urgent, 'urgent'],
    ] as const) {
      one.postTask(noting(`${name} task`));
      one.schedule(noting(`${name} action`));
    }
    runShutdownBlockers(pool);
    expect(log).to.deep.equal([
      ...['urgent task', 'urgent action'],
      ...['normal task', 'normal action'],
      ...['slow task', 'slow action'],
    ]);
    env.runUntilIdle();
    expect(log.slice(6)).to.deep.equal(['none task', 'none action']);
  });

  it('of one runner leaves the others of its pool alone', () => {
    const other = pool.createSequencedTaskRunner({ shutdownBehavior });
    other.postTask(noting('other'));
    runner.postTask(noting('own'));
    runShutdownBlockers(runner);
    expect(log).to.deep.equal(['own']);
  });

  it('of a keyed runner runs what its keys have', () => {
    const byKey = keyed(pool, { shutdownBehavior });
    for (const key of ['a', 'b']) for (const number of [1, 2]) byKey.runner(key).postTask(noting(`${key}${number}`));
    runShutdownBlockers(byKey);
    expect(log).to.deep.equal(['a1', 'a2', 'b1', 'b2']);
  });

  it('begins nothing behind a task that awaits something; pendingTasks tells what is lost if the page ends', async () => {
    const saved = gate();
    runner.postTask(noting('a'));
    const saving = runner.postTask(() => saved.promise, { name: 'saves' });
    const next = runner.postTask(noting('b'), { name: 'next' });
    runShutdownBlockers(runner);
    expect(log).to.deep.equal(['a']);
    expect(left()).to.deep.equal([
      ['saves', 'running', ''],
      ['next', 'queued', 'its sequence'],
    ]);
    expect(pendingTasks(pool).map((task) => task.shutdownBehavior)).to.deep.equal([shutdownBehavior, shutdownBehavior]);
    saved.open();
    await env.runUntilIdleAsync();
    await Promise.all([saving, next]);
    expect(log).to.deep.equal(['a', 'b']);
  });

  it('passes no closed gate: neither without a worker, nor during a hold, nor beyond a rate', () => {
    const busy = pool.createSequencedTaskRunner({ name: 'busy', shutdownBehavior });
    const held = pool.createSequencedTaskRunner({ name: 'held', shutdownBehavior });
    const rate = rateLimit({ starts: 1, per: 1_000 });
    const limited = pool.createSequencedTaskRunner({ name: 'limited', shutdownBehavior, rate });
    hold(held);
    for (const one of [held, limited]) for (const name of ['1', '2']) one.postTask(noting(`${one.name} ${name}`));
    runShutdownBlockers(pool);
    expect(log).to.deep.equal(['limited 1']);
    busy.postTask(() => new Promise(() => undefined), { name: 'holds the worker' });
    runner.postTask(noting('needs a worker'));
    runShutdownBlockers(pool);
    expect(log).to.deep.equal(['limited 1']);
    expect(left().map(([name, , waitsFor]) => `${name}: ${waitsFor}`)).to.include.members([
      'held: the release of a hold',
      'limited: its rate limit',
      'runner: a worker',
    ]);
  });

  it('runs what was delayed and is due, and nothing that is delayed still', () => {
    runner.postTask(noting('due'), { delay: 10 });
    runner.postTask(noting('not yet'), { delay: 11 });
    env.advanceClock(10);
    runShutdownBlockers(runner);
    expect(log).to.deep.equal(['due']);
    env.advanceBy(1);
    expect(log).to.deep.equal(['due', 'not yet']);
  });

  it('does not run what is posted meanwhile, nor an action twice that arms itself again', () => {
    runner.schedule(function () {
      log.push('action');
      if (log.length < 5) this.schedule();
    });
    runner.postTask(() => void runner.postTask(noting('posted later')));
    const done = postTaskAndReply(runner, () => 7, noting('reply'), { on: runner });
    runShutdownBlockers(runner);
    expect(log).to.deep.equal(['action']);
    env.runUntilIdle();
    expect(log).to.deep.equal(['action', 'action', 'posted later', 'reply', 'action']);
    expect(done.state).to.equal('done');
  });

  it('tells of a task that fails as ever, and runs the next', async () => {
    const failing = runner.postTask(() => {
      throw new Error('no room');
    });
    runner.postTask(noting('next'));
    runShutdownBlockers(runner);
    expect(log).to.deep.equal(['next']);
    expect((await rejectionOf(failing)).message).to.equal('no room');
  });

  it('cares for nothing that is cancelled while it runs', () => {
    const later = runner.postTask(noting('later'));
    const first = pool.createSequencedTaskRunner({ priority: 'user-blocking', shutdownBehavior });
    first.postTask(() => later.cancel());
    runner.postTask(noting('last'));
    runShutdownBlockers(pool);
    expect(log).to.deep.equal(['last']);
  });

  it('finds nothing to do on a runner that was never used', () => {
    runShutdownBlockers(runner);
    runShutdownBlockers(keyed(pool));
    expect(pendingTasks(pool)).to.deep.equal([]);
  });

  it('works during a shutdown, whose report says what has run', async () => {
    runner.postTask(noting('blocks'), { name: 'blocks' });
    const shutdown = pool.shutdown();
    runShutdownBlockers(pool);
    expect(log).to.deep.equal(['blocks']);
    expect(await shutdown).to.deep.equal({ ran: ['blocks'], skipped: [], abandoned: [] });
  });

  it('throws where its tasks would overlap the one that calls it, and of what is no runner', () => {
    let error: Error | null = null;
    runner.postTask(() => (error = errorOf(() => runShutdownBlockers(pool))), { name: 'calls' });
    env.runUntilIdle();
    expect(String(error)).to.equal(
      "TypeError: runShutdownBlockers must be called outside of tasks; got 'task 'calls' of 'runner''.",
    );
    expect(errorOf(() => runShutdownBlockers({} as never)).message).to.contain('runShutdownBlockers needs a runner');
  });
});

describe('runShutdownBlockers() on other clocks', () => {
  const post = (runner: Runner, log: string[]): void => {
    for (const name of ['a', 'b']) runner.postTask(() => log.push(name));
    runner.postTask(() => log.push('delayed'), { delay: 5 });
    runShutdownBlockers(runner);
  };

  it('runs under fake timers what is ready, and nothing of it again', async () => {
    const time = new FakeTime();
    try {
      const log: string[] = [];
      post(new ThreadPool().createSequencedTaskRunner({ shutdownBehavior }), log);
      expect(log).to.deep.equal(['a', 'b']);
      await time.pass(5);
      expect(log).to.deep.equal(['a', 'b', 'delayed']);
    } finally {
      time.end();
    }
  });

  it('runs in a testScheduler.run() what is ready, and nothing of it again', () => {
    const log: string[] = [];
    new TestScheduler(() => undefined).run(({ flush }) => {
      post(new ThreadPool().createSequencedTaskRunner({ shutdownBehavior }), log);
      expect(log).to.deep.equal(['a', 'b']);
      flush();
    });
    expect(log).to.deep.equal(['a', 'b', 'delayed']);
  });

  it('runs in real time what is ready, on the loop of the program and on that of frames', async () => {
    for (const runner of [
      new ThreadPool().createSequencedTaskRunner({ shutdownBehavior }),
      createFrameTaskRunner({ shutdownBehavior }),
    ]) {
      const log: string[] = [];
      post(runner, log);
      expect(log).to.deep.equal(['a', 'b']);
      await runner.postTask(() => undefined, { delay: 6 });
      expect(log).to.deep.equal(['a', 'b', 'delayed']);
    }
  });
});

describe('runShutdownBlockers(), at any moments,', () => {
  const behavior = fc.constantFrom<ShutdownBehavior>('block-shutdown', 'skip-on-shutdown');
  const post = fc.record({
    kind: fc.constant('post' as const),
    runner: fc.nat(2),
    shutdownBehavior: behavior,
    sleeps: fc.boolean(),
  });
  const acts = fc.array(fc.oneof(post, fc.record({ kind: fc.constantFrom('run' as const, 'step' as const) })));

  it('starts each task once, in the order of its runner, and leaves no blocker behind that may start', async () => {
    await fc.assert(
      fc.asyncProperty(acts, async (list) => {
        using env = new TaskEnvironment();
        const pool = new ThreadPool({ workers: 2 });
        const runners = [0, 1, 2].map(() => pool.createSequencedTaskRunner());
        const started: number[][] = [[], [], []];
        const posted: number[][] = [[], [], []];
        for (const [number, act] of list.entries()) {
          if (act.kind === 'post') {
            posted[act.runner]!.push(number);
            runners[act.runner]!.postTask(
              (context) => {
                started[act.runner]!.push(number);
                return act.sleeps ? context.sleep(1) : undefined;
              },
              { shutdownBehavior: act.shutdownBehavior },
            );
          } else if (act.kind === 'step') await env.stepAsync();
          else {
            runShutdownBlockers(pool);
            const left = pendingTasks(pool).filter((task) => task.shutdownBehavior === 'block-shutdown');
            expect(left.map(({ waitsFor }) => waitsFor)).not.to.include('its turn');
          }
        }
        await env.runAllAsync();
        expect(started).to.deep.equal(posted);
      }),
    );
  });
});
