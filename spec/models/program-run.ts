import { expect } from 'chai';
import { Subject } from 'rxjs';
import { type Runner, stats, ThreadPool } from '../../src/index.js';
import { TaskEnvironment } from '../../src/testing/environment/task-environment.js';
import { type ModelSequence, NaiveModel, PRIORITIES, sequenceOf } from './naive-model.js';
import type { Verb } from './program.js';
import { checkCounters, checkSettled, checkTurn } from './program-checks.js';
import { type Twin, twinOf } from './program-twin.js';
import { gate, microtasks } from '../support/support.js';

export interface RunOptions {
  readonly workers: number;
  /** Whether the program posts to the pool itself, too. */
  readonly usesPool: boolean;
}

/**
 * Runs a program in the library, on the clock of a `TaskEnvironment`, which works in turns as real time does, and in
 * lockstep in the model: at each start of a task the two are compared.
 */
export class ProgramRun {
  private readonly env = new TaskEnvironment({ allowPending: true });
  private readonly reported: unknown[] = [];
  private readonly expectedReports: number[] = [];
  private readonly pool: ThreadPool;
  private readonly runners: readonly Runner[];
  private readonly sequences: readonly ModelSequence[];
  /** Per priority; those of its actions are apart from those of its tasks, which may have to wait for a worker. */
  private readonly poolSequences: Readonly<Record<'schedule' | 'post', readonly ModelSequence[]>>;
  private readonly model: NaiveModel;
  private readonly twins: Twin[] = [];
  /** How many tasks and armings are left to the program: so that it ends, whatever its tasks post. */
  private fuel = 250;
  /** The first thing that went wrong inside a task, where the library would take it for the task's own error. */
  private violation: unknown = null;

  constructor(private readonly options: RunOptions) {
    const { workers } = options;
    this.pool = new ThreadPool({ workers, onTaskError: (error) => this.reported.push(error) });
    const priorities = [...PRIORITIES, ...PRIORITIES];
    this.runners = priorities.map((priority) => this.pool.createSequencedTaskRunner({ priority }));
    this.model = new NaiveModel(workers);
    this.sequences = priorities.map((priority) => sequenceOf({ priority }, 1));
    const sequencesOfPool = (): ModelSequence[] =>
      PRIORITIES.map(() => sequenceOf({ priority: 'user-visible' }, Infinity));
    this.poolSequences = { schedule: sequencesOfPool(), post: sequencesOfPool() };
  }

  async play(program: readonly Verb[]): Promise<void> {
    for (const verb of program) {
      this.perform(verb, null);
      await microtasks();
      this.compare();
    }
    await this.finish();
  }

  dispose(): void {
    this.env.dispose();
  }

  private perform(verb: Verb, self: Twin | null): void {
    switch (verb.verb) {
      case 'schedule':
      case 'post':
        this.post(verb);
        break;
      case 'cancel':
        this.cancel(pick(this.twins, verb.task));
        break;
      case 'rearm':
        this.rearm(pick(this.twins, verb.task), verb.delay);
        break;
      case 'rearm itself':
        if (self !== null) this.rearm(self, verb.delay ?? self.model.delay);
        break;
      case 'settle':
        this.settle(
          pick(
            this.twins.filter(({ pending }) => pending !== null),
            verb.task,
          ),
          verb.fails,
        );
        break;
      case 'set priority': {
        const index = verb.target % this.runners.length;
        this.runners[index]!.setPriority(verb.priority);
        this.model.setPriority(this.sequences[index]!, verb.priority);
        break;
      }
      case 'advance':
        this.advance(verb.by);
    }
  }

  private advance(by: number): void {
    this.env.advanceBy(by);
    this.model.promote(this.env.now());
  }

  private post({ verb, target, own, delay, body }: Extract<Verb, { verb: 'schedule' | 'post' }>): void {
    if (this.fuel-- <= 0) return;
    const index = target % (this.runners.length + (this.options.usesPool ? 1 : 0));
    const runner = this.runners[index] ?? this.pool;
    const sequence = this.sequences[index] ?? this.poolSequences[verb][PRIORITIES.indexOf(own ?? this.pool.priority)]!;
    const twin = twinOf(this.twins.length, sequence, own, verb === 'post', body);
    this.twins.push(twin);
    if (verb === 'post') {
      const handle = runner.postDelayedTask(() => this.runTask(twin), delay, { priority: own });
      twin.real = twin.handle = handle;
      const count = (): unknown => twin.settled++;
      if (body.isAwaited) void handle.then(count, count);
    } else {
      const scheduler = own === undefined ? runner : runner.withPriority(own);
      const action = scheduler.schedule(() => this.runAction(twin), delay);
      twin.real = action;
      twin.rearm = (next) =>
        (action as unknown as { schedule(state: unknown, delay: number): void }).schedule(null, next);
    }
    twin.real.add(() => twin.torn++);
    this.model.arm(twin.model, delay, this.env.now());
  }

  private begin(twin: Twin): void {
    try {
      this.model.promote(this.env.now());
      checkTurn(twin.model, this.model, this.env.now(), this.options.workers === Infinity);
      this.model.start(twin.model);
    } catch (violation) {
      this.violation ??= violation;
      throw violation;
    }
  }

  private runAction(twin: Twin): void {
    this.begin(twin);
    try {
      for (const verb of twin.body.verbs) this.perform(verb, twin);
      if (twin.body.end === 'throws') {
        this.expectedReports.push(twin.model.id);
        this.model.withdraw(twin.model);
        throw twin.model.id;
      }
    } finally {
      this.model.end(twin.model);
    }
  }

  private runTask(twin: Twin): unknown {
    const { body, model: task } = twin;
    this.begin(twin);
    for (const verb of body.verbs) this.perform(verb, twin);
    if (body.end === 'promise' || (body.end === 'observable' && !twin.real.closed)) {
      this.model.suspend(task);
      if (body.end === 'observable') return (twin.pending = new Subject<void>());
      const pending = (twin.pending = gate());
      // Called right before the library is: whoever cancels the task until then has cancelled it in time.
      pending.promise.then(
        () => this.model.finish(task),
        () => {
          this.fails(twin);
          this.model.finish(task);
        },
      );
      return pending.promise;
    }
    this.model.end(task);
    if (body.end !== 'throws') return undefined;
    this.fails(twin);
    throw task.id;
  }

  private fails({ real, body, model }: Twin): void {
    if (!real.closed && !body.isAwaited) this.expectedReports.push(model.id);
  }

  private settle(twin: Twin | null, fails: boolean): void {
    const pending = twin?.pending ?? null;
    if (twin === null || pending === null) return;
    twin.pending = null;
    if (!(pending instanceof Subject)) {
      if (fails) pending.fail(twin.model.id);
      else pending.open();
      return;
    }
    if (fails) this.fails(twin);
    if (fails) pending.error(twin.model.id);
    else pending.complete();
    this.model.finish(twin.model);
  }

  private cancel(twin: Twin | null): void {
    if (twin === null || twin.real.closed) return;
    twin.real.unsubscribe();
    this.model.withdraw(twin.model);
    if (twin.pending instanceof Subject) {
      expect(twin.pending.observed, 'observed after cancelling').to.be.false;
      twin.pending = null;
      this.model.finish(twin.model);
    }
  }

  private rearm(twin: Twin | null, delay: number): void {
    const rearm = twin?.rearm ?? null;
    if (twin === null || rearm === null || this.fuel-- <= 0) return;
    rearm(delay);
    if (twin.real.closed) return;
    this.model.withdraw(twin.model);
    this.model.arm(twin.model, delay, this.env.now());
  }

  /** Between two steps: the counters of the library are those of the model, and posted = settled + live. */
  private compare(): void {
    if (this.violation !== null) throw this.violation;
    const { model, twins } = this;
    const queued = twins.filter((twin) => twin.model.place === 'queued').length;
    expect(stats(this.pool)).to.include({ queued, delayed: model.delayed.length, busy: model.busy.size });
    this.runners.forEach((runner, index) => checkCounters(runner, this.sequences[index]!, model));
    twins.forEach(checkSettled);
  }

  /** Everything that can end does, and nothing is left of it. */
  private async finish(): Promise<void> {
    this.fuel = 0;
    // Each round ends all that are pending; what they held up may be pending in its turn.
    for (let round = 0; round <= this.twins.length; round++) {
      this.advance(1_000);
      expect(this.model.startable(), 'what may start and does not').to.deep.equal([]);
      for (const twin of this.twins) this.settle(twin, false);
      await microtasks();
      this.advance(1_000);
      await microtasks();
      if (this.model.ready.length === 0 && this.twins.every(({ pending }) => pending === null)) break;
    }
    this.compare();
    expect(this.model.ready, 'what is left').to.deep.equal([]);
    expect(this.model.delayed.every(({ deadline }) => deadline === Infinity)).to.be.true;
    for (const twin of this.twins) this.cancel(twin);
    await microtasks();
    // The errors of the last round are reported in a macrotask.
    this.advance(1_000);
    this.compare();
    expect(this.env.pendingTaskCount).to.equal(0);
    expect(this.reported.sort()).to.deep.equal(this.expectedReports.sort());
  }
}

function pick<T>(from: readonly T[], index: number): T | null {
  return from[index % Math.max(1, from.length)] ?? null;
}
