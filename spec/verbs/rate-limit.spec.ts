import { expect } from 'chai';
import fc from 'fast-check';
import { TestScheduler } from 'rxjs/testing';
import {
  bounded,
  keyed,
  rateLimit,
  type RateLimitOptions,
  type TaskHandle,
  type TaskRunner,
  ThreadPool,
  whenRoom,
} from '../../src/index.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { Turns } from '../kernel/support/turns.js';
import { TurnScheduler } from '../../src/kernel/turn-scheduler.js';
import { useEnvironment } from '../../src/virtual/in-force.js';
import { HandHost } from '../kernel/support/hand-host.js';
import { FakeTime } from '../support/fake-time.js';
import { errorOf, uncaughtDuring } from '../support/support.js';

describe('A rate limit', () => {
  let time: FakeTime;

  beforeEach(() => (time = new FakeTime()));
  afterEach(() => time.end());

  const post = (runner: TaskRunner, ...names: string[]): void => {
    for (const name of names) void runner.postTask(time.noting(name));
  };

  it('lets as many tasks start in any window as it says, in bursts, and the next when the oldest start is old enough', async () => {
    const rate = rateLimit({ starts: 2, per: 10 });
    const runner = new ThreadPool().createParallelTaskRunner({ maxConcurrency: 9, rate });
    post(runner, 'a');
    await time.pass(4);
    post(runner, 'b', 'c', 'd', 'e');
    await time.pass(40);
    expect(time.log).to.deep.equal(['a at 0', 'b at 4', 'c at 10', 'd at 14', 'e at 20']);
  });

  it('with spread lets tasks start at even distances', async () => {
    const rate = rateLimit({ starts: 4, per: 20, spread: true });
    post(new ThreadPool().createSequencedTaskRunner({ rate }), 'a', 'b', 'c');
    await time.pass(20);
    expect(time.log).to.deep.equal(['a at 0', 'b at 5', 'c at 10']);
  });

  it('arms no timer while nobody waits, and one at the most', async () => {
    const rate = rateLimit({ starts: 1, per: 10 });
    const runners = [0, 1, 2].map(() => new ThreadPool().createSequencedTaskRunner({ rate }));
    expect(time.timers).to.equal(0);
    post(runners[0]!, 'first');
    await time.pass(1);
    expect(time.timers).to.equal(0);
    const waiting = runners.map((runner) => runner.postTask(() => undefined));
    await time.pass(1);
    expect(time.timers).to.equal(1);
    for (const handle of waiting) handle.cancel();
    expect(time.timers).to.equal(0);
  });

  it('loses nobody who waits, whenever time goes on: between two readings of the clock too', () => {
    /** A clock that moves with each look. */
    class RestlessHost extends HandHost {
      pace = 0;
      override now(): number {
        return (this.time += this.pace);
      }
    }
    for (let pace = 0.05; pace < 3; pace += 0.05) {
      const host = new RestlessHost();
      useEnvironment(new TurnScheduler(host));
      try {
        const rate = rateLimit({ starts: 1, per: 5 });
        const runners = [0, 1, 2].map(() => new ThreadPool().createSequencedTaskRunner({ rate }));
        host.pace = pace;
        const handles = runners.flatMap((runner) => [0, 1].map(() => runner.postTask(() => undefined)));
        host.comeAll();
        for (let i = 0; i < 40 && host.isTimerArmed; i++) host.advanceTo(host.time + 5);
        expect(handles.map(({ state }) => state)).to.deep.equal(handles.map(() => 'done'));
      } finally {
        useEnvironment(null);
      }
    }
  });

  it('loses nobody who waits when the host fails once to arm its timer', async () => {
    time.end();
    const { setTimeout } = globalThis;
    for (const failing of [1, 2, 3]) {
      let calls = 0;
      const rate = rateLimit({ starts: 1, per: 3 });
      const runners = [0, 1, 2, 3].map(() => new ThreadPool().createSequencedTaskRunner({ rate }));
      let handles: TaskHandle<unknown>[] = [];
      await uncaughtDuring(async () => {
        globalThis.setTimeout = ((run: () => void, ms: number) => {
          if (++calls === failing) throw new Error('once');
          return setTimeout(run, ms);
        }) as typeof globalThis.setTimeout;
        handles = runners.map((runner) => runner.postTask(() => undefined));
        await Promise.all(handles);
      });
      globalThis.setTimeout = setTimeout;
      expect(handles.map(({ state }) => state)).to.deep.equal(['done', 'done', 'done', 'done']);
      expect(calls).to.be.above(failing);
    }
  });

  it('is shared by all who were given it: runners, all keys of a keyed runner, a pool with its runners', async () => {
    const rate = rateLimit({ starts: 1, per: 10 });
    const pool = new ThreadPool({ rate });
    const byKey = keyed(new ThreadPool(), { rate });
    post(pool, 'pool');
    post(pool.createSequencedTaskRunner(), 'runner of the pool');
    post(byKey.runner('a'), 'key a');
    post(byKey.runner('b'), 'key b');
    await time.pass(40);
    expect(time.log.map((line) => line.replace(/.* at /, ''))).to.deep.equal(['0', '10', '20', '30']);
  });

  it('lets the most urgent task that waits start first', async () => {
    const rate = rateLimit({ starts: 1, per: 10 });
    const pool = new ThreadPool();
    const lazy = pool.createSequencedTaskRunner({ rate, priority: 'best-effort' });
    const urgent = pool.createSequencedTaskRunner({ rate, priority: 'user-blocking' });
    post(lazy, 'a', 'b');
    await time.pass(5);
    post(urgent, 'urgent');
    await time.pass(30);
    expect(time.log).to.deep.equal(['a at 0', 'urgent at 10', 'b at 20']);
  });

  it('holds no worker for who waits', async () => {
    const pool = new ThreadPool({ workers: 1 });
    const limited = pool.createSequencedTaskRunner({ rate: rateLimit({ starts: 1, per: 10 }) });
    post(limited, 'a', 'b');
    await time.pass(1);
    post(pool, 'free');
    await time.pass(10);
    expect(time.log).to.deep.equal(['a at 0', 'free at 1', 'b at 10']);
  });

  it('counts no start for a task that passes it, and then waits for a worker and is cancelled', async () => {
    const pool = new ThreadPool({ workers: 1 });
    const limited = pool.createSequencedTaskRunner({ rate: rateLimit({ starts: 1, per: 100 }) });
    void pool.postTask(() => time.after(10));
    await time.pass(1);
    const waits = limited.postTask(() => undefined);
    await time.pass(1);
    waits.cancel();
    post(limited, 'next');
    await time.pass(10);
    expect(time.log).to.deep.equal(['next at 10']);
  });

  it('counts no actions, which wait only behind a task of their queue', async () => {
    const runner = new ThreadPool().createSequencedTaskRunner({ rate: rateLimit({ starts: 1, per: 10 }) });
    runner.schedule(time.noting('action'));
    post(runner, 'a', 'b');
    runner.schedule(time.noting('behind b'));
    await time.pass(20);
    // Under fake timers what is released together comes a millisecond apart.
    expect(time.log).to.deep.equal(['action at 0', 'a at 0', 'b at 10', 'behind b at 11']);
  });

  it('is no retry counter: a task that sleeps and goes on has started once', async () => {
    const runner = new ThreadPool().createSequencedTaskRunner({ rate: rateLimit({ starts: 1, per: 10 }) });
    void runner.postTask(async (context) => {
      await context.sleep(2);
      time.note('woken');
    });
    await time.pass(5);
    expect(time.log).to.deep.equal(['woken at 2']);
  });

  it('loses no task whose window gets room just as it is looked at, since a look at the clock takes time', () => {
    const clocks = fc.record({ look: fc.double({ min: 0.01, max: 3, noNaN: true }), late: fc.nat(2) });
    const limits = fc.record({ starts: fc.integer({ min: 1, max: 3 }), per: fc.integer({ min: 1, max: 6 }) });
    fc.assert(
      fc.property(clocks, limits, fc.integer({ min: 1, max: 12 }), ({ look, late }, limit, count) => {
        const turns = new Turns();
        const { host, owner, scheduler } = turns;
        host.now = () => (host.time += look);
        owner.sequence.addGate(rateLimit(limit).gateOn(scheduler));
        for (let i = 0; i < count; i++) turns.post('task', 0, { needsWorker: true });
        host.comeAll();
        while (host.isTimerArmed) {
          host.time = Math.max(host.time, host.timerDue) + late;
          host.fire();
          host.comeAll();
        }
        expect(turns.ran).to.have.lengthOf(count);
      }),
    );
  });

  it('is kept by a shutdown, which waits', async () => {
    const pool = new ThreadPool();
    const traits = { shutdownBehavior: 'block-shutdown', rate: rateLimit({ starts: 1, per: 10 }) } as const;
    post(pool.createSequencedTaskRunner(traits), 'a', 'b');
    void pool.shutdown().then(time.noting('down'));
    await time.pass(20);
    expect(time.log.slice(1)).to.deep.equal(['b at 10', 'down at 10']);
  });

  it('goes together with a bound: who waits for the rate waits in the queue', async () => {
    const runner = new ThreadPool().createSequencedTaskRunner({
      rate: rateLimit({ starts: 1, per: 10 }),
      queue: bounded(1, 'wait'),
    });
    post(runner, 'a');
    await time.pass(1);
    post(runner, 'b');
    await time.pass(1);
    void whenRoom(runner).then(time.noting('room'));
    await time.pass(15);
    expect(time.log).to.deep.equal(['a at 0', 'b at 10', 'room at 10']);
  });

  it('counts anew on each clock', async () => {
    const rate = rateLimit({ starts: 1, per: 1_000 });
    const runner = new ThreadPool().createSequencedTaskRunner({ rate });
    post(runner, 'on fake timers');
    await time.pass(1);
    time.end();
    new TestScheduler(() => undefined).run(({ flush }) => {
      void runner.postTask(() => void time.log.push(`in run() at ${runner.now()}`));
      flush();
    });
    const env = new TaskEnvironment();
    const start = env.now();
    void runner.postTask(() => void time.log.push(`in an environment after ${env.now() - start}`));
    env.runUntilIdle();
    env.dispose();
    expect(time.log).to.deep.equal(['on fake timers at 0', 'in run() at 0', 'in an environment after 0']);
  });

  it('is exact to the frame in testScheduler.run()', () => {
    time.end();
    const runner = new ThreadPool().createParallelTaskRunner({
      maxConcurrency: 9,
      rate: rateLimit({ starts: 2, per: 7 }),
    });
    const started: number[] = [];
    new TestScheduler(() => undefined).run(({ flush }) => {
      for (let i = 0; i < 5; i++) void runner.postTask(() => started.push(runner.now()));
      flush();
    });
    expect(started).to.deep.equal([0, 0, 7, 7, 14]);
  });

  it('needs starts, and a time', () => {
    const refused = (options: unknown) => errorOf(() => rateLimit(options as RateLimitOptions));
    expect(refused(undefined).message).to.contain('must be an object with starts and per');
    expect(refused({ starts: 0, per: 1 })).to.be.an.instanceof(RangeError);
    expect(refused({ starts: 1.5, per: 1 }).message).to.equal('The option starts must be a positive integer; got 1.5.');
    expect(refused({ starts: 1, per: 0 })).to.be.an.instanceof(RangeError);
    expect(refused({ starts: 1, per: Infinity }).message).to.contain('more than 0; got Infinity');
    expect(refused({ starts: 1, per: '1' })).to.be.an.instanceof(TypeError);
    expect(refused({ starts: 1, per: 1, spread: 1 }).message).to.contain('spread must be true or false');
    const rule = errorOf(() => new ThreadPool({ rate: bounded(1) as never })).message;
    expect(rule).to.contain('The option rate must be made by rateLimit');
    expect(errorOf(() => new ThreadPool({ queue: rateLimit({ starts: 1, per: 1 }) as never })).message).to.contain(
      'The option queue must be made by bounded',
    );
  });

  it('starts the k-th task when it is posted, or when the window has room, whoever posts it', () => {
    time.end();
    const posts = fc.array(fc.record({ runner: fc.nat(3), gap: fc.nat(6) }), { maxLength: 40, size: 'max' });
    const limits = fc.record({ starts: fc.integer({ min: 1, max: 4 }), per: fc.integer({ min: 1, max: 12 }) });
    fc.assert(
      fc.property(limits, fc.boolean(), posts, fc.boolean(), ({ starts, per }, spread, program, inRun) => {
        const rate = rateLimit({ starts, per, spread });
        const pool = new ThreadPool({ workers: Infinity });
        const options = { rate, name: 'limited' };
        const runners: TaskRunner[] = [
          pool.createParallelTaskRunner({ ...options, maxConcurrency: 2 }),
          pool.createSequencedTaskRunner({ ...options, priority: 'user-blocking' }),
          keyed<number>(pool, options).runner(1),
          new ThreadPool({ workers: Infinity, rate }),
        ];
        const started: number[] = [];
        let at = 0;
        const due = program.map(({ gap }) => (at += gap));
        const postAll = (): void => {
          program.forEach(({ runner }, k) => {
            const posting = runners[runner]!;
            void posting.postTask(() => started.push(posting.now()), { delay: due[k]! });
          });
        };
        if (inRun) {
          new TestScheduler(() => undefined).run(({ flush }) => {
            postAll();
            flush();
          });
        } else {
          const env = new TaskEnvironment();
          postAll();
          env.advanceBy(5_000);
          env.dispose();
        }
        const [most, window] = spread ? [1, per / starts] : [starts, per];
        const naive: number[] = [];
        due.forEach((time, k) => naive.push(Math.max(time, k < most ? 0 : naive[k - most]! + window)));
        expect(started).to.have.length(naive.length);
        started.forEach((time, k) => expect(time).to.be.closeTo(naive[k]!, spread ? 1 : 0));
      }),
    );
  });
});
