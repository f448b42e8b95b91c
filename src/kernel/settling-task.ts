import type { Subscription } from 'rxjs';
import { Deferred } from '../base/deferred.js';
import { disposeBy } from '../base/dispose.js';
import { type RejectionReason, TaskCancelledError, TaskRejectedError } from '../base/errors.js';
import type { TaskHandle, TaskPriorityInput, TaskState } from '../types.js';
import { hub } from './events.js';
import { Extras } from './extras.js';
import { deliver } from './failures.js';
import type { Sequence } from './sequence.js';
import { Task } from './task.js';
import { Ties } from './ties.js';

/** In the place of a promise where somebody hears of the end who has not asked for one. */
const NO_PROMISE: Pick<Deferred, 'resolve' | 'reject'> = { resolve: () => undefined, reject: () => undefined };

/**
 * A task that is its own handle: see {@link TaskHandle} for what that promises. It settles once, with a result or with the
 * reason why it has none. If that is an error which nobody hears, it is reported.
 */
export abstract class SettlingTask<T> extends Task implements TaskHandle<T> {
  declare [Symbol.dispose]: () => void;

  state: TaskState = 'pending';
  result: unknown = undefined;
  /**
   * What whoever observes it keeps of it. With thousands of tasks that wait, a weak map of them would cost more than all else
   * of an observation, since each collection of garbage goes through it. The field takes the place of a flag: see `isAwaited`.
   */
  note: object | null = null;
  /** The promise, made when somebody asks for it; null as long as nobody hears of its end. */
  private deferred: Deferred | typeof NO_PROMISE | null = null;
  protected extras: Extras | null = null;

  // eslint-disable-next-line @typescript-eslint/no-useless-constructor -- else the compiler makes one that spreads `arguments` at each post
  constructor(sequence: Sequence) {
    super(sequence);
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

  abstract setPriority(priority: TaskPriorityInput): void;

  override toString(): string {
    return `TaskHandle (${this.describe()}, ${this.state})`;
  }

  /** It may be settled before it is closed: a listener is told in between, and may cancel it. */
  get hasSettled(): boolean {
    return this.state !== 'pending' && this.state !== 'running';
  }

  // How it settles.

  /** It has a result. */
  succeed(value: unknown): void {
    this.settleQuietly('done', value);
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

  /** A timer of the library's own, on its clock. */
  alarm(delay: number, run: () => void): Subscription {
    return this.sequence.scheduler.alarm(delay, run, this.keepAlive);
  }

  /** What may settle it from outside. */
  get ties(): Ties {
    return (this.more.ties ??= new Ties(this));
  }

  protected get more(): Extras {
    return (this.extras ??= new Extras());
  }

  /** It has settled. `extras` are those that it had before. */
  protected abstract settled(extras: Extras | null, result: unknown): void;

  /** Settles it where nobody catches what the teardowns throw. */
  protected settleQuietly(state: TaskState, result: unknown): void {
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
  protected reportUnlessAwaited(isRefusal = false): void {
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

  /** Settles it, once; throws what the teardowns of the handle throw. */
  private settle(state: TaskState, result: unknown): void {
    if (this.hasSettled) return;
    const { extras, sequence } = this;
    extras?.ties?.cut();
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
      this.settled(extras, result);
    }
  }

  /** Whether somebody hears of its end, so that a failure need not be reported. */
  private get isAwaited(): boolean {
    return this.deferred !== null;
  }
}

disposeBy(SettlingTask.prototype, 'dispose', 'unsubscribe');
