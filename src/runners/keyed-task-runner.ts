import type { SchedulerAction, Subscription } from 'rxjs';
import { demand } from '../base/errors.js';
import { Admission } from '../engine/admission.js';
import { PerClock } from '../engine/per-clock.js';
import type { PostedTask } from '../engine/posted-task.js';
import { type QueueOptions, toQueueOptions } from '../engine/queue-bound.js';
import { schedulerInForce } from '../engine/schedulers.js';
import { Sequence } from '../engine/sequence.js';
import type { SequenceOwner } from '../engine/sequence-owner.js';
import type { Task } from '../engine/task.js';
import type { PostOptions, WaitOptions } from '../engine/task-options.js';
import type { TaskFunction } from '../engine/task-runner.js';
import type { TaskScheduler } from '../engine/task-scheduler.js';
import { type FOLLOW, type Lane, type TaskTraits, toTraits } from '../engine/traits.js';
import type { Watcher } from '../engine/watched.js';
import { BaseTaskRunner } from './base-task-runner.js';
import type { RunnerOptions } from './sequence-runner.js';

/** The sequences of the keys that are in use, on one clock. */
class ActiveKeys<K> extends Map<K, Sequence> implements Watcher {
  /** The watchers of a new sequence: one list for all. */
  readonly watchers: readonly Watcher[] = [this];

  /** A key with nothing queued, running or delayed, no place of which was promised, is forgotten at once. */
  left(_task: Task, _hasRun: boolean, sequence: Sequence): void {
    this.free(sequence);
  }

  unpromised(sequence: Sequence): void {
    this.free(sequence);
  }

  free(sequence: Sequence): void {
    if (!sequence.isIdle || sequence.delayed > 0 || sequence.bound?.isPromised === true) return;
    const runner = sequence.owner as unknown as KeyRunner<K>;
    if (this.get(runner.key) === sequence) this.delete(runner.key);
    if (runner.latest === sequence) runner.latest = null;
  }
}

/**
 * A sequence per key: in order for each key, side by side across keys. For the state of many things of a kind: accounts,
 * documents, rooms.
 *
 * - Tasks of one key start in posting order and never overlap, whoever asks for the runner of the key, and when.
 * - A key costs nothing while it is idle: its sequence is made at a post, and forgotten when its last task has ended.
 *
 * ```ts
 * const accounts = pool.keyed<string>({ name: 'accounts' });
 * accounts.runner('alice').postTask(() => withdraw('alice', 10));
 * ```
 */
export class KeyedTaskRunner<K> {
  readonly traits: TaskTraits;
  private readonly queue: QueueOptions | undefined;
  private readonly active = new PerClock(() => new ActiveKeys<K>());

  /**
   * Not for you: `pool.keyed()` makes it.
   *
   * @throws TypeError when anybody else does
   */
  constructor(
    options: RunnerOptions | undefined,
    private readonly admission: Admission,
  ) {
    demand(admission instanceof Admission, 'A keyed runner is made by pool.keyed()', admission);
    this.traits = toTraits(options);
    this.queue = toQueueOptions(options?.queue) ?? undefined;
  }

  /** How many keys are in use, on the clock in force: have something queued, running or delayed, or promised room. O(1). */
  get size(): number {
    return this.active.get(schedulerInForce())?.size ?? 0;
  }

  /**
   * The runner of a key; keys are compared as those of a `Map`. While the key is in use it is the same object, afterwards
   * another with the same sequence: the old one works as well. O(1).
   */
  runner(key: K): KeyRunner<K> {
    const sequence = this.active.get(schedulerInForce())?.get(key);
    return sequence === undefined
      ? new KeyRunner(this, key, this.queue, this.admission)
      : (sequence.owner as unknown as KeyRunner<K>);
  }

  /** @internal */
  sequenceOn(scheduler: TaskScheduler, runner: KeyRunner<K>): Sequence {
    const active = this.active.on(scheduler);
    let sequence = active.get(runner.key);
    if (sequence === undefined) {
      sequence = new Sequence(runner, scheduler, this.admission.workers.on(scheduler), 1);
      sequence.watchers = active.watchers;
      active.set(runner.key, sequence);
      runner.latest = sequence;
    }
    return sequence;
  }

  /** @internal A sequence may have been made for something that did not join it. */
  freeUnused(scheduler: TaskScheduler, key: K): void {
    const active = this.active.get(scheduler);
    const sequence = active?.get(key);
    if (sequence !== undefined) active!.free(sequence);
  }

  /** @internal */
  find(scheduler: TaskScheduler, key: K): Sequence[] {
    const sequence = this.active.get(scheduler)?.get(key);
    return sequence === undefined ? [] : [sequence];
  }
}

/** The runner of one key: see {@link KeyedTaskRunner}. */
export class KeyRunner<K> extends BaseTaskRunner {
  /** @internal The sequence that it has made last, while its key is in use: so that it need not be looked up. */
  latest: Sequence | null = null;

  /** @internal Use `keyed.runner(key)`. */
  constructor(
    private readonly keyed: KeyedTaskRunner<K>,
    readonly key: K,
    queue: RunnerOptions['queue'],
    /** @internal */
    override readonly admission: Admission,
  ) {
    super(keyed.traits, queue);
  }

  /** @internal */
  override isSame(other: SequenceOwner): boolean {
    return other instanceof KeyRunner && other.keyed === this.keyed && sameKey(other.key, this.key);
  }

  /** @internal */
  override get isSequence(): boolean {
    return true;
  }

  /** @internal */
  override sequenceOn(scheduler: TaskScheduler): Sequence {
    const { latest } = this;
    return latest?.scheduler === scheduler ? latest : this.keyed.sequenceOn(scheduler, this);
  }

  /** @internal */
  override sequencesOn(scheduler: TaskScheduler): Sequence[] {
    return this.keyed.find(scheduler, this.key);
  }

  override whenRoom(options?: WaitOptions): Promise<void> {
    try {
      return super.whenRoom(options);
    } finally {
      this.free(schedulerInForce());
    }
  }

  /** @internal */
  override scheduleIn<T>(
    lane: Lane | typeof FOLLOW,
    work: (this: SchedulerAction<T>, state?: T) => void,
    delay: number | undefined,
    state: T | undefined,
  ): Subscription {
    return this.freeingIfThrown(() => super.scheduleIn(lane, work, delay, state));
  }

  /** @internal */
  override make<T>(task: TaskFunction<T>, options?: PostOptions): PostedTask<T> {
    return this.freeingIfThrown(() => super.make(task, options));
  }

  /** @internal */
  override letGo({ sequence }: PostedTask<unknown>): void {
    this.free(sequence.scheduler);
  }

  private freeingIfThrown<R>(call: () => R): R {
    try {
      return call();
    } catch (error) {
      this.free(schedulerInForce());
      throw error;
    }
  }

  /** A sequence that was made for something which has not joined it is forgotten as one that has become idle. */
  private free(scheduler: TaskScheduler): void {
    this.keyed.freeUnused(scheduler, this.key);
  }
}

/** As the keys of a `Map`: `NaN` is itself. */
function sameKey(a: unknown, b: unknown): boolean {
  return a === b || Object.is(a, b);
}
