import { expect } from 'chai';
import fc from 'fast-check';
import { interval, take } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { flush, hold, type HoldOptions, keyed, type Runner, stats, ThreadPool, whenIdle } from '../../src/index.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { FakeTime } from '../support/fake-time.js';
import { errorOf, gate, macrotask, rejectionOf, turns } from '../support/support.js';
import { RUNNER_KINDS } from '../support/runner-kinds.js';

for (const [kind, make] of Object.entries(RUNNER_KINDS)) {
  describe(`A hold of ${kind}`, () => {
    it('lets nothing start, neither tasks nor actions, until it is released; then all come in order', async () => {
      const runner = make();
      const log: string[] = [];
      const held = hold(runner);
      void runner.postTask(() => log.push('a'));
      runner.schedule(() => log.push('action'));
      void runner.postTask(() => log.push('b'));
      await turns();
      expect(log).to.deep.equal([]);
      expect(stats(runner)).to.include({ queued: 3, running: 0 });
      held.unsubscribe();
      expect(log).to.deep.equal([]);
      await whenIdle(runner);
      // A pool has a queue for its actions.
      expect(log.filter((what) => what !== 'action')).to.deep.equal(['a', 'b']);
      expect(log).to.have.length(3);
      if (!(runner instanceof ThreadPool)) expect(log[1]).to.equal('action');
    });

    it('is one of several: all have to be released', async () => {
      const runner = make();
      const [one, other] = [hold(runner), hold(runner)];
      const handle = runner.postTask(() => 1);
      one.unsubscribe();
      one.unsubscribe();
      await turns();
      expect(handle.state).to.equal('pending');
      other.unsubscribe();
      expect(await handle).to.equal(1);
    });

    it('lets what has begun go on: its promise, its sleep, its yield', async () => {
      const runner = make();
      const opened = gate();
      const handle = runner.postTask(async (context) => {
        await opened.promise;
        await context.yield();
        await context.sleep(1);
        return 'ended';
      });
      await turns();
      const held = hold(runner);
      opened.open();
      expect(await handle).to.equal('ended');
      held.unsubscribe();
    });

    it('is over for a runner that was held while it was idle', async () => {
      const runner = make();
      hold(runner).unsubscribe();
      expect(await runner.postTask(() => 1)).to.equal(1);
    });
  });
}

describe('A hold', () => {
  let pool: ThreadPool;
  let log: string[];

  beforeEach(() => {
    pool = new ThreadPool({ workers: 1 });
    log = [];
  });

  const noting = (what: string) => () => void log.push(what);

  it('of a runner holds back no other runner, and no worker', async () => {
    const [one, other] = [pool.createSequencedTaskRunner(), pool.createSequencedTaskRunner()];
    const held = hold(one);
    const waits = one.postTask(noting('one'));
    await other.postTask(noting('other'));
    expect(stats(pool)).to.include({ busy: 0, queued: 1 });
    held.unsubscribe();
    await waits;
    expect(log).to.deep.equal(['other', 'one']);
  });

  it('of a pool holds all its runners, those too that are made meanwhile', async () => {
    const early = pool.createSequencedTaskRunner();
    const held = hold(pool);
    const late = pool.createSequencedTaskRunner();
    const handles = [early, late, pool].map((runner, index) => runner.postTask(noting(`${index}`)));
    early.schedule(noting('action'));
    await turns();
    expect(log).to.deep.equal([]);
    held.unsubscribe();
    await Promise.all(handles);
    await whenIdle(pool);
    expect(log).to.have.members(['0', '1', '2', 'action']);
  });

  it('of a keyed runner holds all keys, those too that come into use meanwhile', async () => {
    const byKey = keyed(pool);
    void byKey.runner('a').postTask(noting('a1'));
    const held = hold(byKey);
    void byKey.runner('a').postTask(noting('a2'));
    void byKey.runner('b').postTask(noting('b'));
    await turns();
    expect(log).to.deep.equal([]);
    expect(byKey.keys()).to.deep.equal(['a', 'b']);
    held.unsubscribe();
    await whenIdle(byKey);
    expect(log).to.have.members(['a1', 'a2', 'b']);
    expect(log.indexOf('a1')).to.be.below(log.indexOf('a2'));
  });

  it('of one key holds that key only, and keeps it in use', async () => {
    const byKey = keyed(pool);
    const held = hold(byKey.runner('a'));
    await macrotask();
    expect(byKey.keys()).to.deep.equal(['a']);
    void byKey.runner('a').postTask(noting('a'));
    await byKey.runner('b').postTask(noting('b'));
    expect(log).to.deep.equal(['b']);
    held.unsubscribe();
    await whenIdle(byKey);
    expect(log).to.deep.equal(['b', 'a']);
    await macrotask();
    expect(byKey.size).to.equal(0);
  });

  it('with a priority lets pass what is more urgent, and so what an urgent task lifts', async () => {
    const [lazy, visible, mixed] = (['best-effort', 'user-visible', 'best-effort'] as const).map((priority) =>
      pool.createSequencedTaskRunner({ priority }),
    );
    const held = hold(pool, { priority: 'best-effort' });
    void lazy!.postTask(noting('lazy'));
    void visible!.postTask(noting('visible'));
    void mixed!.postTask(noting('before'));
    void mixed!.postTask(noting('urgent'), { priority: 'user-blocking' });
    void mixed!.postTask(noting('behind'));
    await turns();
    expect(log).to.deep.equal(['before', 'urgent', 'visible']);
    held.unsubscribe();
    await whenIdle(pool);
    expect(log.slice(3)).to.have.members(['lazy', 'behind']);
  });

  it('lets a task pass whose priority is raised meanwhile, and holds one whose priority is lowered', async () => {
    const held = hold(pool, { priority: 'background' });
    const raised = pool.postTask(noting('raised'), { priority: 'best-effort' });
    const lowered = pool.postTask(noting('lowered'));
    lowered.setPriority('best-effort');
    await turns();
    expect(log).to.deep.equal([]);
    raised.setPriority('user-visible');
    await raised;
    expect(log).to.deep.equal(['raised']);
    held.unsubscribe();
    await lowered;
  });

  it('does not keep a shutdown from its end: what must run runs, and the rest is dropped', async () => {
    const runner = pool.createSequencedTaskRunner();
    hold(pool);
    hold(runner);
    void runner.postTask(noting('must run'), { shutdownBehavior: 'block-shutdown', name: 'must run' });
    const dropped = rejectionOf(runner.postTask(noting('dropped'), { name: 'dropped' }));
    await turns();
    expect(await pool.shutdown()).to.deep.equal({ ran: ['must run'], skipped: ['dropped'], abandoned: [] });
    expect(await dropped).to.have.property('reason', 'shutdown');
    expect(log).to.deep.equal(['must run']);
  });

  it('of a pool does not keep the shutdown of one runner, or of all keys, from its end', async () => {
    const block = { shutdownBehavior: 'block-shutdown', name: 'must run' } as const;
    const [runner, byKey] = [pool.createSequencedTaskRunner(), keyed(pool)];
    const held = hold(pool);
    void runner.postTask(noting('of the runner'), block);
    void byKey.runner('a').postTask(noting('of the key'), block);
    const others = pool.postTask(noting('of the pool'));
    await turns();
    expect((await runner.shutdown()).ran).to.deep.equal(['must run']);
    expect((await byKey.shutdown()).ran).to.deep.equal(['must run']);
    expect(log).to.deep.equal(['of the runner', 'of the key']);
    held.unsubscribe();
    await others;
  });

  it('after a flush lets pass what was posted before that, and nothing else', async () => {
    for (const runner of [pool.createSequencedTaskRunner(), pool.createParallelTaskRunner({ maxConcurrency: 2 })]) {
      log = [];
      for (const name of ['a', 'b', 'c']) void runner.postTask(noting(name));
      const flushed = flush(runner);
      const later = runner.postTask(noting('later'));
      await flushed;
      const held = hold(runner);
      await turns();
      expect(log).to.deep.equal(['a', 'b', 'c']);
      held.unsubscribe();
      await later;
    }
  });

  it('lets a flush resolve when what it waits for was cancelled meanwhile', async () => {
    const runner = pool.createSequencedTaskRunner();
    const held = hold(runner);
    const handle = runner.postTask(noting('never'));
    const flushed = flush(runner);
    handle.cancel();
    await flushed;
    expect(log).to.deep.equal([]);
    held.unsubscribe();
  });

  it('lets delays fall due meanwhile, which then queue up in the order of their deadlines', async () => {
    const time = new FakeTime();
    try {
      const runner = pool.createSequencedTaskRunner();
      const held = hold(runner);
      for (const delay of [20, 10]) void runner.postTask(time.noting(`${delay}`), { delay });
      await time.pass(30);
      expect(stats(runner)).to.include({ queued: 2, delayed: 0 });
      held.unsubscribe();
      await time.pass(5);
      // Under fake timers those that are released together come a millisecond apart.
      expect(time.log).to.deep.equal(['10 at 30', '20 at 31']);
    } finally {
      time.end();
    }
  });

  it('is of the clock in force: work in a run() is not held by one of real time', () => {
    const runner = pool.createSequencedTaskRunner();
    const held = hold(runner);
    const testScheduler = new TestScheduler((actual, expected) => {
      expect(actual).to.deep.equal(expected);
    });
    testScheduler.run(({ expectObservable }) => {
      expectObservable(interval(2, runner).pipe(take(2))).toBe('--a-(b|)', { a: 0, b: 1 });
    });
    held.unsubscribe();
  });

  it('needs a priority that there is, and options that are an object', () => {
    const refused = (options: unknown): string => errorOf(() => hold(pool, options as HoldOptions)).message;
    expect(refused({ priority: 'high' }))
      .to.contain('A priority must be')
      .and.to.contain("'high'");
    expect(refused(null)).to.equal('Options must be an object; got null.');
    expect(stats(pool).queued).to.equal(0);
  });

  it('starts each task as soon as it may, in any program of posts, holds and releases', () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ post: fc.nat(2), delay: fc.nat(3) }) },
      { weight: 2, arbitrary: fc.record({ hold: fc.nat(3) }) },
      { weight: 2, arbitrary: fc.record({ release: fc.nat(5) }) },
      { weight: 2, arbitrary: fc.record({ pass: fc.integer({ min: 1, max: 3 }) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (program) => {
        const env = new TaskEnvironment();
        try {
          play(program, env);
        } finally {
          env.dispose({ allowPending: true });
        }
      }),
    );
  });
});

type Step = { post: number; delay: number } | { hold: number } | { release: number } | { pass: number };

/** Tasks take no time; of three runners each starts what it has as soon as neither it nor the pool is held. */
function play(program: readonly Step[], env: TaskEnvironment): void {
  const pool = new ThreadPool();
  const runners: Runner[] = [0, 1, 2].map(() => pool.createSequencedTaskRunner());
  const held: { of: number; release(): void }[] = [];
  const started: string[] = [];
  const naive: string[] = [];
  const waiting: { runner: number; name: string; due: number }[] = [];
  let posts = 0;

  const isHeld = (runner: number): boolean => held.some(({ of }) => of === runner || of === 3);
  const note = (log: string[], name: string, at: number): void => void log.push(`${name} at ${at}`);
  /** All that may start starts, at its time. */
  const startNaively = (from: number, to: number): void => {
    for (let now = from; now <= to; now++) {
      for (const task of [...waiting].sort((a, b) => a.due - b.due)) {
        if (task.due > now || isHeld(task.runner)) continue;
        waiting.splice(waiting.indexOf(task), 1);
        note(naive, task.name, now);
      }
    }
  };

  for (const step of [...program, { pass: 5 }]) {
    if ('post' in step) {
      const name = `${step.post}:${posts++}`;
      waiting.push({ runner: step.post, name, due: env.now() + step.delay });
      void runners[step.post]!.postTask(() => note(started, name, env.now()), { delay: step.delay });
    } else if ('hold' in step) {
      const subscription = hold(step.hold === 3 ? pool : runners[step.hold]!);
      held.push({ of: step.hold, release: () => subscription.unsubscribe() });
    } else if ('release' in step) {
      for (const { release } of held.splice(step.release % Math.max(1, held.length), 1)) release();
    } else {
      const from = env.now();
      env.advanceBy(step.pass);
      startNaively(from, env.now());
    }
  }
  const byRunner = (log: string[]): string[][] => [0, 1, 2].map((r) => log.filter((line) => line.startsWith(`${r}:`)));
  expect(byRunner(started)).to.deep.equal(byRunner(naive));
}
