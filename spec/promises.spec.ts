import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { inspect, promisify } from 'node:util';
import { expect } from 'chai';
import {
  asyncScheduler,
  delay,
  interval,
  lastValueFrom,
  merge,
  observeOn,
  of,
  range,
  Subscription,
  switchMap,
  take,
  timer,
  toArray,
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import sinon from 'sinon';
import { Sequence } from '../src/kernel/sequence.js';
import {
  bindToSequence,
  configure,
  fromTask,
  postRepeatingTask,
  postTaskAndReply,
  type Runner,
  stats,
  type StepFunction,
  steps,
  TaskRejectedError,
  ThreadPool,
  whenIdle,
} from '../src/index.js';
import { handOver, taskMap } from '../src/operators/index.js';
import { realScheduler } from '../src/virtual/in-force.js';
import { HandmadeRunner } from './support/handmade-runner.js';
import { promisesOfRunners } from './support/promises-of-runners.js';
import { uncaughtDuring } from './support/support.js';

/** What a program prints until it ends by itself. */
async function outputOf(program: string): Promise<string> {
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: `${import.meta.dirname}/..` });
  return stdout;
}

const twice = (value: number): StepFunction<number> =>
  function* () {
    yield;
    return 2 * value;
  };

/** The table of docs/promises.md, one spec each. What they mean in every case is in the specs of the parts. */
describe('A promise of docs/promises.md:', () => {
  beforeEach(() => configure({ turnBudget: 5 }));

  let pool: ThreadPool;
  let runner: Runner;
  let log: string[];
  const note = (entry: string) => (): void => void log.push(entry);
  const macrotask = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  beforeEach(() => {
    pool = new ThreadPool({ workers: 2 });
    runner = pool.createSequencedTaskRunner({ name: 'runner' });
    log = [];
  });

  afterEach(() => sinon.restore());

  it('Posting never runs the task synchronously; without options, and without `onTaskError` of the pool, it allocates one object.', async () => {
    const done = runner.postTask(note('task'));
    // What it refers to was there before.
    const objects = Object.values(done).filter((value) => typeof value === 'object' && value !== null);
    expect(objects.filter((value) => value !== runner.traits && !(value instanceof Sequence))).to.be.empty;
    const action = runner.schedule(note('action'));
    expect(log).to.be.empty;
    await done;
    await macrotask();
    expect(log).to.deep.equal(['task', 'action']);
    // The object is the action, and what it runs with: RxJS's `this`, its own place in the queue, its own handle.
    expect(action).to.be.instanceOf(Subscription);
    expect(Object.values(action).filter((value) => Array.isArray(value))).to.be.empty;
  });

  it('Tasks of one sequence start in posting order and never overlap, across `await` too.', async () => {
    void runner.postTask(async () => {
      log.push('first begins');
      await macrotask();
      log.push('first ends');
    });
    await runner.postTask(note('second'));
    expect(log).to.deep.equal(['first begins', 'first ends', 'second']);
  });

  it('A delay never fires early by the runner’s own clock; `Infinity` never fires; long delays are exact.', () => {
    const clock = sinon.useFakeTimers();
    const century = 100 * 365 * 24 * 3_600_000;
    runner.schedule(note('never'), Infinity);
    runner.schedule(note('in a century'), century);
    clock.tick(century - 1);
    expect(log).to.be.empty;
    clock.tick(1);
    expect(log).to.deep.equal(['in a century']);
  });

  it('Between sequences: higher lane first; within a lane round robin, one task at a time.', async () => {
    const [low, a, b] = (['best-effort', 'user-visible', 'user-visible'] as const).map((priority) =>
      pool.createSequencedTaskRunner({ priority }),
    );
    low!.schedule(note('low'));
    for (const entry of ['a1', 'a2']) a!.schedule(note(entry));
    for (const entry of ['b1', 'b2']) b!.schedule(note(entry));
    await whenIdle(pool);
    expect(log).to.deep.equal(['a1', 'b1', 'a2', 'b2', 'low']);
  });

  it('A sequence has the highest priority among its queued tasks.', async () => {
    const low = pool.createSequencedTaskRunner({ priority: 'best-effort' });
    low.schedule(note('slow'));
    runner.schedule(note('other'));
    low.withPriority('user-blocking').schedule(note('urgent'));
    await whenIdle(pool);
    expect(log).to.deep.equal(['slow', 'urgent', 'other']);
  });

  it('At most `workers` posted tasks run at once; best-effort ones leave one worker free. Streams never wait for one.', async () => {
    const never = new Promise<never>(() => undefined);
    for (const priority of ['best-effort', 'best-effort', 'user-visible', 'user-visible'] as const) {
      pool.postTask(() => (log.push(priority), never), { priority });
    }
    runner.schedule(note('stream'));
    await macrotask();
    await macrotask();
    expect(log).to.deep.equal(['user-visible', 'stream', 'user-visible']);
    expect(stats(pool)).to.include({ busy: 2, queued: 2 });
  });

  it('The loop yields to the host after 5 ms, by a macrotask.', async () => {
    const { clock } = realScheduler;
    let time = clock.now();
    sinon.stub(clock, 'now').callsFake(() => time);
    for (let i = 0; i < 12; i++) {
      runner.schedule(() => {
        time += 2;
        log.push('task');
      });
    }
    setImmediate(note('the host'));
    while (log.filter((entry) => entry === 'task').length < 12) await macrotask();
    expect(log.indexOf('the host')).to.be.within(1, 5);
  });

  it('The error of a task affects only that task.', async () => {
    const errors: unknown[] = [];
    const reporting = new ThreadPool({ onTaskError: (error) => errors.push(error) }).createSequencedTaskRunner();
    reporting.schedule(() => {
      throw 'expected';
    });
    reporting.schedule(note('sibling'));
    await macrotask();
    await macrotask();
    expect(log).to.deep.equal(['sibling']);
    expect(errors).to.deep.equal(['expected']);
  });

  it('Every handle settles exactly once; a queued task that is cancelled is freed at once.', async () => {
    let settlements = 0;
    const handle = runner.postTask(note('cancelled'));
    const settled = handle.then(
      () => settlements++,
      () => settlements++,
    );
    handle.cancel();
    handle.cancel();
    expect(stats(runner).queued).to.equal(0);
    await settled;
    await macrotask();
    expect(log).to.be.empty;
    expect(settlements).to.equal(1);
  });

  promisesOfRunners();

  it('`shutdown()` stops admission, honours each task’s shutdown behaviour, and reports.', async () => {
    void runner.postTask(note('blocking'), { name: 'blocking', shutdownBehavior: 'block-shutdown' });
    const skipped = runner.postTask(note('skipped'), { name: 'skipped' });
    expect(await pool.shutdown()).to.deep.equal({ ran: ['blocking'], skipped: ['skipped'], abandoned: [] });
    expect(log).to.deep.equal(['blocking']);
    expect(skipped.state).to.equal('rejected');
    expect(() => runner.schedule(note('late'))).to.throw(TaskRejectedError);
  });

  it('An idle pool never keeps a Node process alive.', async () => {
    const program = `
      import { ThreadPool } from './src/index.ts';
      const runner = new ThreadPool().createSequencedTaskRunner();
      runner.schedule(() => console.log('idle from here on'), 1);
      runner.schedule(() => undefined, 3_600_000).unsubscribe();`;
    expect(await outputOf(program)).to.equal('idle from here on\n');
  }).timeout(30_000);

  it('`observeOn(runner)` is linear in its backlog, where RxJS’s schedulers are quadratic.', async () => {
    const parent = new Subscription();
    for (let i = 0; i < 1_000; i++) parent.add(runner.schedule(() => undefined));
    // What makes RxJS quadratic is a list with an entry per pending action, searched for each that leaves.
    const { _finalizers: finalizers } = parent as unknown as { _finalizers: unknown[] };
    expect(finalizers).to.have.lengthOf(1);
    parent.unsubscribe();

    let count = 0;
    await new Promise<void>((complete) => {
      range(0, 100_000)
        .pipe(observeOn(runner))
        .subscribe({ next: () => count++, complete });
    });
    expect(count).to.equal(100_000);
  }).timeout(30_000);

  it('All microtasks run between two tasks, as between two timers of the host.', async () => {
    for (const name of ['a', 'b']) {
      runner.schedule(() => {
        log.push(name);
        void Promise.resolve().then(note('then')).then(note('and then'));
      });
    }
    const latest = lastValueFrom(
      of(1, 2, 3).pipe(
        delay(5, runner),
        switchMap((value) => Promise.resolve(value)),
        toArray(),
      ),
    );
    expect(await latest).to.deep.equal([1, 2, 3]);
    expect(log).to.deep.equal(['a', 'then', 'and then', 'b', 'then', 'and then']);
  });

  it('Tasks that are posted later never delay a task that is due.', async () => {
    let isDue = false as boolean;
    const start = performance.now();
    runner.schedule(() => (isDue = true), 5);
    while (!isDue && performance.now() - start < 2_000) {
      for (const wait of [0, 1, 4, 100]) runner.schedule(() => undefined, wait);
      await macrotask();
    }
    expect(isDue).to.equal(true);
    await pool.shutdown();
  });

  it('Where zone.js is loaded, a task runs in the zone of its post.', async () => {
    const program = `
      class Zone {
        static root = new Zone('root');
        static current = Zone.root;
        constructor(name) { this.name = name; }
        get() {}
        run(call) {
          const outer = Zone.current;
          Zone.current = this;
          try { return call(); } finally { Zone.current = outer; }
        }
      }
      globalThis.Zone = Zone;
      const { ThreadPool } = await import('./src/index.ts');
      const runner = new ThreadPool().createSequencedTaskRunner();
      const tell = () => console.log(Zone.current.name);
      new Zone('a').run(() => runner.schedule(tell));
      runner.schedule(tell);
      new Zone('b').run(() => runner.postTask(tell));`;
    expect(await outputOf(program)).to.equal('a\nroot\nb\n');
  }).timeout(30_000);

  it('The loop survives every exception.', async () => {
    const throwing = (message: string) => (): never => {
      throw new Error(message);
    };
    const uncaught = await uncaughtDuring(async () => {
      new ThreadPool({ onTaskError: throwing('of the handler') }).schedule(throwing('of an action'));
      runner.schedule(throwing('of a task'));
      const handle = runner.postTask(() => undefined);
      handle.add(throwing('of a teardown'));
      const host = sinon.stub(globalThis, 'setTimeout').throws(new Error('of the host'));
      // Whoever posts is told.
      expect(() => runner.schedule(note('never'), 5)).to.throw('of the host');
      host.restore();
      await runner.postTask(note('after all that'));
      await runner.postTask(note('and after a while'), { delay: 5 });
    });
    expect(log).to.deep.equal(['after all that', 'and after a while']);
    // Nothing is lost: what the handler throws comes with what it was told of, and so do errors of teardowns.
    const told = inspect(uncaught);
    for (const what of ['the handler', 'an action', 'a task', 'a teardown']) expect(told).to.contain(`of ${what}`);
  });

  it('All operators, and verbs that only post, work with any implementation of `TaskRunner`.', async () => {
    const other = new HandmadeRunner();
    const reply = postTaskAndReply(
      other,
      () => 7,
      (value) => [value, runner.isCurrent()],
      { on: runner },
    );
    expect(await reply).to.deep.equal([7, true]);
    expect(await other.postTask(steps(twice(4)))).to.equal(8);
    expect(await lastValueFrom(fromTask(other, () => 'task'))).to.equal('task');
    const bound = bindToSequence(other, () => ({ count: 1 }));
    expect(await bound.call(({ count }) => count + 1)).to.equal(2);
    let runs = 0;
    const repeating = postRepeatingTask(other, () => (++runs === 3 ? repeating.cancel() : undefined), { interval: 1 });
    await repeating.then(null, () => undefined);
    expect(runs).to.equal(3);
    const mapped = of(1, 2).pipe(
      taskMap(other, (value) => 10 * value),
      handOver(other, { capacity: 9 }),
      toArray(),
    );
    expect((await lastValueFrom(mapped)).sort()).to.deep.equal([10, 20]);
  });

  it('In `testScheduler.run()` everything is as with `asyncScheduler`, frame for frame.', () => {
    for (const scheduler of [asyncScheduler, runner]) {
      new TestScheduler((actual, expected) => void expect(actual).to.deep.equal(expected)).run(
        ({ expectObservable }) => {
          const ticks = merge(interval(5, scheduler).pipe(take(3)), timer(10, scheduler));
          const expected = '-----a----(ba)-(c|)';
          expectObservable(ticks).toBe(expected, { a: 0, b: 1, c: 2 });
        },
      );
    }
  });

  it('Each line is the title of a spec.', function () {
    const page = readFileSync(`${import.meta.dirname}/../docs/promises.md`, 'utf8').replaceAll("'", '’');
    const rows = [...page.matchAll(/^\| [\w ]+? +\| (.+?) +\|$/gm)].map(([, promise]) => promise!).slice(1);
    const titles = this.test!.parent!.tests.map(({ title }) => title);
    expect(titles).to.deep.equal([...rows, 'Each line is the title of a spec.']);
  });
});
