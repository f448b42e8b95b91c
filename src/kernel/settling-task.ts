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

/** Stands in for the promise if there is a listener but nobody has called `then`. */
const NO_PROMISE: Pick<Deferred, 'resolve' | 'reject'> = { resolve: () => undefined, reject: () => undefined };

/**
 * A task that is its own handle, with the promises of {@link TaskHandle}. It settles once, with a result or with an error.
 * An error that nobody handles is reported.
 */
export abstract class SettlingTask<T> extends Task implements TaskHandle<T> {
  declare [Symbol.dispose]: () => void;

  state: TaskState = 'pending';
  result: unknown = undefined;
  /**
   * Data of an observer. With thousands of waiting tasks a weak map would cost more than the rest of the observation, because
   * each garbage collection goes through it. The field replaces a flag: see `isAwaited`.
   */
  note: object | null = null;
  /** The promise, created by the first `then`; null while the handle has no listener. */
  private deferred: Deferred | typeof NO_PROMISE | null = null;
  protected extras: Extras | null = null;

  // eslint-disable-next-line @typescript-eslint/no-useless-constructor -- otherwise the compiler creates one that spreads `arguments` at each post
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

  /** A task settles shortly before it is closed. A listener that is called in between may cancel it. */
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

  /** It was posted after the shutdown. The handle is rejected. If nobody handles that, the pool is told. */
  refuse(): void {
    this.sequence.tally('rejected');
    this.reject();
    this.reportUnlessAwaited(true);
  }

  /** Its queue is full: rejects it with a report, as after a shutdown, or only rejects the handle. */
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

  /** An internal timer on its clock. */
  alarm(delay: number, run: () => void): Subscription {
    return this.sequence.scheduler.alarm(delay, run, this.keepAlive);
  }

  /** Its callbacks from outside, such as that of a signal. */
  get ties(): Ties {
    return (this.more.ties ??= new Ties(this));
  }

  protected get more(): Extras {
    return (this.extras ??= new Extras());
  }

  /** It has settled. `extras` is what it had before. */
  protected abstract settled(extras: Extras | null, result: unknown): void;

  /** Settles it, and reports errors of the teardowns. */
  protected settleQuietly(state: TaskState, result: unknown): void {
    try {
      this.settle(state, result);
    } catch (error) {
      this.sequence.scheduler.fail(this, error);
    }
  }

  /**
   * Reports its error in the next macrotask, unless somebody has called `then` by then.
   *
   * @param isRefusal whether the task did not run; then the error is reported to `onTaskError` only
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

  /** Settles it, once. Throws the errors of the teardowns of the handle. */
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
      // It is closed before the user's code can see it, because an abort listener may cancel it again.
      super.unsubscribe();
    } finally {
      this.settled(extras, result);
    }
  }

  /** Whether the handle has a listener, so that an error need not be reported. */
  private get isAwaited(): boolean {
    return this.deferred !== null;
  }
}

disposeBy(SettlingTask.prototype, 'dispose', 'unsubscribe');
