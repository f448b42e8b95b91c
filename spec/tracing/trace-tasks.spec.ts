import { Writable } from 'node:stream';
import { expect } from 'chai';
import fc from 'fast-check';
import { NEVER, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { clear, flush, type TaskFunction, ThreadPool } from '../../src/index.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { inlineThreads, Threads } from '../../src/threads/index.js';
import { traceTasks } from '../../src/tracing/index.js';
import { worker } from '../remote/support/worker-file.js';
import type { Served } from '../remote/support/served.js';
import { errorOf, gate, rejectionOf, turns } from '../support/support.js';
import { type Event, expectToBeATrace, Memory } from './trace-format.js';

const noop = (): undefined => undefined;

async function inVirtualTime(run: (env: TaskEnvironment) => Promise<void>): Promise<void> {
  const env = new TaskEnvironment();
  try {
    await run(env);
  } finally {
    env.dispose({ allowPending: true });
  }
}

/** The title of the row that an event is in, and the group of that. */
function rowOf(events: readonly Event[], event: Event): string {
  const nameOf = (kind: string, tid: number): unknown =>
    events.find((one) => one.name === kind && one.pid === event.pid && one.tid === tid)?.args['name'];
  return `${String(nameOf('process_name', 0))}/${String(nameOf('thread_name', event.tid))}`;
}

/** `row: name` of all slices of a category. */
function slicesOf(events: readonly Event[], category: string): string[] {
  const slices = events.filter(({ ph, cat }) => ph === 'X' && cat === category);
  return slices.sort((a, b) => a.ts - b.ts).map((slice) => `${rowOf(events, slice)}: ${slice.name}`);
}

describe('traceTasks', () => {
  it('shows the code of tasks in the track of its lane, and tasks in that of their runner', async () => {
    const memory = new Memory();
    const pool = new ThreadPool();
    const ui = pool.createSequencedTaskRunner({ name: 'ui', priority: 'user-blocking' });
    const bulk = pool.createSequencedTaskRunner({ name: 'bulk', priority: 'best-effort' });
    const trace = traceTasks(memory.stream);
    bulk.postTask(noop, { name: 'index' });
    ui.schedule(noop);
    await ui.postTask(noop, { name: 'show' });
    await flush(bulk);
    const { written, dropped } = await trace.stop();
    const { events } = memory;
    expectToBeATrace(events);
    expect(slicesOf(events, 'lane')).to.deep.equal([
      'lanes/user-blocking: ui',
      'lanes/user-blocking: show',
      'lanes/best-effort: index',
    ]);
    expect(slicesOf(events, 'task')).to.deep.equal(['runners/ui: ui', 'runners/ui: show', 'runners/bulk: index']);
    expect({ written, dropped }).to.deep.equal({ written: events.length, dropped: 0 });
    expect(memory.isClosed).to.equal(true);
  });

  it('shows a task from its beginning to its end, across await, in the track of its runner', async () => {
    const memory = new Memory();
    await inVirtualTime(async (env) => {
      const runner = new ThreadPool().createSequencedTaskRunner({ name: 'io' });
      const trace = traceTasks(memory.stream);
      runner.postTask(async (context) => context.sleep(20), { name: 'load' });
      await env.advanceByAsync(30);
      await trace.stop();
    });
    const { events } = memory;
    expectToBeATrace(events);
    const load = events.find(({ name, cat }) => name === 'load' && cat === 'task')!;
    expect(load.dur).to.be.closeTo(20_000, 1);
  });

  it('gives tasks of one name of a runner that overlap rows of their own', async () => {
    const memory = new Memory();
    const downloads = new ThreadPool().createParallelTaskRunner({ name: 'downloads', maxConcurrency: 2 });
    const trace = traceTasks(memory.stream);
    const open = gate();
    const both = [downloads.postTask(() => open.promise), downloads.postTask(() => open.promise)];
    await turns();
    open.open();
    await Promise.all(both);
    await downloads.postTask(noop);
    await trace.stop();
    const { events } = memory;
    expectToBeATrace(events);
    const rows = slicesOf(events, 'task').map((text) => text.split(':')[0]);
    expect(rows.slice(0, 2)).to.deep.equal(['runners/downloads', 'runners/downloads (2)']);
    expect(new Set(rows).size).to.equal(2);
  });

  it('leads an arrow from the task that posts to the run of what it has posted', async () => {
    const memory = new Memory();
    const pool = new ThreadPool();
    const [a, b] = ['a', 'b'].map((name) => pool.createSequencedTaskRunner({ name }));
    const trace = traceTasks(memory.stream);
    await a!.postTask(() => void b!.postTask(noop, { name: 'child' }), { name: 'parent' });
    await flush(b!);
    await trace.stop();
    const { events } = memory;
    expectToBeATrace(events);
    const arrows = events.filter(({ ph }) => ph === 's').map((event) => rowOf(events, event));
    expect(arrows.sort()).to.deep.equal(['runners/a', 'runners/outside of tasks']);
  });

  it('shows a delay as an asynchronous slice from the post until the task is ready', async () => {
    const memory = new Memory();
    await inVirtualTime(async (env) => {
      const runner = new ThreadPool().createSequencedTaskRunner({ name: 'io' });
      const trace = traceTasks(memory.stream);
      runner.postTask(noop, { name: 'later', delay: 40 });
      runner.postTask(noop, { name: 'soon' });
      await env.advanceByAsync(50);
      await trace.stop();
    });
    const { events } = memory;
    expectToBeATrace(events);
    const [begin, end] = events.filter(({ cat }) => cat === 'delay');
    expect([begin!.name, end!.name]).to.deep.equal(['later', 'later']);
    expect(end!.ts - begin!.ts).to.be.closeTo(40_000, 1);
  });

  it('counts the tasks of each runner that have not begun, back to 0', async () => {
    const memory = new Memory();
    const runner = new ThreadPool().createSequencedTaskRunner({ name: 'io' });
    const trace = traceTasks(memory.stream);
    for (let i = 0; i < 10; i++) runner.postTask(noop);
    await flush(runner);
    await trace.stop();
    const counts = memory.events.filter(({ ph }) => ph === 'C');
    expect(new Set(counts.map(({ name }) => name))).to.deep.equal(new Set(['queue of io']));
    expect(counts.at(-1)!.args['tasks']).to.equal(0);
    expect(Number(counts[0]!.args['tasks'])).to.be.greaterThan(0);
  });

  it('says how a task has ended, of one that was refused, dropped or cancelled too', async () => {
    const memory = new Memory();
    const pool = new ThreadPool({ onTaskError: noop });
    const runner = pool.createSequencedTaskRunner({ name: 'io' });
    const trace = traceTasks(memory.stream);
    const fails = (): never => {
      throw new TypeError('disk full');
    };
    await rejectionOf(runner.postTask(fails, { name: 'save' }));
    runner.postTask(noop, { name: 'gone', delay: 5 }).cancel();
    void rejectionOf(runner.postTask(noop, { name: 'dropped' }));
    clear(runner);
    await pool.shutdown();
    await rejectionOf(runner.postTask(noop, { name: 'late' }));
    await trace.stop();
    const { events } = memory;
    expectToBeATrace(events);
    const save = events.find(({ name, cat }) => name === 'save' && cat === 'task')!;
    expect(save.args).to.include({ outcome: 'failed', error: 'TypeError: disk full', kind: 'task' });
    const instants = events.filter(({ ph, s }) => ph === 'i' && s === 't').map(({ name }) => name);
    expect(instants).to.deep.equal(['gone: cancelled', 'dropped: rejected', 'late: rejected']);
  });

  it('shows the tasks that run when it is stopped as far as they got', async () => {
    const memory = new Memory();
    const runner = new ThreadPool().createSequencedTaskRunner({ name: 'io' });
    const trace = traceTasks(memory.stream);
    const endless = runner.postTask(() => NEVER, { name: 'endless' });
    await turns();
    await trace.stop();
    endless.unsubscribe();
    const { events } = memory;
    expectToBeATrace(events);
    expect(events.find(({ cat }) => cat === 'task')!.args['outcome']).to.equal('running');
  });

  it('can be stopped by a task that it follows', async () => {
    const memory = new Memory();
    const runner = new ThreadPool().createSequencedTaskRunner({ name: 'io' });
    const trace = traceTasks(memory.stream);
    await runner.postTask(() => trace.stop(), { name: 'last' });
    const { events } = memory;
    expectToBeATrace(events);
    expect(slicesOf(events, 'lane')).to.deep.equal(['lanes/user-visible: last']);
  });

  it('leaves out the tasks of other clocks, whose times are not comparable', async () => {
    const memory = new Memory();
    const runner = new ThreadPool().createSequencedTaskRunner({ name: 'io' });
    const trace = traceTasks(memory.stream);
    new TestScheduler(noop).run(({ expectObservable }) => {
      runner.postTask(noop, { name: 'virtual', delay: 5 });
      expectObservable(timer(10, runner));
    });
    await runner.postTask(noop, { name: 'real' });
    await trace.stop();
    expect(slicesOf(memory.events, 'task')).to.deep.equal(['runners/io: real']);
  });

  describe('with threads', () => {
    it('shows each call in the track of the thread that serves it, with an arrow from its task', async () => {
      const memory = new Memory();
      const pool = new ThreadPool({ name: 'pool' });
      const { tasks } = inlineThreads({ double: (n: number) => 2 * n }, { name: 'cpu' });
      const trace = traceTasks(memory.stream);
      expect(await pool.postTask(tasks.double(21), { name: 'compute' })).to.equal(42);
      await trace.stop();
      const { events } = memory;
      expectToBeATrace(events);
      expect(slicesOf(events, 'thread')).to.deep.equal(['threads/cpu-1: double']);
      const arrow = events.find(({ ph, name }) => ph === 's' && name === 'call')!;
      expect(rowOf(events, arrow)).to.equal('runners/pool');
    });

    it('does so with worker_threads', async () => {
      const memory = new Memory();
      const pool = new ThreadPool({ name: 'pool' });
      const threads = new Threads<Served>(({ name }) => worker(name), { name: 'cpu', size: 1 });
      const trace = traceTasks(memory.stream);
      await Promise.all([1, 2].map((n) => pool.postTask(threads.tasks.later(n))));
      await trace.stop();
      await threads.shutdown();
      const { events } = memory;
      expectToBeATrace(events);
      expect(slicesOf(events, 'thread')).to.deep.equal(['threads/cpu-1: later', 'threads/cpu-1: later']);
    });
  });

  describe('as a stream', () => {
    it('is an array that lacks no more than its bracket, wherever it is cut off between two writes', async () => {
      const memory = new Memory();
      const runner = new ThreadPool().createSequencedTaskRunner({ name: 'a "name"\n' });
      const trace = traceTasks(memory.stream);
      for (let i = 0; i < 1_000; i++) runner.schedule(noop);
      await flush(runner);
      await trace.stop();
      expect(memory.chunks.length).to.be.greaterThan(3);
      for (let cut = 1; cut < memory.chunks.length; cut++) {
        expect(JSON.parse(`${memory.chunks.slice(0, cut).join('')}]`)).to.be.an('array');
      }
      expectToBeATrace(memory.events);
    });

    it('drops events when it is slow, never an end without its beginning, and says at the end how many', async () => {
      const memory = new Memory(true);
      const runner = new ThreadPool().createSequencedTaskRunner({ name: 'io' });
      const trace = traceTasks(memory.stream, { buffer: 100_000 });
      for (let i = 0; i < 2_000; i++) runner.postTask(noop);
      await flush(runner);
      expect(trace.dropped).to.be.greaterThan(0);
      memory.hurry();
      const { written, dropped } = await trace.stop();
      const { events, text } = memory;
      expectToBeATrace(events, false);
      expect(text.length).to.be.lessThan(250_000);
      expect(events.length).to.equal(written);
      expect(events.at(-1)).to.deep.include({ name: `${dropped} events were dropped`, s: 'g' });
      expect(events.at(-1)!.args['dropped']).to.equal(dropped);
    });

    it('may be a Writable of Node, or one turned into a stream of the web', async () => {
      for (const isWeb of [false, true]) {
        const chunks: Buffer[] = [];
        const stream = new Writable({
          write: (chunk: Buffer, _encoding, done) => {
            chunks.push(chunk);
            done();
          },
        });
        const runner = new ThreadPool().createSequencedTaskRunner({ name: 'io' });
        const trace = traceTasks(isWeb ? Writable.toWeb(stream) : stream);
        await runner.postTask(noop);
        await trace.stop();
        expectToBeATrace(JSON.parse(Buffer.concat(chunks).toString()) as Event[]);
      }
    });

    it('ends the trace when it fails, and stop() rejects with its error', async () => {
      const broken = new Writable({
        write: (_chunk, _encoding, done) => done(new Error('disk full')),
      });
      const runner = new ThreadPool().createSequencedTaskRunner({ name: 'io' });
      const trace = traceTasks(broken);
      await runner.postTask(noop);
      expect(await rejectionOf(trace.stop())).to.have.property('message', 'disk full');
      await runner.postTask(noop);
      expect(trace.stop()).to.equal(trace.stop());
      await rejectionOf(trace.stop());
    });
  });

  it('names the rule that an argument breaks', () => {
    const { stream } = new Memory();
    expect(errorOf(() => traceTasks({} as never)).message).to.equal(
      'A trace is written to a WritableStream, or a Writable of Node; got an object.',
    );
    expect(errorOf(() => traceTasks(stream, { buffer: 0 })).message).to.contain(
      'a number of bytes, more than 0; got 0',
    );
    expect(errorOf(() => traceTasks(stream, { name: 7 as never })).message).to.contain('must be a string; got 7');
    expect(errorOf(() => traceTasks(stream, null as never)).message).to.contain('Options must be an object');
  });

  interface Step {
    readonly kind: number;
    readonly on: number;
    readonly delay: number;
    readonly children: readonly Step[];
  }
  const stepOf = (children: fc.Arbitrary<Step[]>): fc.Arbitrary<Step> =>
    fc.record({ kind: fc.nat(6), on: fc.nat(3), delay: fc.nat(3), children });
  const grandchildren = fc.array(stepOf(fc.constant([])), { maxLength: 2 });
  const program = fc.array(stepOf(fc.array(stepOf(grandchildren), { maxLength: 3 })), { maxLength: 8 });

  it('follows the rules of the format, whatever the program and however slow the stream', () =>
    fc.assert(
      fc.asyncProperty(program, fc.option(fc.integer({ min: 500, max: 5_000 })), async (steps, buffer) => {
        const memory = new Memory();
        let report = { written: 0, dropped: 0 };
        await inVirtualTime(async (env) => {
          const pool = new ThreadPool({ workers: 3, name: 'pool', onTaskError: noop });
          const threads = inlineThreads({ double: async (n: number) => 2 * n });
          const runners = [
            pool,
            pool.createSequencedTaskRunner({ name: 'one' }),
            pool.createSequencedTaskRunner({ name: 'two', priority: 'best-effort' }),
            pool.createParallelTaskRunner({ name: 'many', maxConcurrency: 2 }),
          ];
          const start = ({ kind, on, delay, children }: Step): void => {
            const runner = runners[on]!;
            const begin = (): void => children.forEach(start);
            const task: TaskFunction<unknown> = [
              () => begin(),
              () => (begin(), timer(2, runner)),
              () => {
                begin();
                throw new Error('no');
              },
              async (context: Parameters<TaskFunction<unknown>>[0]) => {
                await context.yield();
                begin();
              },
              threads.tasks.double(kind),
            ][kind % 5]!;
            if (kind === 5) runner.schedule(begin, delay);
            else {
              const handle = runner.postTask(task, { delay });
              handle.then(noop, noop);
              if (kind === 6) handle.cancel();
            }
          };
          const trace = traceTasks(memory.stream, buffer === null ? {} : { buffer });
          steps.forEach(start);
          await env.advanceByAsync(10);
          report = await trace.stop();
        });
        const { events } = memory;
        expectToBeATrace(events, report.dropped === 0);
        expect(events.length).to.equal(report.written);
        if (buffer === null) expect(report.dropped).to.equal(0);
      }),
      { numRuns: 200 },
    ));
});
