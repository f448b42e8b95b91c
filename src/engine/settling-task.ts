import { Deferred } from '../base/deferred.js';
import { type RejectionReason, TaskCancelledError, TaskRejectedError, TaskTimeoutError } from '../base/errors.js';
import { deliver } from './failures.js';
import type { Sequence } from './sequence.js';
import { Task } from './task.js';
import type { TaskState } from './task-runner.js';
import type { FOLLOW, Lane, TaskTraits } from './traits.js';

/** The half of a posted task that is its handle: it settles exactly once, and somebody hears of it. */
export abstract class SettlingTask<T> extends Task implements PromiseLike<T> {
  state: TaskState = 'pending';
  /** The value or the error, once it has settled. */
  result: unknown = undefined;
  /** Whether somebody hears of its end, so that a failure need not be reported. */
  isAwaited = false;
  /** The promise, made when somebody asks for it. */
  private deferred: Deferred | null = null;

  constructor(
    sequence: Sequence,
    override lane: Lane | typeof FOLLOW,
    override traits: TaskTraits,
  ) {
    super(sequence);
  }

  override get isBarrier(): boolean {
    return false;
  }

  then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.isAwaited = true;
    this.deferred ??= this.defer();
    return (this.deferred.promise as Promise<T>).then(onFulfilled, onRejected);
  }

  /** The task whose reply it is, while it stands for that one too. */
  abstract readonly origin: SettlingTask<unknown> | null;

  /** Calls `listener`, synchronously, when it has settled: what `then` does, in virtual time too. */
  whenSettled(listener: () => void): void {
    this.isAwaited = true;
    this.add(listener);
  }

  cancel(reason?: unknown): void {
    if (this.closed) return;
    this.settle('cancelled', new TaskCancelledError(`Cancelled: ${this.describe()}.`, reason));
  }

  override unsubscribe(): void {
    this.cancel();
  }

  /** It has a result. */
  succeed(value: unknown): void {
    this.settleQuietly('done', value);
  }

  override fail(error: unknown): void {
    if (this.hasSettled) {
      // What was cancelled, or told that its time is up, may fail as it likes; but what is thrown as it settles must not
      // be lost.
      const wasStopped = this.result instanceof TaskTimeoutError;
      if (this.state === 'done' || (this.state === 'failed' && !wasStopped)) this.sequence.scheduler.fail(this, error);
      return;
    }
    this.settleQuietly('failed', error);
    this.reportUnlessAwaited();
  }

  override reject(): void {
    this.settleQuietly('rejected', this.sequence.owner.rejection(this.describe()));
  }

  /** It came after the shutdown. Whoever posted it has a rejected handle; if nobody looks at that, the pool hears. */
  refuse(): void {
    this.sequence.countRefusal('rejected');
    this.reject();
    this.reportUnlessAwaited(true);
  }

  /** Its queue is full. Refused loudly, as after a shutdown, or dropped, of which only its handle tells. */
  drop(isRefused: boolean): void {
    this.sequence.countRefusal(isRefused ? 'rejected' : 'dropped');
    this.settleQuietly('rejected', this.rejection('full', 'the queue is full'));
    if (isRefused) this.reportUnlessAwaited(true);
  }

  override abandon(reason: string): void {
    this.settleQuietly('cancelled', new TaskCancelledError(`Cancelled, since ${reason}: ${this.describe()}.`));
  }

  /** It ends as `origin` has ended, for which it stands: a failure that nobody awaits is reported as that one's. */
  settleAs(origin: SettlingTask<unknown>): void {
    this.settleQuietly(origin.state, origin.result);
    if (origin.state !== 'cancelled') this.reportUnlessAwaited(origin.state === 'rejected', origin);
  }

  /** What it is called in messages. */
  describe(): string {
    const { owner } = this.sequence;
    const { name } = this.traits;
    const { name: runner } = owner.traits;
    const what = name === '' || name === runner ? 'an unnamed task' : `task '${name}'`;
    return runner === '' ? what : `${what} of '${runner}'`;
  }

  /** It may be settled before it is closed: an observer is told in between, and may cancel it. */
  protected get hasSettled(): boolean {
    return this.closed || (this.state !== 'pending' && this.state !== 'running');
  }

  /** Settles it, once; throws what the teardowns of the handle throw. */
  protected settle(state: TaskState, result: unknown): void {
    this.state = state;
    this.result = result;
    this.sequence.scheduler.observer?.settled(this);
    if (state === 'done') this.deferred?.resolve(result);
    else this.deferred?.reject(result);
    super.unsubscribe();
  }

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
  protected reportUnlessAwaited(isRefusal = false, task: SettlingTask<unknown> = this): void {
    const { onTaskError } = task.sequence.workers.admission;
    if (this.isAwaited || (isRefusal && onTaskError === null)) return;
    const { result: error } = this;
    this.sequence.scheduler.clock.later(() => {
      if (!this.isAwaited) deliver({ task, error });
    });
  }

  protected rejection(reason: RejectionReason, why: string): TaskRejectedError {
    return new TaskRejectedError(reason, `Rejected, since ${why}: ${this.describe()}.`);
  }

  private defer(): Deferred {
    const deferred = new Deferred();
    if (this.state === 'done') deferred.resolve(this.result);
    else if (this.closed) deferred.reject(this.result);
    return deferred;
  }
}
