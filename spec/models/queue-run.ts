import { expect } from 'chai';
import fc from 'fast-check';
import { Subject, type Subscription } from 'rxjs';
import { bounded, stats, type TaskHandle, ThreadPool } from '../../src/index.js';
import { TaskEnvironment } from '../../src/testing/environment/task-environment.js';
import { QueueModel, type QueueModelOptions, type QueueModelTask } from './queue-model.js';

/** One step of a random program. Numbers that choose among tasks are taken modulo how many there are. */
export type QueueVerb =
  | { readonly verb: 'post' | 'schedule'; readonly delay: number }
  | { readonly verb: 'cancel' | 'end' | 'fail'; readonly task: number }
  | { readonly verb: 'advance' };

const task = fc.nat(30);
/** All that is due falls due in the middle between two steps of time, so that it joins the queue in one turn. */
const delay = fc.constantFrom(0, 0, 0, 5, 15, Infinity);
export const queueProgram: fc.Arbitrary<QueueVerb[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ verb: fc.constant('post' as const), delay }) },
    { weight: 2, arbitrary: fc.record({ verb: fc.constant('schedule' as const), delay }) },
    { weight: 4, arbitrary: fc.record({ verb: fc.constantFrom('cancel' as const, 'end', 'fail'), task }) },
    { weight: 3, arbitrary: fc.constant({ verb: 'advance' as const }) },
  ),
  { minLength: 1, maxLength: 60 },
);

interface Twin {
  readonly model: QueueModelTask;
  readonly real: Subscription;
  readonly handle: TaskHandle<unknown> | null;
  readonly pending: Subject<void>;
}

/**
 * Runs a program on a runner, on the clock of a `TaskEnvironment`, which works in turns as real time does, and in lockstep on
 * the model, and compares the two after each step.
 */
export class QueueRun {
  private readonly env = new TaskEnvironment({ allowPending: true });
  private readonly model: QueueModel;
  private readonly pool: ThreadPool;
  private readonly runner;
  private readonly twins: Twin[] = [];
  private readonly started: number[] = [];
  private most = 0;
  private running = 0;

  constructor(private readonly options: QueueModelOptions) {
    const { capacity, whenFull, limit, workers } = options;
    this.model = new QueueModel(options);
    this.pool = new ThreadPool({ workers });
    this.runner = this.pool.createParallelTaskRunner({ maxConcurrency: limit, queue: bounded(capacity, whenFull) });
  }

  play(verbs: readonly QueueVerb[]): void {
    for (const verb of verbs) {
      this.perform(verb);
      this.compare();
    }
    this.finish();
  }

  dispose(): void {
    this.env.dispose();
  }

  private perform(verb: QueueVerb): void {
    if (verb.verb === 'advance') this.advance();
    else if ('delay' in verb) this.post(verb.verb === 'schedule', verb.delay);
    else {
      const live = this.twins.filter(({ model: { state } }) => state === 'pending' || state === 'running');
      const twin = live[verb.task % Math.max(1, live.length)];
      if (twin === undefined) return;
      if (verb.verb === 'cancel') this.cancel(twin);
      else this.end(twin, verb.verb === 'fail');
    }
  }

  private post(isAction: boolean, due: number): void {
    const id = this.twins.length;
    const pending = new Subject<void>();
    const run = (): Subject<void> => {
      this.started.push(id);
      if (isAction) return pending;
      this.most = Math.max(this.most, ++this.running);
      return pending;
    };
    const handle = isAction ? null : this.runner.postDelayedTask(run, due);
    handle?.then(null, () => undefined);
    const real = handle ?? this.runner.schedule(() => void run(), due);
    const now = this.env.now();
    const model: QueueModelTask = { id, isAction, due: now + due, state: 'pending' };
    this.twins.push({ model, real, handle, pending });
    this.model.post(model, now);
  }

  private cancel({ model, real }: Twin): void {
    if (model.state === 'running') this.running--;
    real.unsubscribe();
    this.model.settle(model, 'cancelled');
  }

  private end({ model, pending }: Twin, fails: boolean): void {
    if (model.state !== 'running') return;
    this.running--;
    if (fails) pending.error(new Error('expected'));
    else pending.complete();
    this.model.settle(model, fails ? 'failed' : 'done');
  }

  private advance(): void {
    // In steps of one, so that what was ready has started before anything else is due.
    for (let i = 0; i < 10; i++) this.env.advanceBy(1);
    this.model.advance(this.env.now());
  }

  /** The same have started, the counters agree, and nothing is lost: posted = settled + live. */
  private compare(): void {
    const { model, twins, options } = this;
    expect(this.started, 'started').to.deep.equal(model.started);
    expect(this.most, 'running at once').to.be.at.most(Math.min(options.limit, options.workers));
    const counters = {
      queued: model.queue.length,
      running: model.running.length,
      delayed: model.delayed.length,
      rejected: model.rejected,
      dropped: model.dropped,
    };
    expect(stats(this.runner), 'of the runner').to.include(counters);
    expect(stats(this.pool), 'of the pool').to.include(counters);
    const posted = twins.filter(({ handle }) => handle !== null);
    expect(posted.map(({ handle }) => handle!.state)).to.deep.equal(posted.map((twin) => twin.model.state));
    const live = twins.filter((twin) => !twin.real.closed && !(twin.model.isAction && twin.model.state === 'done'));
    expect(live.length, 'live').to.equal(model.queue.length + model.running.length + model.delayed.length);
    if (options.whenFull !== 'wait') expect(model.waiting).to.be.at.most(options.capacity);
  }

  /** Everything ends that can, and nothing is left. */
  private finish(): void {
    for (let round = 0; round < this.twins.length + 2; round++) {
      this.advance();
      this.compare();
      for (const twin of this.twins) this.end(twin, false);
    }
    expect(this.model.queue, 'what is left').to.deep.equal([]);
    for (const twin of this.twins) if (twin.model.state === 'pending') this.cancel(twin);
    this.compare();
    expect(stats(this.runner)).to.include({ queued: 0, running: 0, delayed: 0 });
    expect(this.env.pendingTaskCount).to.equal(0);
  }
}
