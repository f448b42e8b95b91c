import { expect } from 'chai';
import { Observable, type Subscription } from 'rxjs';
import {
  hold,
  keyed,
  rateLimit,
  type Runner,
  setWorkers,
  stats,
  type TaskContext,
  type TaskHandle,
  type TaskRunner,
  ThreadPool,
} from '../../src/index.js';
import { TaskEnvironment } from '../../src/testing/index.js';
import { PRIORITIES } from './naive-model.js';
import { isBegun, TurnsModel, type TurnsPool, type TurnsSequence, type TurnsTask } from './turns-model.js';
import type { Phase, TurnsVerb } from './turns-program.js';

/** Runs a program on the runners of two pools, of which four share a rate limit, and asks the model at each start. */
export class TurnsRun {
  private readonly env = new TaskEnvironment({ allowPending: true });
  private readonly clock = new ThreadPool({ workers: Infinity });
  private readonly pools: readonly ThreadPool[];
  private readonly runners: TaskRunner[] = [];
  /** Those whose priority may change: the runner of a key has that of all keys. */
  private readonly changeable = new Map<TurnsSequence, Runner>();
  private readonly model: TurnsModel;
  private readonly handles: TaskHandle<unknown>[] = [];
  private readonly holds: Subscription[] = [];
  /** The first thing that went wrong inside a task, where the library would take it for the task's own error. */
  private violation: unknown = null;

  constructor(workers: readonly number[], rate: { readonly starts: number; readonly per: number }) {
    this.pools = workers.map((each) => new ThreadPool({ workers: each }));
    const shared = rateLimit(rate);
    const sequences: TurnsSequence[] = [];
    const add = (pool: TurnsPool, runner: TaskRunner, limit = 1, hasRate = false): TurnsSequence => {
      this.runners.push(runner);
      const sequence = { pool, limit, priority: runner.priority, hasRate };
      sequences.push(sequence);
      return sequence;
    };
    const addRunner = (pool: TurnsPool, runner: Runner, limit = 1, hasRate = false): void => {
      this.changeable.set(add(pool, runner, limit, hasRate), runner);
    };
    for (const pool of this.pools) {
      const own: TurnsPool = { workers: stats(pool).workers };
      addRunner(own, pool.createSequencedTaskRunner());
      addRunner(own, pool.createSequencedTaskRunner({ priority: 'best-effort' }));
      addRunner(own, pool.createSequencedTaskRunner({ priority: 'user-blocking', rate: shared }), 1, true);
      addRunner(own, pool.createParallelTaskRunner({ maxConcurrency: 2, rate: shared }), 2, true);
      add(own, keyed<number>(pool).runner(1));
    }
    this.model = new TurnsModel(sequences, rate, () => this.env.now());
  }

  play(program: readonly TurnsVerb[]): void {
    try {
      for (const step of program) {
        this.perform(step);
        this.env.runUntilIdle();
        this.check();
      }
      this.finish();
    } finally {
      this.env.dispose();
    }
  }

  private perform(step: TurnsVerb): void {
    const { model, runners, pools } = this;
    const index = step.on % runners.length;
    const sequence = model.sequences[index]!;
    const pool = pools[Math.floor((2 * index) / runners.length)]!;
    const live = model.tasks.filter(({ place }) => place !== 'is over');
    const task = live[step.on % Math.max(1, live.length)];
    switch (step.verb) {
      case 'post':
        this.post(sequence, runners[index]!, step);
        break;
      case 'hold': {
        const isOfPool = step.on % 3 === 0;
        this.holds.push(hold(isOfPool ? pool : runners[index]!, { priority: step.to }));
        model.holds.push({ on: isOfPool ? sequence.pool : sequence, lane: PRIORITIES.indexOf(step.to) });
        break;
      }
      case 'release':
        this.release(step.on % Math.max(1, this.holds.length));
        break;
      case 'set priority':
        if (task?.place !== 'waits') return;
        this.handles[task.id]!.setPriority(step.to);
        task.own = step.to;
        break;
      case 'set runner priority':
        if (!this.changeable.has(sequence)) return;
        this.changeable.get(sequence)!.setPriority(step.to);
        sequence.priority = step.to;
        break;
      case 'cancel':
        if (task === undefined) return;
        this.handles[task.id]!.cancel();
        this.end(task);
        break;
      case 'resize':
        setWorkers(pool, step.by);
        sequence.pool.workers = step.by;
        break;
      case 'pass':
        for (let i = 0; i < step.by; i++) this.pass();
    }
  }

  private release(index: number): void {
    this.model.holds.splice(index, 1);
    this.holds.splice(index, 1)[0]?.unsubscribe();
  }

  private pass(): void {
    this.env.advanceBy(1);
    this.check();
  }

  private post(
    sequence: TurnsSequence,
    runner: TaskRunner,
    { delay, own, phases }: TurnsVerb & { verb: 'post' },
  ): void {
    const task: TurnsTask = {
      id: this.handles.length,
      sequence,
      due: this.env.now() + delay,
      own,
      place: 'waits',
      lane: NaN,
      wakesAt: NaN,
      hasYielded: false,
    };
    this.model.tasks.push(task);
    const handle = runner.postTask((context) => this.run(task, context, [...phases]), { delay, priority: own });
    handle.then(undefined, () => undefined);
    this.handles.push(handle);
  }

  /** The code of a task: its phases one after the other, without promises. */
  private run(task: TurnsTask, context: TaskContext, phases: Phase[]): Observable<never> {
    this.start(task);
    return new Observable((subscriber) => {
      const next = (): void => {
        if (task.place === 'sleeps') task.lane = this.model.laneOfRest(task);
        task.place = 'works';
        task.hasYielded = false;
        const [kind, ms] = phases.shift() ?? ['ends', 0];
        if (kind === 'works') subscriber.add(this.clock.schedule(next, ms));
        else if (kind === 'ends') {
          this.end(task);
          subscriber.complete();
        } else if (kind === 'yields') {
          task.hasYielded = true;
          context.yieldThen(next);
        } else {
          task.place = 'sleeps';
          task.wakesAt = this.env.now() + ms;
          context.sleepThen(ms, next);
        }
      };
      next();
    });
  }

  private start(task: TurnsTask): void {
    try {
      const { model } = this;
      const { sequence } = task;
      const lane = model.lane(sequence);
      expect(model.queue(sequence)[0], 'the first of its sequence').to.equal(task);
      expect(model.startable, 'the sequences that may start').to.include(sequence);
      const urgent = model.startable.filter((other) => model.lane(other) < lane);
      expect(urgent, `more urgent than ${task.id}`).to.deep.equal([]);
      expect(model.goingBefore(sequence.pool, lane), `what goes before ${task.id}`).to.deep.equal([]);
      task.place = 'works';
      task.lane = lane;
      if (sequence.hasRate) model.starts.push(this.env.now());
    } catch (violation) {
      this.violation ??= violation;
    }
  }

  private end(task: TurnsTask): void {
    task.place = 'is over';
    task.hasYielded = false;
  }

  /** Between two steps nothing that may start or go on waits, and the counters are right. */
  private check(): void {
    const { model, pools } = this;
    if (this.violation !== null) throw this.violation;
    expect(model.startable, `may start at ${this.env.now()}`).to.deep.equal([]);
    expect(model.wakeable, `may go on at ${this.env.now()}`).to.deep.equal([]);
    pools.forEach((pool, index) => {
      const own = model.sequences[(index * model.sequences.length) / pools.length]!.pool;
      const tasks = model.tasks.filter(({ sequence }) => sequence.pool === own);
      const queued = tasks.filter(({ place, due }) => place === 'waits' && due <= this.env.now()).length;
      const running = tasks.filter(isBegun).length;
      const delayed = tasks.filter(({ place }) => place === 'waits').length - queued;
      expect(stats(pool)).to.include({ queued, running, delayed, busy: model.working(own).length });
    });
  }

  /** Nothing is held any more: all ends. */
  private finish(): void {
    while (this.holds.length > 0) this.release(0);
    this.env.runUntilIdle();
    for (let i = 0; i < 500 && this.env.pendingTaskCount > 0; i++) this.pass();
    for (let i = 0; i < 20; i++) this.pass();
    expect(this.model.tasks.filter(({ place }) => place !== 'is over')).to.deep.equal([]);
    expect(this.env.nextTaskDelay(), 'timers that are left').to.equal(Infinity);
  }
}
