import { expect } from 'chai';
import {
  type PostOptions,
  fromTask,
  SingleThreadTaskRunner,
  type TaskHandle,
  type TaskRunner,
  ThreadPool,
} from '../../src/index.js';
import { schedulerInForce } from '../../src/engine/schedulers.js';
import { BaseTaskRunner } from '../../src/runners/base-task-runner.js';
import type { ConservationVerb, PostChoices } from './conservation.js';
import { Entry } from './conservation-entry.js';
import { FakeTime } from './fake-time.js';

type Stoppable = Pick<ThreadPool, 'shutdown' | 'stop'>;

/**
 * Runs a program on runners of all kinds. After each step every task that was posted is settled, or counted by its
 * runner; what is counted beside is code of settled tasks that has not ended, and flushes.
 */
export class ConservationRun {
  private readonly time = new FakeTime();
  private readonly reported: unknown[] = [];
  private readonly pool: ThreadPool;
  private readonly runners: readonly TaskRunner[];
  private readonly entries: Entry[] = [];
  private flushes = 0;
  /** How many posts are left to the program, so that it ends. */
  private fuel = 120;

  constructor(workers: number) {
    const onTaskError = (error: unknown): void => void this.reported.push(error);
    const pool = (this.pool = new ThreadPool({ workers, onTaskError }));
    const keyed = pool.keyed<number>();
    this.runners = [
      pool.createSequencedTaskRunner(),
      pool.createSequencedTaskRunner({ priority: 'best-effort' }),
      pool.createSequencedTaskRunner({ queue: { capacity: 1, whenFull: 'drop-oldest' }, priority: 'user-blocking' }),
      pool.createParallelTaskRunner({ maxConcurrency: 2 }),
      pool.createParallelTaskRunner({ maxConcurrency: 2, queue: { capacity: 2 } }),
      keyed.runner(1),
      keyed.runner(2),
      new SingleThreadTaskRunner({ onTaskError }),
      pool,
    ];
  }

  async play(program: readonly ConservationVerb[]): Promise<void> {
    for (const verb of program) {
      if (verb.verb === 'pass') await this.time.pass(verb.by);
      else this.perform(verb);
      await this.time.settle();
      this.check();
    }
    await this.finish();
  }

  dispose(): void {
    this.time.end();
  }

  private perform(verb: ConservationVerb): void {
    switch (verb.verb) {
      case 'post':
        this.post(verb, (_, runner, code, options) => runner.postDelayedTask(code, verb.delay, options));
        break;
      case 'reply':
        this.post(verb, (entry, runner, code, options) => {
          const reply = entry.code(verb.reply, () => undefined);
          const next = (_: unknown, context: Parameters<typeof reply>[0]): never => reply(context);
          return runner.postTaskAndReply(code, { next, error: next }, this.runner(verb.to), {
            ...options,
            delay: verb.delay,
          });
        });
        break;
      case 'repeat':
        this.post(verb, (_, runner, code, options) => runner.postRepeatingTask(code, verb, options));
        break;
      case 'from task':
        this.post(verb, (_, runner, code, options) => {
          const source = fromTask(runner, code, { ...options, delay: verb.delay });
          return source.subscribe({ error: () => undefined });
        });
        break;
      case 'cancel': {
        const entry = this.entry(verb.task);
        if (verb.bySignal) entry?.controller.abort();
        else entry?.subscription.unsubscribe();
        break;
      }
      case 'end':
        this.entry(verb.task)?.end?.(verb.fails);
        break;
      case 'set priority':
        this.entry(verb.task)?.handle?.setPriority(verb.priority);
        break;
      case 'flush':
        this.flush(this.runner(verb.target));
        break;
      case 'shut down':
        void (this.runner(verb.target) as unknown as Partial<Stoppable>).shutdown?.({ timeout: 10 });
        break;
      case 'stop':
        void (this.runner(verb.target) as unknown as Partial<Stoppable>).stop?.();
    }
  }

  private post(
    { target, priority, isAwaited, queueTimeout, runTimeout, work }: PostChoices,
    post: (entry: Entry, runner: TaskRunner, code: () => never, options: PostOptions) => Entry['subscription'],
  ): void {
    if (this.fuel-- <= 0) return;
    const entry = new Entry();
    this.entries.push(entry);
    const code = entry.code(work, () => {
      for (const verb of work.verbs) this.perform(verb);
    }) as () => never;
    const { signal } = entry.controller;
    const options = { priority, queueTimeout, runTimeout, signal };
    const subscription = (entry.subscription = post(entry, this.runner(target), code, options));
    subscription.add(() => entry.closings++);
    if (!('state' in subscription)) return;
    const handle = (entry.handle = subscription as TaskHandle<unknown>);
    entry.isAwaited = isAwaited;
    const settled = (): unknown => entry.settlings++;
    if (isAwaited) void handle.then(settled, settled);
  }

  private flush(runner: TaskRunner): void {
    this.flushes++;
    void runner.flush().then(() => this.flushes--);
  }

  /** Posted = settled + live. */
  private check(): void {
    let counted = 0;
    let barriers = 0;
    for (const runner of this.runners) {
      if (!(runner instanceof BaseTaskRunner)) throw new Error('All runners are of one base.');
      // What the pool counts itself is of all its runners.
      const { queued, running, delayed } = BaseTaskRunner.prototype.stats.call(runner);
      counted += queued + running + delayed;
      for (const sequence of runner.sequencesOn(schedulerInForce())) barriers += sequence.barriers;
    }
    const live = this.entries.filter(({ isClosed }) => !isClosed).length;
    const ending = this.entries.reduce((sum, { isClosed, active }) => sum + (isClosed ? active : 0), 0);
    expect(counted, 'what the runners count').to.equal(live + ending + barriers);
    expect(new Set(this.reported).size, 'errors that were reported').to.equal(this.reported.length);
    for (const entry of this.entries) this.checkEntry(entry);
  }

  private checkEntry({ isClosed, closings, settlings, handle, isAwaited, active }: Entry): void {
    expect(closings, 'how often it was closed').to.equal(isClosed ? 1 : 0);
    expect(active, 'how many of its codes run').to.be.oneOf([0, 1]);
    if (handle === null) return;
    expect(handle.state === 'pending' || handle.state === 'running', `live, if ${handle.state}`).to.equal(!isClosed);
    expect(settlings, 'how often it has settled').to.equal(isClosed && isAwaited ? 1 : 0);
  }

  private async finish(): Promise<void> {
    // What is bound to end ends, what never would is cancelled; and then there is nothing left.
    for (let i = 0; i < 6; i++) {
      for (const { end } of this.entries) end?.(false);
      await this.time.pass(10);
      this.check();
    }
    for (const { subscription } of this.entries) subscription.unsubscribe();
    for (let i = 0; i < 3; i++) {
      for (const { end } of this.entries) end?.(false);
      await this.time.pass(3);
      this.check();
    }
    for (const runner of this.runners) expect(runner.stats()).to.include({ queued: 0, running: 0, delayed: 0 });
    expect(this.pool.stats().busy).to.equal(0);
    expect(this.flushes).to.equal(0);
    expect(this.entries.filter(({ isClosed }) => !isClosed)).to.deep.equal([]);
    await this.pool.whenIdle();
  }

  private runner(target: number): TaskRunner {
    return this.runners[target % this.runners.length]!;
  }

  private entry(task: number): Entry | undefined {
    return this.entries[task % Math.max(1, this.entries.length)];
  }
}
