import type { SchedulerAction, Subscription } from 'rxjs';
import { demand, demandNumber, demandOptions, demandSignal, isCount, toDuration } from '../base/demand.js';
import { disposeBy } from '../base/dispose.js';
import type { TaskRejectedError } from '../base/errors.js';
import { called, runnerCalled } from '../base/names.js';
import { printAsText } from '../base/print.js';
import { Action, PriorityAction } from '../kernel/action.js';
import { type Admission, type Closing, tooLate } from '../kernel/admission.js';
import { newCounters } from '../kernel/counters.js';
import { currentOwner, onPost } from '../kernel/current.js';
import { hub } from '../kernel/events.js';
import { PerClock } from '../kernel/per-clock.js';
import { PostedTask } from '../kernel/posted-task.js';
import type { TaskScheduler } from '../kernel/scheduler.js';
import { type Group, Sequence, type SequenceOwner } from '../kernel/sequence.js';
import type { Task } from '../kernel/task.js';
import type { Work } from '../kernel/work.js';
import { FOLLOW, type Lane, PRIORITIES, toDelay, toLane, toTraits } from '../kernel/traits.js';
import type {
  PostOptions,
  RunnerView,
  ShutdownOptions,
  ShutdownReport,
  TaskFunction,
  TaskHandle,
  TaskPriority,
  TaskPriorityInput,
  TaskRunner,
  TaskTraits,
  WaitOptions,
} from '../types.js';
import { now, schedulerInForce } from '../virtual/in-force.js';
import { applyLimits, type Limits } from './limits.js';
import { Shutdown } from './shutdown.js';
import { PriorityView } from './view.js';

/**
 * A runner accepts actions and tasks, promises an order, and passes them to its sequence on the clock in force. It owns no
 * loop and no thread, and is cheap to create.
 *
 * A sequenced runner is like a virtual thread: its tasks never overlap, so state that only they use needs no lock.
 *
 * - Tasks start in posting order, and delayed ones in the order in which they fall due. On a sequenced runner no task
 *   begins before the previous one has ended, also across `await`.
 * - An urgent task behind slow ones raises the priority of the whole sequence, because no task overtakes another.
 *
 * Runners of the same priority take turns, but it is not defined which of them goes first.
 *
 * ```ts
 * let balance = 100;
 * const account = pool.createSequencedTaskRunner({ name: 'account' });
 * account.postTask(async () => { balance = await withdraw(balance, 10); });
 * account.postTask(() => console.log(balance)); // sees the new balance
 * ```
 */
export class Runner implements TaskRunner {
  /** `await using` shuts it down at the end of the block, if the runtime supports `Symbol.asyncDispose`. */
  declare [Symbol.asyncDispose]: () => Promise<void>;

  /** The time of the runner's clock, in milliseconds. Works without `this`, as RxJS requires. */
  readonly now: () => number = now;
  /** @internal */
  lane: Lane;
  /** @internal */
  readonly counters = newCounters();
  /** The shutdown of the runner itself; null while it is open. */
  private closing: Closing | null = null;
  private bound: Admission | null = null;
  private sequences: PerClock<Sequence> | null = null;
  private views: (PriorityView | undefined)[] | null = null;
  private ownShutdown: Shutdown | null = null;

  /**
   * @internal `pool.createSequencedTaskRunner()` and its kin make runners.
   * @param findAdmission of its pool, or what finds that at the first use
   */
  constructor(
    /** The traits that the runner was created with. `setPriority` does not change them, only `priority`. */
    readonly traits: TaskTraits,
    private readonly limits: Limits,
    private readonly findAdmission: Admission | (() => Admission),
    /** @internal */
    public limit = 1,
    /** Whether its tasks never overlap, now and later: true for a sequenced runner. */
    readonly isSequenced = true,
  ) {
    this.lane = toLane(traits.priority);
    // If the pool is known, the runner can check whether it is shut down before its first use.
    if (typeof findAdmission !== 'function') this.bound = findAdmission;
  }

  get name(): string {
    return this.traits.name;
  }

  get priority(): TaskPriority {
    return PRIORITIES[this.lane]!;
  }

  /**
   * How many of its tasks may run at once: 1 for a sequenced runner. `setMaxConcurrency` changes it for parallel runners.
   */
  get maxConcurrency(): number {
    return this.limit;
  }

  // Posting.

  /**
   * Posts an action, as RxJS does: it is synchronous and may re-arm itself. O(1), and O(log n) with a delay.
   *
   * @param delay milliseconds; a numeric string is accepted, as by RxJS's own schedulers
   * @throws TypeError when `work` is not a function or `delay` not a number
   * @throws TaskRejectedError after a shutdown of the runner or its pool
   */
  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay?: number, state?: T): Subscription {
    return this.scheduleIn(FOLLOW, work, delay, state);
  }

  /**
   * Posts a task: it runs later, never synchronously, after all that was posted to this runner before it.
   *
   * ```ts
   * const total = await runner.postTask(({ signal }) => load(signal), { name: 'load', delay: 20 });
   * ```
   *
   * O(1), and O(log n) with a delay. After a shutdown the handle is rejected at once. With an aborted `signal` it is
   * cancelled at once.
   *
   * @returns the handle of the task
   * @throws TypeError or RangeError when `task` is not a function, or an option is invalid
   */
  postTask<T>(task: TaskFunction<T>, options?: PostOptions): TaskHandle<T> {
    demand(typeof task === 'function', 'A task must be a function', task);
    if (options === undefined) return this.admit(this.make(task, FOLLOW, this.traits), 0);
    const traits = toTraits(options, this.traits, false);
    const { delay, signal, priority } = options;
    const isDelay = delay === undefined || typeof delay === 'number';
    demand(isDelay, 'The option delay must be a number of milliseconds', delay);
    demandSignal(signal);
    const queueTimeout = toDuration('The option queueTimeout', options.queueTimeout ?? Infinity);
    const due = toDelay(delay);
    const lane = priority === undefined ? FOLLOW : toLane(priority);
    return this.admit(this.make(task, lane, traits), due, queueTimeout, signal);
  }

  /**
   * `postTask` with a delay, named as in Go and Chromium.
   *
   * @param delay minimum number of milliseconds until the task joins the queue; with `Infinity` it never joins
   * @throws TypeError or RangeError as `postTask`
   */
  postDelayedTask<T>(task: TaskFunction<T>, delay: number, options?: PostOptions): TaskHandle<T> {
    demand(typeof delay === 'number', 'A delay must be a number of milliseconds', delay);
    demandOptions(options);
    return this.postTask(task, { ...options, delay });
  }

  /**
   * Returns an RxJS scheduler for the same queue, with another priority. Returns the same object for the same priority.
   *
   * @throws TypeError when the priority does not exist
   */
  withPriority(priority: TaskPriorityInput): RunnerView {
    const lane = toLane(priority);
    return ((this.views ??= [])[lane] ??= new PriorityView(this, lane, this.now));
  }

  /** Whether the calling code is part of a task of this runner. Exact in synchronous code; false after an `await`. */
  isCurrent(): boolean {
    const owner = currentOwner();
    return owner !== null && this.isSame(owner);
  }

  /**
   * Changes the priority of the runner's tasks, including queued and delayed ones. Tasks with their own priority keep it.
   * O(1).
   *
   * @throws TypeError when the priority does not exist
   */
  setPriority(priority: TaskPriorityInput): void {
    this.lane = toLane(priority);
    for (const sequence of this.everySequence()) sequence.reconsider();
  }

  // The end of its life.

  /**
   * Rejects new tasks from now on, drops tasks that may be dropped, and waits for the rest. For a pool this includes the
   * tasks of all its runners.
   *
   * Tasks that have not begun are rejected, unless their `shutdownBehavior` is `'block-shutdown'`. Delayed tasks are always
   * rejected. The shutdown waits for tasks that have begun, unless their `shutdownBehavior` is `'continue-on-shutdown'`.
   * While it waits, it accepts and awaits new `'block-shutdown'` tasks and replies, and sleeping tasks go on. After
   * `timeout` milliseconds the remaining tasks are cancelled, their signals abort, and they are reported as abandoned.
   *
   * A later call returns the same report, and may shorten the time-out. A task may call `shutdown`, but must not await it,
   * because the shutdown waits for that task.
   *
   * @throws RangeError or TypeError when an option is invalid
   */
  shutdown(options?: ShutdownOptions): Promise<ShutdownReport> {
    return this.theShutdown.begin(options);
  }

  /**
   * Shuts down without waiting. Running tasks, and queued ones with `'block-shutdown'`, are cancelled and reported as
   * abandoned. All others are rejected and reported as skipped. Running tasks with `'continue-on-shutdown'` are reported as
   * abandoned, but go on. A shutdown in progress ends at once.
   */
  stop(): Promise<ShutdownReport> {
    return this.theShutdown.stop();
  }

  /** Resolves with the report after a shutdown of the runner itself, not only of its pool. Does not start one. */
  whenShutdown(options?: WaitOptions): Promise<ShutdownReport> {
    return this.theShutdown.whenEnded(options);
  }

  toString(): string {
    return `Runner(${this.name})`;
  }

  // For the kernel, and for verbs that look inside.

  /** @internal */
  get admission(): Admission {
    const { findAdmission } = this;
    return (this.bound ??= typeof findAdmission === 'function' ? findAdmission() : findAdmission);
  }

  /** @internal Calling it does not bind the runner to a pool. */
  get isClosed(): boolean {
    return this.closing !== null || (this.bound !== null && this.bound.closing !== null);
  }

  /** @internal Changes how many of its tasks may run at once, on every clock. */
  setLimit(limit: number): void {
    this.limit = limit;
    for (const sequence of this.everySequence()) sequence.setLimit(limit);
  }

  /** @internal */
  close(closing: Closing): void {
    this.closing = closing;
  }

  /** @internal */
  takesLate(task: Task, delay: number): boolean {
    const { closing, admission } = this;
    return [closing, admission.closing].every((one) => one === null || one.takes(task, delay));
  }

  /** @internal */
  get description(): string {
    return called('the runner', this.name);
  }

  /** @internal */
  rejection(what: string): TaskRejectedError {
    return tooLate(this.closing === null ? this.admission.description : this.description, what);
  }

  /** @internal */
  isSame(other: SequenceOwner): boolean {
    return this === other;
  }

  /** @internal */
  sequenceOn(scheduler: TaskScheduler, _lane: Lane | typeof FOLLOW, _needsWorker: boolean): Sequence {
    this.sequences ??= new PerClock((clocked) => this.makeSequence(clocked));
    return this.sequences.on(scheduler);
  }

  /** @internal */
  sequencesOn(scheduler: TaskScheduler): Sequence[] {
    const sequence = this.sequences?.get(scheduler);
    return sequence === undefined ? [] : [sequence];
  }

  /** @internal */
  findWork(scheduler: TaskScheduler): Work | undefined {
    return this.sequencesOn(scheduler)[0];
  }

  /** @internal */
  workOn(scheduler: TaskScheduler): Work {
    return this.sequenceOn(scheduler, FOLLOW, true);
  }

  /** @internal */
  works(): Work[] {
    return this.everySequence();
  }

  /** @internal Its sequences on all clocks that still exist. */
  everySequence(): Sequence[] {
    return this.sequences?.values() ?? [];
  }

  /** @internal */
  scheduleIn<T>(
    lane: Lane | typeof FOLLOW,
    work: (this: SchedulerAction<T>, state?: T) => void,
    delay: number | undefined,
    state: T | undefined,
  ): Subscription {
    demand(typeof work === 'function', 'The work to schedule must be a function', work);
    const due = toDelay(delay);
    const sequence = this.sequenceOn(schedulerInForce(), lane, false);
    const action =
      lane === FOLLOW ? new Action(sequence, work, state) : new PriorityAction(sequence, work, state, lane);
    if (this.isRefused(action, due)) throw this.refuse(action);
    if (onPost !== null || hub.isHeard) {
      this.announce(action);
      if (this.isRefused(action, due)) {
        hub.left(action);
        throw this.refuse(action);
      }
    }
    try {
      sequence.scheduler.arm(action, due);
    } catch (error) {
      // A function of the host threw. The caller of the post gets the error, and nothing is left behind.
      action.reject();
      if (hub.isHeard) hub.left(action);
      throw error;
    }
    return action;
  }

  /** @internal Creates its sequence on a clock. */
  protected makeSequence(scheduler: TaskScheduler, group?: Group): Sequence {
    const sequence = new Sequence(this, scheduler, this.admission.workers.on(scheduler), this.limit, group);
    applyLimits(this.limits, sequence);
    return sequence;
  }

  /** @internal A task for the runner's queue on the clock in force. */
  protected make<T>(task: TaskFunction<T>, lane: Lane | typeof FOLLOW, traits: TaskTraits): PostedTask<T> {
    return new PostedTask(this.sequenceOn(schedulerInForce(), lane, true), lane, task, traits);
  }

  /** @internal Accepts the task, or rejects it. */
  protected admit<T>(task: PostedTask<T>, delay: number, queueTimeout = Infinity, signal?: AbortSignal): PostedTask<T> {
    if (onPost !== null || hub.isHeard) this.announce(task);
    if (task.closed) return task;
    if (this.isRefused(task, delay)) task.refuse();
    else task.start(delay, queueTimeout, signal);
    return task;
  }

  private isRefused(task: Task, delay: number): boolean {
    return this.isClosed && !this.takesLate(task, delay);
  }

  /** The error of an action that comes too late. It is counted. */
  private refuse(action: Task): TaskRejectedError {
    action.reject();
    action.sequence.tally('rejected');
    return this.rejection(`work for ${runnerCalled(this.name)}`);
  }

  /** Listeners may shut the runner down, or cancel the task. */
  private announce(task: Task): void {
    const { sequence } = task;
    // The group must keep the sequence of a key until the post is complete.
    sequence.keep();
    try {
      onPost?.(task);
      if (hub.isHeard) hub.posted(task);
    } finally {
      sequence.unkeep();
    }
  }

  private get theShutdown(): Shutdown {
    return (this.ownShutdown ??= new Shutdown(this));
  }
}

disposeBy(Runner.prototype, 'asyncDispose', 'shutdown');
printAsText(Runner.prototype);

/**
 * A limit that callers give.
 *
 * @throws RangeError or TypeError when it is neither a positive integer nor `Infinity`
 */
export function toLimit(name: string, limit: number): number {
  demandNumber(isCount(limit), `${name} must be a positive integer or Infinity`, limit);
  return limit;
}
