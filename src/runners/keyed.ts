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

/** The runner of one key. */
export interface KeyRunner<K> extends TaskRunner, Pick<Runner, 'postDelayedTask'> {
  /** The key of this runner. */
  readonly key: K;
}

/**
 * Makes a keyed runner, which has a sequence per key: tasks of one key run in order, and different keys run concurrently.
 * Use it for the state of many things of a kind: accounts, documents, rooms.
 *
 * - Tasks of one key start in posting order and never overlap, regardless of which call returned the runner.
 * - An idle key costs nothing: a post creates its sequence, which is removed after its last task has ended.
 * - All keys share the bound and the rate limit of the options. A function as `queue` makes a bound for each key.
 * - `stats`, `pendingTasks`, `flush`, `whenIdle`, `whenRoom`, `hold` and `clear` accept a keyed runner, and apply to all
 *   its keys.
 *
 * ```ts
 * const accounts = keyed<string>(pool, { name: 'accounts' });
 * accounts.runner('alice').postTask(() => withdraw('alice', 10));
 * ```
 *
 * @param options traits of the runner of each key, and limits
 * @returns the keyed runner
 * @throws TypeError or RangeError when `pool` is not a pool, or an option is invalid
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
  /** Gates that were added later: keys that come into use must pass them too. */
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

  /** Returns the sequence of a key, and creates it if needed. */
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
    // The post may fail.
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
  /** `await using` shuts it down at the end of the block, if the runtime supports `Symbol.asyncDispose`. */
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
   * The number of keys in use on the clock in force: those with queued, running or delayed tasks, or a hold. O(keys that
   * became idle).
   */
  get size(): number {
    return this.keysInUse().size;
  }

  /** The keys in use, in the order in which they came into use. O(keys in use). */
  keys(): K[] {
    return [...this.keysInUse().keys()];
  }

  /**
   * Returns the runner of a key. Keys are compared like those of a `Map`. While the key is in use, it is always the same
   * object. Later calls may return another object with the same sequence, but the old one still works. O(1).
   */
  runner(key: K): KeyRunner<K> {
    const sequence = this.groups.get(schedulerInForce())?.sequences.get(key);
    if (sequence !== undefined) return sequence.owner as unknown as KeyRunner<K>;
    return new KeyDoor(this, key);
  }

  // The end of its life.

  /**
   * Shuts all keys down, as `shutdown` of a runner does. Later posts are rejected, for every key. The pool stays open.
   *
   * @returns a promise of the report
   * @throws RangeError or TypeError when an option is invalid
   */
  shutdown(options?: ShutdownOptions): Promise<ShutdownReport> {
    return this.theShutdown.begin(options);
  }

  /** Shuts all keys down without waiting, as `stop` of a runner does. */
  stop(): Promise<ShutdownReport> {
    return this.theShutdown.stop();
  }

  /** Resolves with the report after a shutdown of the runner itself, not only of its pool. Does not start one. */
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
  /** The last sequence that it has created, while its key is in use, to avoid a look-up. */
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

  /** The group has dropped the sequence. */
  forget(sequence: Sequence): void {
    if (this.latest === sequence) this.latest = null;
  }
}

/** Compares like the keys of a `Map`: `NaN` equals itself. */
function sameKey(a: unknown, b: unknown): boolean {
  return a === b || Object.is(a, b);
}
