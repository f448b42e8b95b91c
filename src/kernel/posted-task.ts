import type { Subscription } from 'rxjs';
import { Deferred } from '../base/deferred.js';
import { disposeBy } from '../base/dispose.js';
import { type RejectionReason, TaskCancelledError, TaskRejectedError, TaskTimeoutError } from '../base/errors.js';
import { followSignal } from '../base/signal-followers.js';
import type { TaskFunction, TaskHandle, TaskPriorityInput, TaskState, TaskTraits } from '../types.js';
import { currentTask } from './current.js';
import { hub } from './events.js';
import { deliver } from './failures.js';
import { follow } from './outcome.js';
import { type Continuation, Rest, type Until } from './rest.js';
import { NOWHERE, type Sequence } from './sequence.js';
import { timing } from './settings.js';
import { DELAYED, QUEUED, RUNNING } from './place.js';
import { Task } from './task.js';
import { PostedTaskContext } from './task-context.js';
import { FOLLOW, type Lane, toLane, toTraits } from './traits.js';

/** In how many turns running a task that yields may keep its place, before others of its lane go first once. */
const MOST_TURNS = 20;
/** It holds no worker. */
const NONE = -1;
/** In the place of a promise where somebody hears of the end who has not asked for one. */
const NO_PROMISE: Pick<Deferred, 'resolve' | 'reject'> = { resolve: () => undefined, reject: () => undefined };

/** What only some posted tasks have: made when the first of it is needed, so that the others stay small. */
class Extras {
  /** Of the signal of its context, once somebody has read it. */
  controller: AbortController | null = null;
  /** Leaves the signal it follows. */
  unfollow: (() => void) | null = null;
  /** Drops it when it has waited for too long. */
  expiry: Subscription | null = null;
  /** Alarms of its context. */
  alarms: Set<Subscription> | null = null;
  /** What it has returned, if that is an observable. */
  inner: Subscription | null = null;
  /** What continues it: more than one if it yields or sleeps several times at once. */
  rests: Rest[] = [];
  /** Whether it ends as soon as none of them is left. */
  endsWithRests = false;
  /** Whether it has failed by `context.abort` while its code went on. */
  isAborted = false;
  /** Whether it takes no continuation any more, since it is about to end. */
  isOver = false;
  /** How long its code may go on once it was told to stop, and what lets go of it then. */
  grace = Infinity;
  lettingGo: Subscription | null = null;
  /** The last turn in which it yielded, and in how many it has kept its place. */
  yieldedIn = 0;
  turnsKept = 0;
  /** When it became ready, began and failed, by its clock: for the pool's error handler, if there is one. */
  readyAt = NaN;
  startedAt = NaN;
  failedAt = NaN;
  /** Those who answer for its error only if they were heard themselves. */
  readonly hearers: (() => boolean)[] = [];
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
    else this.more.hearers.push(isHeard);
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
    const { sequence, place } = this;
    const write = (): void => {
      this.ownTraits = toTraits({ priority }, this.ownTraits);
      this.ownLane = lane;
    };
    // One that has begun goes on where it is.
    if (place === RUNNING) {
      write();
      this.reconsiderRest();
      return;
    }
    const { owner, scheduler } = sequence;
    const next = owner.sequenceOn(scheduler, lane, true);
    if (next === sequence) {
      if (place === QUEUED) sequence.reprioritize(this, write);
      else write();
      return;
    }
    // A pool has a queue for each priority. What may throw comes first, or it would be in neither.
    if (place === QUEUED) scheduler.wake(next.keepAlive);
    // It is counted out of the old queue with the priority that it was counted in with.
    if (place === QUEUED) sequence.remove(this, true);
    write();
    if (place >= DELAYED) {
      sequence.delayed--;
      next.delayed++;
    }
    this.sequence = next;
    if (place === QUEUED) next.push(this, null, true);
  }

  // Its life.

  /** It is taken in, and joins its queue in `delay` milliseconds. */
  start(delay: number, queueTimeout: number, signal: AbortSignal | undefined): void {
    const { scheduler } = this.sequence;
    try {
      if (signal !== undefined) this.followSignal(signal);
      if (this.closed) return;
      if (queueTimeout !== Infinity) this.expireIn(delay + queueTimeout);
      if (this.isTimed) this.more.readyAt = scheduler.clock.now() + delay;
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
      extras.expiry?.unsubscribe();
      if (this.isTimed) extras.startedAt = this.sequence.scheduler.clock.now();
    }
    return follow(this, task(new PostedTaskContext(this))) || this.keepOpen();
  }

  /** It has a result. */
  succeed(value: unknown): void {
    this.settleQuietly('done', value);
  }

  override fail(error: unknown): void {
    if (this.isTimed && this.extras !== null) this.extras.failedAt = this.sequence.scheduler.clock.now();
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
    this.settleQuietly('rejected', this.rejection(reason, why));
    if (isRefused) this.reportUnlessAwaited(true);
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
    this.sequence.scheduler.finish(this);
  }

  /** It has returned an observable, which goes on. */
  followInner(inner: Subscription): void {
    const { more } = this;
    more.inner = inner;
    inner.add(() => {
      more.inner = null;
      if (this.isContinued) more.endsWithRests = true;
      else this.end();
    });
  }

  /** Whether it is subscribed to an observable. While it is pending and is not, it awaits a promise. */
  get isSubscribed(): boolean {
    return this.extras !== null && this.extras.inner !== null;
  }

  // What its context does.

  get signal(): AbortSignal {
    const controller = (this.more.controller ??= new AbortController());
    if (this.closed && this.state !== 'done') controller.abort(this.result);
    return controller.signal;
  }

  shouldYield(): boolean {
    const { sequence, currentLane } = this;
    const lane = sequence.size > 0 ? (Math.min(currentLane, sequence.effectiveLane()) as Lane) : currentLane;
    // The alarms that are due by now may have failed it, as a time limit does.
    return sequence.scheduler.shouldYield(lane) || this.closed;
  }

  /** It gives way, and is continued at the head of its lane. */
  giveWay(continuation: Continuation): void {
    const rest = this.keepRest(continuation);
    this.ask(rest);
  }

  /** It sleeps until `wake`, which it is given, is called; it gives its worker back meanwhile, unless it keeps that. */
  sleep(continuation: Continuation, until: Until, keepsWorker = false): void {
    const rest = this.keepRest(continuation);
    if (!keepsWorker) this.giveWorkerBack();
    until(() => {
      if (this.extras!.rests.includes(rest)) this.ask(rest);
    });
  }

  letGoAfter(ms: number): void {
    this.more.grace = ms;
    // It may have been told to stop before it says so.
    if (this.hasSettled) this.letGoLater();
  }

  /** Calls `run` later, unless it has settled by then. */
  alarm(delay: number, run: () => void): Subscription {
    const { sequence, more } = this;
    const alarm = sequence.scheduler.alarm(delay, run, this.keepAlive);
    if (this.hasSettled) alarm.unsubscribe();
    else {
      const alarms = (more.alarms ??= new Set());
      alarms.add(alarm);
      alarm.add(() => alarms.delete(alarm));
    }
    return alarm;
  }

  // Its rest, once it has yielded or slept.

  get needsWorkerAgain(): boolean {
    // A shutdown that waits for it would wait in vain for a worker that others hold.
    return this.workerLane === NONE && !this.sequence.owner.isClosed;
  }

  /** Whether none of its code is left to run, as far as the loop knows. */
  get isOver(): boolean {
    return this.place !== RUNNING || this.extras?.isOver === true;
  }

  /** Whether it stays open after its function has returned or thrown, until its rests have ended. */
  override keepOpen(): boolean {
    if (this.isContinued && this.state !== 'done') return (this.more.endsWithRests = true);
    this.forgetLeftovers();
    return false;
  }

  override reconsiderRest(): void {
    for (const { sequence } of this.extras?.rests ?? []) sequence.reconsider();
  }

  override recheckRest(): void {
    for (const { sequence } of [...(this.extras?.rests ?? [])]) sequence.recheck();
  }

  /** One of its rests begins. */
  resume(rest: Rest): void {
    const { rests } = this.extras!;
    rests.splice(rests.indexOf(rest), 1);
    this.sequence.yielded--;
    if (this.workerLane === NONE) this.takeWorker(rest.sequence.lane);
  }

  /** One of its rests has ended. */
  restEnded(): void {
    if (this.extras!.endsWithRests && !this.isContinued) this.end();
  }

  /** Whether code of it goes on that does not stop with it. What only sleeps is forgotten: its alarm is gone. */
  private get isContinued(): boolean {
    return this.extras?.rests.some(({ continuation }) => continuation.stop === null) === true;
  }

  private keepRest(continuation: Continuation): Rest {
    const rest = new Rest(this, continuation);
    this.more.rests.push(rest);
    this.sequence.yielded++;
    return rest;
  }

  private ask(rest: Rest): void {
    const { more, sequence } = this;
    const { turnNumber } = sequence.scheduler;
    if (turnNumber !== more.yieldedIn) more.turnsKept = (more.turnsKept + 1) % MOST_TURNS;
    more.yieldedIn = turnNumber;
    rest.ask(more.turnsKept !== 0);
  }

  private dropRest(rest: Rest): Continuation {
    if (rest.sequence.spot !== NOWHERE) rest.sequence.remove(rest);
    this.sequence.yielded--;
    return rest.continuation;
  }

  /** What it has not awaited goes on, and finds the task ended. */
  private forgetLeftovers(): void {
    const { extras } = this;
    if (extras === null) return;
    extras.lettingGo?.unsubscribe();
    extras.isOver = true;
    for (const rest of extras.rests.splice(0)) {
      const { next } = this.dropRest(rest);
      try {
        next();
      } catch (error) {
        this.sequence.scheduler.fail(this, error);
      }
    }
  }

  // Its worker.

  override hold(lane: Lane): void {
    super.hold(lane);
    // One that sleeps already has no worker to give back.
    const sleeps = this.extras?.rests.some(({ sequence }) => sequence.spot === NOWHERE) === true;
    if (!sleeps) this.takeWorker(lane);
  }

  override get holdsWorker(): boolean {
    return this.workerLane !== NONE;
  }

  private takeWorker(lane: Lane): void {
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

  override get since(): number {
    const { extras } = this;
    if (extras === null) return NaN;
    return this.state === 'pending' ? extras.readyAt : extras.startedAt;
  }

  override get waitTime(): number | undefined {
    const { extras } = this;
    return extras === null ? undefined : Math.max(0, extras.startedAt - extras.readyAt);
  }

  override get runTime(): number | undefined {
    const { extras } = this;
    return extras === null ? undefined : extras.failedAt - extras.startedAt;
  }

  override describe(): string {
    const { name } = this.ownTraits;
    const { name: runner } = this.sequence.owner.traits;
    const what = name === '' || name === runner ? 'an unnamed task' : `task '${name}'`;
    return runner === '' ? what : `${what} of '${runner}'`;
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

  /** It may be settled before it is closed: a listener is told in between, and may cancel it. */
  private get hasSettled(): boolean {
    return this.closed || (this.state !== 'pending' && this.state !== 'running');
  }

  /** Cancels it when `signal` aborts, or at once. */
  private followSignal(signal: AbortSignal): void {
    const cancel = (): void => this.cancel(signal.reason);
    if (signal.aborted) cancel();
    else this.more.unfollow = followSignal(signal, cancel);
  }

  /** Drops it, unless it has begun in `delay` milliseconds. */
  private expireIn(delay: number): void {
    const expire = (): void => {
      this.settleQuietly('rejected', this.rejection('timeout', 'it has waited for longer than its queueTimeout'));
      this.reportUnlessAwaited(true);
    };
    this.more.expiry = this.sequence.scheduler.alarm(delay, expire, this.keepAlive);
  }

  /** Settles it, once; throws what the teardowns of the handle throw. */
  private settle(state: TaskState, result: unknown): void {
    if (this.hasSettled) return;
    const { extras, sequence } = this;
    if (extras !== null) {
      extras.expiry?.unsubscribe();
      extras.alarms?.forEach((alarm) => alarm.unsubscribe());
      extras.unfollow?.();
    }
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
  private stop(extras: Extras, reason: unknown): void {
    try {
      if (this.isStopped) this.tellToStop(extras, reason);
    } finally {
      this.letGoLater();
    }
  }

  private tellToStop(extras: Extras, reason: unknown): void {
    for (const rest of [...extras.rests]) {
      const { stop } = rest.continuation;
      if (stop === null) continue;
      extras.rests.splice(extras.rests.indexOf(rest), 1);
      this.dropRest(rest);
      stop(reason);
    }
    extras.controller?.abort(reason);
    extras.inner?.unsubscribe();
  }

  /** Its code goes on for so long, and no longer; of one that has failed by itself, its clean-up does. */
  private letGoLater(): void {
    const { more, sequence, place, state } = this;
    const { grace } = more;
    more.lettingGo?.unsubscribe();
    if (place !== RUNNING || state === 'done' || grace === Infinity) return;
    more.lettingGo = sequence.scheduler.alarm(grace, () => this.letGo(grace), this.keepAlive);
  }

  /** Its code has not ended in time: nobody waits for it any more. */
  private letGo(grace: number): void {
    if (this.place !== RUNNING) return;
    // It has asked whether it should yield. Until it returns nothing else could run, and it may end by itself.
    if (currentTask() === this) {
      this.sequence.scheduler.clock.later(() => this.letGo(grace));
      return;
    }
    this.end();
    if (this.sequence.workers.admission.onTaskError === null) return;
    const why = `Let go, since it went on for longer than ${grace} ms after it was told to stop`;
    deliver({ task: this, error: new TaskTimeoutError(`${why}; what it still does is ignored: ${this.describe()}.`) });
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
      const isHeard = this.isAwaited || this.extras?.hearers.some((isHeard) => isHeard()) === true;
      if (!isHeard) deliver({ task: this, error: this.result });
    });
  }

  private rejection(reason: RejectionReason, why: string): TaskRejectedError {
    return new TaskRejectedError(reason, `Rejected, since ${why}: ${this.describe()}.`);
  }

  private defer(): Deferred {
    const deferred = new Deferred();
    if (this.state === 'done') deferred.resolve(this.result);
    else if (this.closed) deferred.reject(this.result);
    return deferred;
  }
}

disposeBy(PostedTask.prototype, 'dispose', 'unsubscribe');
