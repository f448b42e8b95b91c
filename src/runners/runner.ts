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
 * The door to a queue. A runner takes actions and tasks, promises an order, and hands them to its sequence on the clock in
 * force. It owns no loop and no thread, and is cheap to make.
 *
 * With a limit of 1 it is a virtual thread: what is posted to it never overlaps, so that state only it touches needs no
 * lock.
 *
 * - Tasks start in posting order, delayed ones in the order in which they fall due. Sequenced, none begins before the one
 *   before it has ended, across `await` too.
 * - Urgent work behind slow work lifts the whole sequence; nothing in it is overtaken.
 *
 * It does not promise which of two runners goes first when their priorities are the same, only that they take turns.
 *
 * ```ts
 * let balance = 100;
 * const account = pool.createSequencedTaskRunner({ name: 'account' });
 * account.postTask(async () => { balance = await withdraw(balance, 10); });
 * account.postTask(() => console.log(balance)); // sees the new balance
 * ```
 */
export class Runner implements TaskRunner {
  /** `await using` it shuts it down at the end of the block, where the runtime knows `Symbol.asyncDispose`. */
  declare [Symbol.asyncDispose]: () => Promise<void>;

  /** The time as the runner's clock tells it; works unbound, as RxJS wants it. */
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
    /** The traits it was made with. After `setPriority` they are unchanged; `priority` is the current one. */
    readonly traits: TaskTraits,
    private readonly limits: Limits,
    private readonly findAdmission: Admission | (() => Admission),
    /** @internal */
    public limit = 1,
    /** Whether its tasks never overlap, now and in future: true for a sequenced runner. */
    readonly isSequenced = true,
  ) {
    this.lane = toLane(traits.priority);
    // Of a pool that is known it can tell whether that is shut down, before it is used.
    if (typeof findAdmission !== 'function') this.bound = findAdmission;
  }

  get name(): string {
    return this.traits.name;
  }

  get priority(): TaskPriority {
    return PRIORITIES[this.lane]!;
  }

  /** How many of its tasks may run at once: 1 for a sequenced runner. `setMaxConcurrency` changes that of another. */
  get maxConcurrency(): number {
    return this.limit;
  }

  // Posting.

  /**
   * RxJS's way to post: an action, which is synchronous and may arm itself again. O(1), and O(log n) with a delay.
   *
   * @param delay milliseconds; a numeric string is a number, as for RxJS's own schedulers
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
   * O(1), and O(log n) with a delay. After a shutdown, or with an aborted `signal`, the handle is rejected, respectively
   * cancelled, at once.
   *
   * @returns the handle of the task
   * @throws TypeError or RangeError when `task` is not a function, or an option has a value that it cannot have
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
   * `postTask` with a delay, in the words of Go and Chromium.
   *
   * @param delay milliseconds until the task joins the queue, never fewer; `Infinity` never joins
   * @throws TypeError or RangeError as `postTask`
   */
  postDelayedTask<T>(task: TaskFunction<T>, delay: number, options?: PostOptions): TaskHandle<T> {
    demand(typeof delay === 'number', 'A delay must be a number of milliseconds', delay);
    demandOptions(options);
    return this.postTask(task, { ...options, delay });
  }

  /**
   * The same queue for actions of another priority: a scheduler for RxJS. The same object for the same priority.
   *
   * @throws TypeError when there is no such priority
   */
  withPriority(priority: TaskPriorityInput): RunnerView {
    const lane = toLane(priority);
    return ((this.views ??= [])[lane] ??= new PriorityView(this, lane, this.now));
  }

  /** Whether the code that asks is part of a task of this runner. Exact in synchronous code, false after an `await`. */
  isCurrent(): boolean {
    const owner = currentOwner();
    return owner !== null && this.isSame(owner);
  }

  /**
   * Changes the priority of the runner's tasks, queued and delayed ones too; those with a priority of their own keep
   * it. O(1).
   *
   * @throws TypeError when there is no such priority
   */
  setPriority(priority: TaskPriorityInput): void {
    this.lane = toLane(priority);
    for (const sequence of this.everySequence()) sequence.reconsider();
  }

  // The end of its life.

  /**
   * Stops admission at once, drops what may be dropped, and waits for the rest: of a runner what was posted to it, of a
   * pool what was posted to it and to all its runners.
   *
   * What has not begun is rejected, unless its `shutdownBehavior` is `'block-shutdown'`; delayed tasks are always
   * rejected. What has begun is waited for, unless it is `'continue-on-shutdown'`. While it waits, what its tasks need to
   * end goes on: `'block-shutdown'` tasks that are posted meanwhile run and are waited for, and so do replies and sleeps.
   * After `timeout` milliseconds what is left is cancelled, its signals abort, and it is reported as abandoned.
   *
   * It happens once; a later call may shorten the time-out. A task may call it, but must not await it, since it waits for
   * that task.
   *
   * @throws RangeError or TypeError when an option has a value that it cannot have
   */
  shutdown(options?: ShutdownOptions): Promise<ShutdownReport> {
    return this.theShutdown.begin(options);
  }

  /**
   * Waits for nothing: what runs, and what is queued with `'block-shutdown'`, is cancelled and reported as abandoned; all
   * else is rejected and reported as skipped. What runs with `'continue-on-shutdown'` is reported as abandoned, and left
   * alone. A shutdown that has begun is cut short.
   */
  stop(): Promise<ShutdownReport> {
    return this.theShutdown.stop();
  }

  /** Resolves with the report when somebody has shut it down; does not do so itself. */
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

  /** @internal To ask does not bind it to a pool. */
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
      // A function of the host. Whoever posts is told, and nothing is left behind.
      action.reject();
      if (hub.isHeard) hub.left(action);
      throw error;
    }
    return action;
  }

  /** @internal The sequence that it has on a clock from now on. */
  protected makeSequence(scheduler: TaskScheduler, group?: Group): Sequence {
    const sequence = new Sequence(this, scheduler, this.admission.workers.on(scheduler), this.limit, group);
    applyLimits(this.limits, sequence);
    return sequence;
  }

  /** @internal A task for its queue on the clock in force. */
  protected make<T>(task: TaskFunction<T>, lane: Lane | typeof FOLLOW, traits: TaskTraits): PostedTask<T> {
    return new PostedTask(this.sequenceOn(schedulerInForce(), lane, true), lane, task, traits);
  }

  /** @internal Takes it in, or refuses it. */
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

  /** The error of an action that comes too late, which is counted. */
  private refuse(action: Task): TaskRejectedError {
    action.reject();
    action.sequence.tally('rejected');
    return this.rejection(`work for ${runnerCalled(this.name)}`);
  }

  /** Whoever is told may shut the runner down, or cancel the task. */
  private announce(task: Task): void {
    const { sequence } = task;
    // Nobody may forget the sequence of a key meanwhile.
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
