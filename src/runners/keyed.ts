import { demand } from '../base/errors.js';
import type { Admission } from '../kernel/admission.js';
import { PerClock } from '../kernel/per-clock.js';
import type { TaskScheduler } from '../kernel/scheduler.js';
import type { Sequence, SequenceOwner } from '../kernel/sequence.js';
import { toTraits } from '../kernel/traits.js';
import type { TaskRunner, TaskTraits } from '../types.js';
import { schedulerInForce } from '../virtual/in-force.js';
import { type QueueRule, Runner, type RunnerOptions, toQueueRule } from './runner.js';
import { ThreadPool } from './thread-pool.js';

/** The runner of one key: the door to the key's sequence. */
export interface KeyRunner<K> extends TaskRunner, Pick<Runner, 'postDelayedTask'> {
  readonly key: K;
}

/**
 * A sequence per key: in order for each key, side by side across keys. For the state of many things of a kind: accounts,
 * documents, rooms.
 *
 * - Tasks of one key start in posting order and never overlap, whoever asks for the runner of the key, and when.
 * - A key costs nothing while it is idle: its sequence is made at a post, and swept after its last task has ended.
 *
 * ```ts
 * const accounts = keyed<string>(pool, { name: 'accounts' });
 * accounts.runner('alice').postTask(() => withdraw('alice', 10));
 * ```
 *
 * @throws TypeError or RangeError when `pool` is none, or an option has a value that it cannot have
 */
export function keyed<K = string>(pool: ThreadPool, options?: RunnerOptions): KeyedTaskRunner<K> {
  demand(pool instanceof ThreadPool, 'keyed needs a pool', pool);
  const { admission } = pool;
  return new KeyedTaskRunner<K>(options, () => admission);
}

/** See {@link keyed}. */
export class KeyedTaskRunner<K> {
  readonly traits: TaskTraits;
  /** @internal */
  readonly queue: QueueRule | null;
  private readonly keys = new PerClock(() => new Map<K, Sequence>());

  /** @internal Use {@link keyed}. */
  constructor(
    options: RunnerOptions | undefined,
    /** @internal */
    readonly findAdmission: () => Admission,
  ) {
    this.traits = toTraits(options);
    this.queue = toQueueRule(options?.queue);
  }

  /** @internal */
  get admission(): Admission {
    return this.findAdmission();
  }

  /** How many keys have something queued, running or delayed on the clock in force. O(keys that became idle). */
  get size(): number {
    const scheduler = schedulerInForce();
    scheduler.sweep();
    return this.keys.get(scheduler)?.size ?? 0;
  }

  /**
   * The runner of a key; keys are compared as those of a `Map`. While the key is in use it is the same object, afterwards
   * another with the same sequence: the old one works as well. O(1).
   */
  runner(key: K): KeyRunner<K> {
    const sequence = this.keys.get(schedulerInForce())?.get(key);
    if (sequence !== undefined) return sequence.owner as unknown as KeyRunner<K>;
    return new KeyDoor(this, key);
  }

  /** @internal The sequence of a key, which has one from now on. */
  sequenceOf(door: KeyDoor<K>, scheduler: TaskScheduler, make: () => Sequence): Sequence {
    const keys = this.keys.on(scheduler);
    let sequence = keys.get(door.key);
    if (sequence === undefined) {
      scheduler.sweep();
      keys.set(door.key, (sequence = make()));
      sequence.isSwept = true;
      // It may come to nothing.
      scheduler.mayBeIdle(sequence);
    }
    return sequence;
  }

  /** @internal The sequence of a key, if it has one. */
  find(door: KeyDoor<K>, scheduler: TaskScheduler): Sequence[] {
    const sequence = this.keys.get(scheduler)?.get(door.key);
    return sequence === undefined ? [] : [sequence];
  }

  /** @internal A key that is idle is forgotten. */
  forget(door: KeyDoor<K>, sequence: Sequence): void {
    const keys = this.keys.on(sequence.scheduler);
    if (keys.get(door.key) === sequence) keys.delete(door.key);
  }
}

class KeyDoor<K> extends Runner implements KeyRunner<K> {
  /** The sequence that it has made last, while its key is in use: so that it need not be looked up. */
  private latest: Sequence | null = null;

  constructor(
    private readonly keyed: KeyedTaskRunner<K>,
    readonly key: K,
  ) {
    super(keyed.traits, keyed.queue, keyed.findAdmission());
  }

  override isSame(other: SequenceOwner): boolean {
    return other instanceof KeyDoor && other.keyed === this.keyed && sameKey(other.key, this.key);
  }

  override sequenceOn(scheduler: TaskScheduler): Sequence {
    const { latest } = this;
    if (latest?.scheduler === scheduler) return latest;
    const sequence = this.keyed.sequenceOf(this, scheduler, () => this.makeSequence(scheduler));
    if (sequence.owner === this) this.latest = sequence;
    return sequence;
  }

  override sequencesOn(scheduler: TaskScheduler): Sequence[] {
    return this.keyed.find(this, scheduler);
  }

  override forget(sequence: Sequence): void {
    if (this.latest === sequence) this.latest = null;
    this.keyed.forget(this, sequence);
  }
}

/** As the keys of a `Map`: `NaN` is itself. */
function sameKey(a: unknown, b: unknown): boolean {
  return a === b || Object.is(a, b);
}
