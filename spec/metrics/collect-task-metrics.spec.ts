import { expect } from 'chai';
import { type OpenMetricsContentType, register as globalRegister, Registry } from 'prom-client';
import type { Subscription } from 'rxjs';
import { createFrameTaskRunner, createIdleTaskRunner, keyed, ThreadPool } from '../../src/index.js';
import { collectTaskMetrics, type TaskMetricsOptions } from '../../src/metrics/index.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { errorOf, gate, turns } from '../support/support.js';

describe('collectTaskMetrics', () => {
  let register: Registry;
  let metrics: Subscription;
  let pool: ThreadPool;

  const collect = (options: TaskMetricsOptions = {}): void => {
    metrics = collectTaskMetrics({ register, prefix: '', ...options });
  };
  beforeEach(() => {
    register = new Registry();
    pool = new ThreadPool({ name: 'pool', workers: 2, onTaskError: () => undefined });
  });
  afterEach(() => {
    metrics.unsubscribe();
  });

  /** The lines of a scrape that tell of a metric, without those that explain it. */
  async function scrape(name: string, from: { metrics(): Promise<string> } = register): Promise<string[]> {
    const lines = (await from.metrics()).split('\n');
    return lines.filter((line) => line.startsWith(`${name}{`)).map((line) => line.slice(name.length));
  }

  it('counts what was posted and what has started, by runner, priority and kind', async () => {
    const io = pool.createSequencedTaskRunner({ name: 'io', priority: 'best-effort' });
    collect();
    const tasks = [io.postTask(() => 1), io.postTask(() => 2, { priority: 'user-blocking' }), pool.postTask(() => 3)];
    await Promise.all(tasks);
    await new Promise<void>((resolve) => void io.schedule(() => resolve()));
    io.postTask(() => 4, { delay: Infinity });
    expect(await scrape('tasks_posted_total')).to.have.members([
      '{runner="io",priority="best-effort",kind="task"} 2',
      '{runner="io",priority="user-blocking",kind="task"} 1',
      '{runner="pool",priority="user-visible",kind="task"} 1',
      '{runner="io",priority="best-effort",kind="action"} 1',
    ]);
    // What is urgent behind the other lifts both.
    expect(await scrape('tasks_started_total')).to.include.members([
      '{runner="pool",priority="user-visible",kind="task"} 1',
      '{runner="io",priority="best-effort",kind="action"} 1',
    ]);
  });

  it('counts the endings of tasks: finished, failed, rejected and cancelled', async () => {
    const io = pool.createSequencedTaskRunner({ name: 'io' });
    collect();
    const handles = [
      io.postTask(() => 1),
      io.postTask(() => Promise.reject(new Error('lost'))),
      io.postTask(() => 2, { delay: Infinity }),
    ];
    handles[2]!.cancel();
    await Promise.allSettled(handles);
    await io.shutdown();
    await Promise.allSettled([io.postTask(() => 3), io.postTask(() => 4)]);
    expect(await scrape('tasks_ended_total')).to.deep.equal([
      '{runner="io",priority="user-visible",kind="task",ending="finished"} 1',
      '{runner="io",priority="user-visible",kind="task",ending="failed"} 1',
      '{runner="io",priority="user-visible",kind="task",ending="rejected"} 2',
      '{runner="io",priority="user-visible",kind="task",ending="cancelled"} 1',
    ]);
  });

  it('goes on counting from one scrape to the next', async () => {
    collect();
    const posted: string[] = [];
    for (let i = 0; i < 2; i++) {
      await pool.postTask(() => 1);
      posted.push(...(await scrape('tasks_posted_total')), ...(await scrape('tasks_posted_total')));
    }
    const of = '{runner="pool",priority="user-visible",kind="task"}';
    expect(posted).to.deep.equal([`${of} 1`, `${of} 1`, `${of} 2`, `${of} 2`]);
  });

  it('measures in seconds how long tasks waited and ran, across sleeps, and not their delay', async () => {
    using environment = new TaskEnvironment();
    const io = pool.createSequencedTaskRunner({ name: 'io' });
    collect({ buckets: [0.1, 0.5, 2] });
    io.postTask((context) => context.sleep(300), { delay: 5_000 });
    io.postTask((context) => context.sleep(1_000), { delay: 5_000 });
    await environment.advanceByAsync(10_000);
    const of = 'runner="io",priority="user-visible",kind="task"';
    expect(await scrape('task_wait_seconds_bucket')).to.deep.equal([
      `{le="0.1",${of}} 1`,
      `{le="0.5",${of}} 2`,
      `{le="2",${of}} 2`,
      `{le="+Inf",${of}} 2`,
    ]);
    expect(await scrape('task_wait_seconds_sum')).to.deep.equal([`{${of}} 0.3`]);
    expect(await scrape('task_run_seconds_sum')).to.deep.equal([`{${of}} 1.3`]);
    expect(await scrape('task_run_seconds_count')).to.deep.equal([`{${of}} 2`]);
  });

  it('reads at the scrape what is queued, running and delayed, by runner and priority, and how many workers are busy', async () => {
    const io = pool.createSequencedTaskRunner({ name: 'io' });
    const load = pool.createParallelTaskRunner({ name: 'load', maxConcurrency: 4, priority: 'user-blocking' });
    collect({ runners: [pool] });
    expect(await scrape('workers')).to.deep.equal(['{pool="pool"} 2']);
    expect(await scrape('busy_workers')).to.deep.equal(['{pool="pool"} 0']);
    const { promise, open } = gate();
    for (let i = 0; i < 3; i++) load.postTask(() => promise);
    io.postTask(() => promise);
    io.postTask(() => promise, { delay: 60_000, priority: 'best-effort' });
    await turns();
    expect(await scrape('queued_tasks')).to.have.members([
      '{runner="load",priority="user-blocking"} 1',
      '{runner="io",priority="user-visible"} 1',
      '{runner="io",priority="best-effort"} 0',
    ]);
    expect(await scrape('running_tasks')).to.include('{runner="load",priority="user-blocking"} 2');
    expect(await scrape('delayed_tasks')).to.include('{runner="io",priority="best-effort"} 1');
    expect(await scrape('busy_workers')).to.deep.equal(['{pool="pool"} 2']);
    open();
    await turns();
    // A runner that has nothing any more is told to have nothing.
    expect(await scrape('running_tasks')).to.have.members([
      '{runner="load",priority="user-blocking"} 0',
      '{runner="io",priority="user-visible"} 0',
      '{runner="io",priority="best-effort"} 0',
    ]);
    expect(await scrape('busy_workers')).to.deep.equal(['{pool="pool"} 0']);
    void pool.stop();
  });

  it('counts a task once though its runner and its pool are both given', async () => {
    const io = pool.createSequencedTaskRunner({ name: 'io' });
    collect({ runners: [io, pool, io] });
    io.postTask(() => 1);
    io.postTask(() => 1, { delay: 60_000 });
    expect(await scrape('queued_tasks')).to.deep.equal(['{runner="io",priority="user-visible"} 1']);
    expect(await scrape('delayed_tasks')).to.deep.equal(['{runner="io",priority="user-visible"} 1']);
    void pool.stop();
  });

  it('reads what is delayed on frame and idle runners too, which have loops of their own', async () => {
    const runners = [createFrameTaskRunner({ name: 'frames' }), createIdleTaskRunner({ name: 'idle' }), pool];
    collect({ runners });
    for (const runner of runners) runner.postTask(() => undefined, { delay: Infinity });
    expect(await scrape('delayed_tasks')).to.have.members([
      '{runner="frames",priority="user-visible"} 1',
      '{runner="idle",priority="user-visible"} 1',
      '{runner="pool",priority="user-visible"} 1',
    ]);
  });

  it('has one series for all keys of a keyed runner', async () => {
    const accounts = keyed<number>(pool, { name: 'accounts' });
    collect({ runners: [accounts] });
    const tasks = Array.from({ length: 50 }, (_, key) => accounts.runner(key).postTask(() => key));
    expect(await scrape('queued_tasks')).to.deep.equal(['{runner="accounts",priority="user-visible"} 50']);
    await Promise.all(tasks);
    expect(await scrape('tasks_started_total')).to.deep.equal([
      '{runner="accounts",priority="user-visible",kind="task"} 50',
    ]);
  });

  it('has no label for the name of a task unless it is asked for', async () => {
    collect();
    await pool.postTask(() => 1, { name: 'secret' });
    expect(await register.metrics()).not.to.contain('secret');
  });

  it('has so many names of tasks and runners as labels, and calls all others other', async () => {
    collect({ taskNames: 2, runnerNames: 1 });
    for (const name of ['a', 'b', 'c', 'd', 'a']) await pool.postTask(() => 1, { name });
    await new ThreadPool().postTask(() => 1, { name: 'a' });
    expect(await scrape('tasks_started_total')).to.deep.equal([
      '{runner="pool",priority="user-visible",kind="task",task="a"} 2',
      '{runner="pool",priority="user-visible",kind="task",task="b"} 1',
      '{runner="pool",priority="user-visible",kind="task",task="other"} 2',
      '{runner="other",priority="user-visible",kind="task",task="a"} 1',
    ]);
  });

  it('calls a runner without a name unnamed, since an empty label is none', async () => {
    collect();
    await new ThreadPool().postTask(() => 1);
    expect(await scrape('tasks_started_total')).to.deep.equal([
      '{runner="unnamed",priority="user-visible",kind="task"} 1',
    ]);
  });

  it('puts a prefix before all names, and registers where prom-client does by itself', async () => {
    metrics = collectTaskMetrics({ runners: [pool] });
    await pool.postTask(() => 1);
    const names = globalRegister.getMetricsAsArray().map(({ name }) => name);
    expect(names).to.have.lengthOf(10);
    expect(names.every((name) => name.startsWith('rxjs_task_runner_'))).to.equal(true);
    metrics.unsubscribe();
    expect(globalRegister.getMetricsAsArray()).to.be.empty;
  });

  it('takes its metrics, and no others, out of the registry when it is unsubscribed', async () => {
    collect();
    metrics.unsubscribe();
    expect(register.getMetricsAsArray()).to.be.empty;
    collect();
    const first = metrics;
    register.clear();
    collect();
    first.unsubscribe();
    await pool.postTask(() => 1);
    expect(await scrape('tasks_started_total')).to.deep.equal([
      '{runner="pool",priority="user-visible",kind="task"} 1',
    ]);
  });

  it('works with a registry of OpenMetrics', async () => {
    const openMetrics = new Registry<OpenMetricsContentType>();
    openMetrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    collect({ register: openMetrics });
    await pool.postTask(() => 1);
    const of = '{runner="pool",priority="user-visible",kind="task"} 1';
    expect(await scrape('tasks_started_total', openMetrics)).to.deep.equal([of]);
  });

  it('says which option is wrong, and registers nothing then', () => {
    collect();
    metrics.unsubscribe();
    const wrong: [object, string, string][] = [
      [{ register: {} }, 'TypeError', 'The option register must be a Registry of prom-client; got an object.'],
      [
        { prefix: '1-' },
        'TypeError',
        "The option prefix must be letters, digits, _ and :, and not begin with a digit; got '1-'.",
      ],
      [
        { buckets: [1, 1] },
        'TypeError',
        'The option buckets must be an array of ascending numbers of seconds; got an object.',
      ],
      [
        { prefx: 'a_' },
        'TypeError',
        "The options here are register, prefix, buckets, runners, runnerNames, taskNames; got 'prefx'.",
      ],
      [{ runners: pool }, 'TypeError', 'The option runners must be an array; got an object.'],
      [{ runnerNames: 0 }, 'RangeError', 'The option runnerNames must be a positive integer or Infinity; got 0.'],
      [{ taskNames: -1 }, 'RangeError', 'The option taskNames must be an integer, 0 or more, or Infinity; got -1.'],
    ];
    for (const [options, name, message] of wrong) {
      const error = errorOf(() => collectTaskMetrics({ register, ...options }));
      expect([error.name, error.message]).to.deep.equal([name, message]);
    }
    expect(errorOf(() => collectTaskMetrics({ register, runners: [{} as never] })).message).to.contain(
      'collectTaskMetrics needs a runner that this library has made',
    );
    expect(register.getMetricsAsArray()).to.be.empty;
  });

  it('throws when the registry has a metric of such a name, and leaves the registry as it was', () => {
    collect();
    const { length } = register.getMetricsAsArray();
    const { message } = errorOf(() => collectTaskMetrics({ register, prefix: '' }));
    expect(message).to.equal("The registry has a metric 'tasks_posted_total' already: choose another prefix.");
    expect(register.getMetricsAsArray()).to.have.lengthOf(length);
  });
});
