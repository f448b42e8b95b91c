import { expect } from 'chai';
import {
  bounded,
  createSingleThreadTaskRunner,
  flush,
  fromTask,
  keyed,
  type PostOptions,
  postRepeatingTask,
  postTaskAndReply,
  stats,
  type TaskHandle,
  type TaskRunner,
  ThreadPool,
  timeLimit,
  whenIdle,
} from '../../src/index.js';
import { ownerOf } from '../../src/runners/owner-of.js';
import { waitingIn } from '../../src/kernel/inventory.js';
import { schedulerInForce } from '../../src/virtual/in-force.js';
import type { ConservationVerb, PostChoices } from './conservation.js';
import { Entry } from './conservation-entry.js';
import { FakeTime } from '../support/fake-time.js';

type Stoppable = Pick<ThreadPool, 'shutdown' | 'stop'>;

/**
 * Runs a program on runners of all kinds. After each step every task that was posted is settled, or counted by its
 * runner; what is counted beside is code of settled tasks that has not ended, and flushes.
 */
export class ConservationRun {
  private readonly time = new FakeTime();
  private readonly reported: unknown[] = [];
  private readonly pool: ThreadPool;
  /** The one that is of another pool. */
  private readonly single: TaskRunner;
  private readonly runners: readonly TaskRunner[];
  private readonly entries: Entry[] = [];
  private flushes = 0;
  /** How many posts are left to the program, so that it ends. */
  private fuel = 120;

  constructor(workers: number) {
    const onTaskError = (error: unknown): void => void this.reported.push(error);
    const pool = (this.pool = new ThreadPool({ workers, onTaskError }));
    const byKey = keyed<number>(pool);
    this.runners = [
      pool.createSequencedTaskRunner(),
      pool.createSequencedTaskRunner({ priority: 'best-effort' }),
      pool.createSequencedTaskRunner({ queue: bounded(1, 'drop-oldest'), priority: 'user-blocking' }),
      pool.createParallelTaskRunner({ maxConcurrency: 2 }),
      pool.createParallelTaskRunner({ maxConcurrency: 2, queue: bounded(2) }),
      byKey.runner(1),
      byKey.runner(2),
      (this.single = createSingleThreadTaskRunner({ onTaskError })),
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
        this.post(verb, (_, runner, code, options) => runner.postTask(code, { ...options, delay: verb.delay }));
        break;
      case 'reply':
        this.post(verb, (entry, runner, code, options) => {
          const reply = entry.code(verb.reply, () => undefined);
          const next = (_: unknown, context: Parameters<typeof reply>[0]): never => reply(context);
          return postTaskAndReply(
            runner,
            code,
            { next, error: next },
            { on: this.runner(verb.to), ...options, delay: verb.delay },
          );
        });
        break;
      case 'repeat':
        this.post(verb, (_, runner, code, options) => postRepeatingTask(runner, code, { ...verb, ...options }));
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
    const task = (runTimeout === undefined ? code : timeLimit(runTimeout, code)) as () => never;
    const options = { priority, queueTimeout, signal };
    const subscription = (entry.subscription = post(entry, this.runner(target), task, options));
    subscription.add(() => entry.closings++);
    if (!('state' in subscription)) return;
    const handle = (entry.handle = subscription as TaskHandle<unknown>);
    entry.isAwaited = isAwaited;
    const settled = (): unknown => entry.settlings++;
    if (isAwaited) void handle.then(settled, settled);
  }

  private flush(runner: TaskRunner): void {
    this.flushes++;
    void flush(runner).then(() => this.flushes--);
  }

  /** Posted = settled + live. */
  private check(): void {
    const counts = this.runners.map(countOf);
    const live = this.entries.filter(({ isClosed }) => !isClosed).length;
    const ending = this.entries.reduce((sum, { isClosed, active }) => sum + (isClosed ? active : 0), 0);
    // A task that was cancelled, and whose code has come to its end, may still have to notice it, in its next turn.
    const noticing = sum(this.runners.map(restsOf));
    expect(sum(counts), 'what the runners have').to.be.within(live + ending, live + ending + noticing);
    this.checkStats(counts);
    expect(new Set(this.reported).size, 'errors that were reported').to.equal(this.reported.length);
    for (const entry of this.entries) this.checkEntry(entry);
  }

  /** The statistics of a runner are its own, those of a pool are of all its runners; flushes are in none. */
  private checkStats(counts: readonly number[]): void {
    const { runners, pool, single } = this;
    const ofPool = sum(counts.filter((_, index) => runners[index] !== single));
    for (const [index, runner] of runners.entries()) {
      const { queued, running, delayed } = stats(runner);
      expect(queued + running + delayed, 'what is counted').to.equal(runner === pool ? ofPool : counts[index]);
    }
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
    for (const runner of this.runners) expect(stats(runner)).to.include({ queued: 0, running: 0, delayed: 0 });
    expect(stats(this.pool).busy).to.equal(0);
    expect(this.flushes).to.equal(0);
    expect(this.entries.filter(({ isClosed }) => !isClosed)).to.deep.equal([]);
    await whenIdle(this.pool);
  }

  private runner(target: number): TaskRunner {
    return this.runners[target % this.runners.length]!;
  }

  private entry(task: number): Entry | undefined {
    return this.entries[task % Math.max(1, this.entries.length)];
  }
}

/** How many tasks a runner itself has: waiting, or begun and not ended. */
function countOf(runner: TaskRunner): number {
  const sequences = ownerOf('the spec', runner).sequencesOn(schedulerInForce());
  return sum(
    sequences.map((sequence) => waitingIn(sequence).filter((task) => !task.isInternal).length + sequence.running),
  );
}

/** How many continuations of its tasks a runner has. */
function restsOf(runner: TaskRunner): number {
  return sum(
    ownerOf('the spec', runner)
      .sequencesOn(schedulerInForce())
      .map(({ rests }) => rests),
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
