import { demand, show } from '../base/demand.js';
import { disposeBy } from '../base/dispose.js';
import type { TaskRejectedError } from '../base/errors.js';
import { called } from '../base/names.js';
import { printAsText } from '../base/print.js';
import { type Admission, type Closing, tooLate } from '../kernel/admission.js';
import { BusyList } from '../kernel/busy-list.js';
import { type Counters, newCounters } from '../kernel/counters.js';
import type { Gate } from '../kernel/gate.js';
import { PerClock } from '../kernel/per-clock.js';
import type { TaskScheduler } from '../kernel/scheduler.js';
import type { Group, Sequence, SequenceOwner } from '../kernel/sequence.js';
import type { Task } from '../kernel/task.js';
import type { Work } from '../kernel/work.js';
import type { ShutdownOptions, ShutdownReport, TaskRunner, TaskTraits, WaitOptions } from '../types.js';
import { schedulerInForce } from '../virtual/in-force.js';
import { type Limits, sharedLimits, toLimits } from './limits.js';
import { Runner } from './runner.js';
import { type RunnerOptions, toRunnerTraits } from './runner-options.js';
import { Shutdown } from './shutdown.js';
import { ThreadPool } from './thread-pool.js';

/** The runner of one key: the door to the key's sequence. */
export interface KeyRunner<K> extends TaskRunner, Pick<Runner, 'postDelayedTask'> {
  /** The key that it is the runner of. */
  readonly key: K;
}

/**
 * Makes a keyed runner, which has a sequence per key: in order for each key, side by side across keys. It is for the state
 * of many things of a kind: accounts, documents, rooms.
 *
 * - Tasks of one key start in posting order and never overlap, from whichever call of `runner(key)` their runner is.
 * - A key costs nothing while it is idle: its sequence is made at a post, and swept after its last task has ended.
 * - A bound or a rate limit among the options is one for all keys together. A function as `queue` makes a bound for each key.
 * - All keys together are one for the verbs that take a pool: `stats`, `pendingTasks`, `flush`, `whenIdle`, `whenRoom`,
 *   `hold` and `clear`.
 *
 * ```ts
 * const accounts = keyed<string>(pool, { name: 'accounts' });
 * accounts.runner('alice').postTask(() => withdraw('alice', 10));
 * ```
 *
 * @param options traits of the runner of each key, and limits
 * @returns the keyed runner
 * @throws TypeError or RangeError when `pool` is not a pool, or an option has a value that it cannot have
 */
export function keyed<K = string>(pool: ThreadPool, options?: RunnerOptions): KeyedTaskRunner<K> {
  demand(pool instanceof ThreadPool, 'keyed needs a pool', pool);
  return new KeyedTaskRunner<K>(options, pool.admission);
}

/** A keyed runner, whatever its keys are. */
export interface AnyKeyedTaskRunner {
  /** The traits of the runner of each key. */
  readonly traits: TaskTraits;
  /** How many keys are in use. */
  readonly size: number;
  /** The keys in use. */
  keys(): readonly unknown[];
  /** The runner of a key. */
  runner(key: never): TaskRunner;
}

/** The keys of one keyed runner that are in use on one clock, and their sequences. */
class KeyGroup<K> implements Group {
  readonly sequences = new Map<K, Sequence>();
  readonly busy = new BusyList('groupAt');
  readonly delayed = null;
  /** The limits that all keys share. */
  private readonly limits: readonly Gate[];
  /** What was put up since: keys that come into use meanwhile must pass it too. */
  private added: readonly Gate[] = [];

  constructor(
    readonly scheduler: TaskScheduler,
    private readonly admission: Admission,
    readonly counters: Counters,
    limits: Limits,
  ) {
    this.limits = sharedLimits(limits).map((limit) => limit.gateOn(scheduler));
  }

  get isQuiet(): boolean {
    return this.busy.isQuiet;
  }

  get busySequences(): readonly Sequence[] {
    return this.busy.sequences;
  }

  get gates(): readonly Gate[] {
    return [...new Set([...this.limits, ...this.added, ...this.admission.workers.on(this.scheduler).gates])];
  }

  has(task: Task): boolean {
    return task.sequence.group === this;
  }

  addGate(gate: Gate): void {
    this.added = [...this.added, gate];
    for (const sequence of this.sequences.values()) sequence.addGate(gate);
  }

  removeGate(gate: Gate): void {
    this.added = this.added.filter((other) => other !== gate);
    for (const sequence of this.sequences.values()) sequence.removeGate(gate);
  }

  /** The sequence of a key, which is made when it has none. */
  sequenceOf(key: K, make: (group: Group) => Sequence): Sequence {
    const { sequences, scheduler } = this;
    const known = sequences.get(key);
    if (known !== undefined) return known;
    scheduler.sweep();
    const sequence = make(this);
    // The function that makes its bound may have posted to it.
    const other = sequences.get(key);
    if (other !== undefined) return other;
    sequences.set(key, sequence);
    for (const gate of this.added) sequence.addGate(gate);
    // It may come to nothing.
    scheduler.mayBeIdle(sequence);
    return sequence;
  }

  forget(sequence: Sequence): void {
    const door = sequence.owner as unknown as KeyDoor<K>;
    door.forget(sequence);
    if (this.sequences.get(door.key) === sequence) this.sequences.delete(door.key);
  }
}

/** See {@link keyed}. */
export class KeyedTaskRunner<K> implements AnyKeyedTaskRunner {
  /** `await using` it shuts it down at the end of the block, where the runtime knows `Symbol.asyncDispose`. */
  declare [Symbol.asyncDispose]: () => Promise<void>;

  /** The traits of the runner of each key. */
  readonly traits: TaskTraits;
  /** @internal */
  readonly limits: Limits;
  /** @internal */
  readonly counters = newCounters();
  /** @internal The shutdown of all keys; null while it is open. */
  closing: Closing | null = null;
  private readonly groups: PerClock<KeyGroup<K>>;
  private ownShutdown: Shutdown | null = null;

  /** @internal Use {@link keyed}. */
  constructor(
    options: RunnerOptions | undefined,
    /** @internal */
    readonly admission: Admission,
  ) {
    this.traits = toRunnerTraits(options);
    const limits = (this.limits = toLimits(options));
    this.groups = new PerClock((scheduler) => new KeyGroup(scheduler, admission, this.counters, limits));
  }

  /**
   * How many keys are in use on the clock in force: something of them is queued, running or delayed, or they are held. O(keys
   * that became idle).
   */
  get size(): number {
    return this.keysInUse().size;
  }

  /** Those keys, in the order in which they came into use. O(keys in use). */
  keys(): K[] {
    return [...this.keysInUse().keys()];
  }

  /**
   * The runner of a key; keys are compared as those of a `Map`. While the key is in use it is the same object, afterwards
   * another with the same sequence: the old one works as well. O(1).
   */
  runner(key: K): KeyRunner<K> {
    const sequence = this.groups.get(schedulerInForce())?.sequences.get(key);
    if (sequence !== undefined) return sequence.owner as unknown as KeyRunner<K>;
    return new KeyDoor(this, key);
  }

  // The end of its life.

  /**
   * Shuts all keys down, as `shutdown` of a runner does. What is posted later is rejected, whatever its key. The pool goes on.
   *
   * @returns a promise of the report
   * @throws RangeError or TypeError when an option has a value that it cannot have
   */
  shutdown(options?: ShutdownOptions): Promise<ShutdownReport> {
    return this.theShutdown.begin(options);
  }

  /** Shuts all keys down and waits for nothing, as `stop` of a runner. */
  stop(): Promise<ShutdownReport> {
    return this.theShutdown.stop();
  }

  /** Resolves with the report when somebody has shut it down; does not do so itself. */
  whenShutdown(options?: WaitOptions): Promise<ShutdownReport> {
    return this.theShutdown.whenEnded(options);
  }

  // For verbs that look inside.

  /** @internal */
  get isClosed(): boolean {
    return this.closing !== null || this.admission.closing !== null;
  }

  /** @internal */
  close(closing: Closing): void {
    this.closing = closing;
  }

  /** @internal */
  get description(): string {
    return called('the keyed runner', this.traits.name);
  }

  /** @internal */
  findWork(scheduler: TaskScheduler): Work {
    return this.workOn(scheduler);
  }

  toString(): string {
    return `KeyedTaskRunner(${this.traits.name})`;
  }

  /** @internal */
  workOn(scheduler: TaskScheduler): KeyGroup<K> {
    return this.groups.on(scheduler);
  }

  /** @internal */
  works(): Work[] {
    return this.groups.values();
  }

  /** @internal */
  sequencesOn(scheduler: TaskScheduler): Sequence[] {
    return [...this.workOn(scheduler).sequences.values()];
  }

  private keysInUse(): Map<K, Sequence> {
    const scheduler = schedulerInForce();
    scheduler.sweep();
    return this.workOn(scheduler).sequences;
  }

  private get theShutdown(): Shutdown {
    return (this.ownShutdown ??= new Shutdown(this));
  }
}

disposeBy(KeyedTaskRunner.prototype, 'asyncDispose', 'shutdown');
printAsText(KeyedTaskRunner.prototype);

class KeyDoor<K> extends Runner implements KeyRunner<K> {
  /** The sequence that it has made last, while its key is in use: so that it need not be looked up. */
  private latest: Sequence | null = null;

  constructor(
    private readonly keyed: KeyedTaskRunner<K>,
    readonly key: K,
  ) {
    super(keyed.traits, keyed.limits, keyed.admission);
  }

  override toString(): string {
    return `Runner(${this.name}, key ${show(this.key)})`;
  }

  override get isClosed(): boolean {
    return super.isClosed || this.keyed.closing !== null;
  }

  override takesLate(task: Task, delay: number): boolean {
    const { closing } = this.keyed;
    return super.takesLate(task, delay) && (closing === null || closing.takes(task, delay));
  }

  override rejection(what: string): TaskRejectedError {
    return this.keyed.closing === null ? super.rejection(what) : tooLate(this.keyed.description, what);
  }

  override isSame(other: SequenceOwner): boolean {
    return other instanceof KeyDoor && other.keyed === this.keyed && sameKey(other.key, this.key);
  }

  override sequenceOn(scheduler: TaskScheduler): Sequence {
    const { latest } = this;
    if (latest?.scheduler === scheduler) return latest;
    const make = (group: Group): Sequence => this.makeSequence(scheduler, group);
    const sequence = this.keyed.workOn(scheduler).sequenceOf(this.key, make);
    if (sequence.owner === this) this.latest = sequence;
    return sequence;
  }

  override sequencesOn(scheduler: TaskScheduler): Sequence[] {
    const sequence = this.keyed.workOn(scheduler).sequences.get(this.key);
    return sequence === undefined ? [] : [sequence];
  }

  /** The group does not know the sequence any more. */
  forget(sequence: Sequence): void {
    if (this.latest === sequence) this.latest = null;
  }
}

/** As the keys of a `Map`: `NaN` is itself. */
function sameKey(a: unknown, b: unknown): boolean {
  return a === b || Object.is(a, b);
}
