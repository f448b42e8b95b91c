import type { Subscription } from 'rxjs';
import { Deferred } from '../base/deferred.js';
import { disposeBy } from '../base/dispose.js';
import { type RejectionReason, TaskCancelledError, TaskRejectedError } from '../base/errors.js';
import { taskCalled } from '../base/names.js';
import type { TaskFunction, TaskHandle, TaskPriorityInput, TaskState, TaskTraits } from '../types.js';
import { hub } from './events.js';
import { deliver } from './failures.js';
import { follow } from './outcome.js';
import { RUNNING } from './place.js';
import type { Continuation, Until } from './rest.js';
import { Rests } from './rests.js';
import type { Sequence } from './sequence.js';
import { timing } from './settings.js';
import { Stopping } from './stopping.js';
import { Task } from './task.js';
import { PostedTaskContext } from './task-context.js';
import { TaskTimes } from './task-times.js';
import { Ties } from './ties.js';
import { FOLLOW, type Lane, toLane, toTraits } from './traits.js';

/** It holds no worker. */
const NONE = -1;
/** In the place of a promise where somebody hears of the end who has not asked for one. */
const NO_PROMISE: Pick<Deferred, 'resolve' | 'reject'> = { resolve: () => undefined, reject: () => undefined };

/** What only some posted tasks have: each part is made when it is first needed, so that the others stay small. */
class Extras {
  times: TaskTimes | null = null;
  ties: Ties | null = null;
  rests: Rests | null = null;
  stopping: Stopping | null = null;
  /** Whether it has failed by `context.abort` while its code went on. */
  isAborted = false;
  /** Those who answer for its error only if they were heard themselves. */
  hearers: (() => boolean)[] | null = null;
}

/**
 * The task that `postTask` makes, and its handle: see {@link TaskHandle} for what it promises.
 *
 * It *settles* once, by {@link settle}: then its handle tells the result. It *ends* when none of its code is left to run:
 * its function has returned, what that returned has ended, and nothing continues it. One that is cancelled settles first
 * and ends later; it holds its sequence, and its worker, until then.
 */
export class PostedTask<T> extends Task implements TaskHandle<T> {
  declare [Symbol.dispose]: () => void;

  /** Kept for V8, as that of actions is. */
  static readonly kept = new PostedTask(null as never, FOLLOW, null, null as never);

  state: TaskState = 'pending';
  result: unknown = undefined;
  /** The lane in which it has taken its worker; {@link NONE} while it holds none. */
  private workerLane: Lane | typeof NONE = NONE;
  /**
   * What whoever observes it keeps of it. With thousands of tasks that wait, a weak map of them would cost more than all else
   * of an observation, since each collection of garbage goes through it. The field takes the place of a flag: see `isAwaited`.
   */
  note: object | null = null;
  /** The promise, made when somebody asks for it; null as long as nobody hears of its end. */
  private deferred: Deferred | typeof NO_PROMISE | null = null;
  private extras: Extras | null = null;

  constructor(
    sequence: Sequence,
    private ownLane: Lane | typeof FOLLOW,
    public task: TaskFunction<T> | null,
    private ownTraits: TaskTraits,
  ) {
    super(sequence);
  }

  override get lane(): Lane | typeof FOLLOW {
    return this.ownLane;
  }

  override get traits(): TaskTraits {
    return this.ownTraits;
  }

  override get needsWorker(): boolean {
    return true;
  }

  get standsFor(): null {
    return null;
  }

  // The handle.

  then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    const deferred = this.deferred instanceof Deferred ? this.deferred : (this.deferred = this.defer());
    return (deferred.promise as Promise<T>).then(onFulfilled, onRejected);
  }

  whenSettled(listener: () => void, isHeard?: () => boolean): void {
    if (isHeard === undefined) this.deferred ??= NO_PROMISE;
    else (this.more.hearers ??= []).push(isHeard);
    this.add(listener);
  }

  cancel(reason?: unknown): void {
    if (this.closed) return;
    this.settle('cancelled', new TaskCancelledError(`Cancelled: ${this.describe()}.`, reason));
  }

  override unsubscribe(): void {
    this.cancel();
  }

  setPriority(priority: TaskPriorityInput): void {
    const lane = toLane(priority);
    if (this.closed) return;
    const { sequence } = this;
    const write = (): void => {
      this.ownTraits = toTraits({ priority }, this.ownTraits);
      this.ownLane = lane;
    };
    // One that has begun goes on where it is.
    if (this.place === RUNNING) {
      write();
      this.reconsiderRest();
    } else {
      sequence.reprioritize(this, write, sequence.owner.sequenceOn(sequence.scheduler, lane, true));
    }
  }

  // Its life.

  /** It is taken in, and joins its queue in `delay` milliseconds. */
  start(delay: number, queueTimeout: number, signal: AbortSignal | undefined): void {
    const { scheduler } = this.sequence;
    try {
      if (signal !== undefined) this.ties.follow(signal);
      if (this.closed) return;
      if (queueTimeout !== Infinity) this.ties.expireIn(delay + queueTimeout);
      if (this.isTimed) this.more.times = new TaskTimes(scheduler.clock, delay);
      scheduler.arm(this, delay);
    } catch (error) {
      // A function of the host, or a signal of another make. Whoever posts is told, and nothing is left behind.
      this.settleQuietly('failed', error);
      throw error;
    }
  }

  override run(): boolean {
    // A listener that was told of its start may have cancelled it.
    if (this.closed) return false;
    const task = this.task!;
    const { extras } = this;
    this.task = null;
    this.state = 'running';
    if (extras !== null) {
      extras.ties?.start();
      extras.times?.start();
    }
    return follow(this, task(new PostedTaskContext(this))) || this.keepOpen();
  }

  /** It has a result. */
  succeed(value: unknown): void {
    this.settleQuietly('done', value);
  }

  override fail(error: unknown): void {
    this.extras?.times?.fail();
    if (this.hasSettled) {
      // What was cancelled, or aborted, may fail as it likes; but what is thrown as it settles must not be lost.
      if (!this.isStopped) this.sequence.scheduler.fail(this, error);
      return;
    }
    this.settleQuietly('failed', error);
    this.reportUnlessAwaited();
  }

  /** It fails while its code goes on. */
  abort(error: unknown): void {
    if (this.hasSettled) return;
    this.more.isAborted = true;
    this.fail(error);
  }

  override reject(): void {
    this.settleQuietly('rejected', this.sequence.owner.rejection(this.describe()));
  }

  /** It came after the shutdown. Whoever posted it has a rejected handle; if nobody looks at that, the pool hears. */
  refuse(): void {
    this.sequence.tally('rejected');
    this.reject();
    this.reportUnlessAwaited(true);
  }

  /** Refused loudly, as after a shutdown, or dropped, of which only its handle tells. */
  override drop(isRefused: boolean, reason: RejectionReason = 'full', why = 'the queue is full'): void {
    this.sequence.tally(isRefused ? 'rejected' : 'dropped');
    this.rejectSince(why, reason);
    if (isRefused) this.reportUnlessAwaited(true);
  }

  /** It has not begun in time. */
  expire(): void {
    this.rejectSince('it has waited for longer than its queueTimeout', 'timeout');
    this.reportUnlessAwaited(true);
  }

  override abandon(reason: string): void {
    this.settleQuietly('cancelled', new TaskCancelledError(`Cancelled, since ${reason}: ${this.describe()}.`));
  }

  /** None of its code is left to run, or it is let go: what it has not awaited is forgotten. */
  end(): void {
    // Code that was let go has ended after all.
    if (this.place !== RUNNING) return;
    this.forgetLeftovers();
    this.giveWorkerBack();
    this.sequence.scheduler.ended(this);
  }

  /** What its function has returned has ended. So does the task, unless it is continued. */
  innerEnded(): void {
    if (this.extras?.rests?.keepOpen() !== true) this.end();
  }

  /** Whether it stays open after its function has returned or thrown, until its rests have ended. */
  override keepOpen(): boolean {
    if (this.state !== 'done' && this.extras?.rests?.keepOpen() === true) return true;
    this.forgetLeftovers();
    return false;
  }

  /** It may be settled before it is closed: a listener is told in between, and may cancel it. */
  get hasSettled(): boolean {
    return this.state !== 'pending' && this.state !== 'running';
  }

  /** Whether none of its code is left to run, as far as the loop knows. */
  get isOver(): boolean {
    return this.place !== RUNNING || this.extras?.rests?.isOver === true;
  }

  // What its context does.

  get rests(): Rests {
    return (this.more.rests ??= new Rests(this));
  }

  get stopping(): Stopping {
    return (this.more.stopping ??= new Stopping(this));
  }

  get ties(): Ties {
    return (this.more.ties ??= new Ties(this));
  }

  shouldYield(): boolean {
    // The alarms that are due by now may have failed it, as a time limit does.
    return this.sequence.scheduler.shouldYield(this.effectiveLane) || this.closed;
  }

  /** Its priority, or that of what waits behind it: that waits for what continues it as well, and lends it its priority. */
  get effectiveLane(): Lane {
    const { sequence, currentLane } = this;
    return sequence.size > 0 ? (Math.min(currentLane, sequence.effectiveLane()) as Lane) : currentLane;
  }

  /** It sleeps until `wake`, which `until` is given, is called; it gives its worker back meanwhile, unless it keeps that. */
  sleep(continuation: Continuation, until: Until, keepsWorker = false): void {
    if (!keepsWorker) this.giveWorkerBack();
    this.rests.sleep(continuation, until);
  }

  /** A timer of the library's own, on its clock. */
  alarm(delay: number, run: () => void): Subscription {
    return this.sequence.scheduler.alarm(delay, run, this.keepAlive);
  }

  override reconsiderRest(): void {
    this.extras?.rests?.reconsider();
  }

  override recheckRest(): void {
    this.extras?.rests?.recheck();
  }

  // Its worker.

  override hold(lane: Lane): void {
    super.hold(lane);
    // One that sleeps already has no worker to give back.
    if (this.extras?.rests?.areAsleep !== true) this.takeWorker(lane);
  }

  override get holdsWorker(): boolean {
    return this.workerLane !== NONE;
  }

  /** Whether, once it has slept, it waits for a worker. */
  get needsWorkerAgain(): boolean {
    // A shutdown that waits for it would wait in vain for a worker that others hold.
    return this.workerLane === NONE && !this.sequence.owner.isClosed;
  }

  /** It goes on in `lane`, and takes a worker unless it has kept one. */
  takeWorker(lane: Lane): void {
    if (this.workerLane !== NONE) return;
    this.workerLane = lane;
    this.sequence.workers.hold(lane);
  }

  private giveWorkerBack(): void {
    const { workerLane } = this;
    if (workerLane === NONE) return;
    this.workerLane = NONE;
    this.sequence.workers.release(workerLane);
  }

  // How it settles.

  override get times(): TaskTimes | null {
    return this.extras?.times ?? null;
  }

  override describe(): string {
    return taskCalled(this.ownTraits.name, this.sequence.owner.traits.name);
  }

  override toString(): string {
    return `TaskHandle (${this.describe()}, ${this.state})`;
  }

  /** Whether somebody hears of its end, so that a failure need not be reported. */
  private get isAwaited(): boolean {
    return this.deferred !== null;
  }

  private get more(): Extras {
    return (this.extras ??= new Extras());
  }

  /** Whether somebody asks for times: readings of the clock cost more than all else of a short task. */
  private get isTimed(): boolean {
    return this.sequence.workers.admission.onTaskError !== null || timing.isOn;
  }

  /** Settles it, once; throws what the teardowns of the handle throw. */
  private settle(state: TaskState, result: unknown): void {
    if (this.hasSettled) return;
    const { extras, sequence } = this;
    extras?.ties?.cut();
    this.task = null;
    this.state = state;
    this.result = result;
    try {
      if (state === 'done') sequence.tally('finished');
      else if (state === 'failed') sequence.tally('failed');
      if (hub.isHeard) hub.settled(this);
      if (state === 'done') this.deferred?.resolve(result);
      else this.deferred?.reject(result);
      // Closed before any of the user's code can see it: an abort listener may cancel it again.
      super.unsubscribe();
    } finally {
      if (extras !== null) this.stop(extras, result);
    }
  }

  /** Whether it has settled in a way that tells its code to stop. */
  private get isStopped(): boolean {
    const { state } = this;
    return this.hasSettled && state !== 'done' && (state !== 'failed' || this.extras?.isAborted === true);
  }

  /** What still runs of it is told to stop, unless it ends by itself. */
  private stop({ rests, stopping }: Extras, reason: unknown): void {
    try {
      if (!this.isStopped) return;
      rests?.stop(reason);
      stopping?.tell(reason);
    } finally {
      stopping?.letGoLater();
    }
  }

  /** What it has not awaited goes on, and finds the task ended. */
  private forgetLeftovers(): void {
    this.extras?.stopping?.end();
    this.extras?.rests?.end();
  }

  /** Settles it where nobody catches what the teardowns throw. */
  private settleQuietly(state: TaskState, result: unknown): void {
    try {
      this.settle(state, result);
    } catch (error) {
      this.sequence.scheduler.fail(this, error);
    }
  }

  /**
   * Gives whoever posted it until the next macrotask to call `then`.
   *
   * @param isRefusal whether it has not run at all; then only `onTaskError` hears of it, if there is one
   */
  private reportUnlessAwaited(isRefusal = false): void {
    const { onTaskError } = this.sequence.workers.admission;
    if (this.isAwaited || (isRefusal && onTaskError === null)) return;
    this.sequence.scheduler.clock.later(() => {
      const isHeard = this.isAwaited || this.extras?.hearers?.some((isHeard) => isHeard()) === true;
      if (!isHeard) deliver({ task: this, error: this.result });
    });
  }

  private rejectSince(why: string, reason: RejectionReason): void {
    this.settleQuietly('rejected', new TaskRejectedError(reason, `Rejected, since ${why}: ${this.describe()}.`));
  }

  private defer(): Deferred {
    const deferred = new Deferred();
    if (this.state === 'done') deferred.resolve(this.result);
    else if (this.closed) deferred.reject(this.result);
    return deferred;
  }
}

disposeBy(PostedTask.prototype, 'dispose', 'unsubscribe');
