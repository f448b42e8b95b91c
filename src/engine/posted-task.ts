import { isObservable, type Observable, type Subscription } from 'rxjs';
import { Deferred } from '../base/deferred.js';
import { disposeBy } from '../base/dispose.js';
import { TaskCancelledError, TaskDeadlockError } from '../base/errors.js';
import { deliver } from './failures.js';
import type { Sequence } from './sequence.js';
import { Task } from './task.js';
import { PostedTaskContext } from './task-context.js';
import type { TaskFunction, TaskHandle, TaskState } from './task-runner.js';
import type { FOLLOW, Lane, TaskTraits } from './traits.js';

/** The task that `postTask` makes, and its handle: see {@link TaskHandle} for what it promises. */
export class PostedTask<T> extends Task implements TaskHandle<T> {
  declare [Symbol.dispose]: () => void;

  state: TaskState = 'pending';
  /** The value or the error, once it has settled. */
  result: unknown = undefined;
  /** The promise, made when somebody asks for it. */
  private deferred: Deferred | null = null;
  private controller: AbortController | null = null;
  /** Unsubscribes from the task's observable. */
  private inner: Subscription | null = null;
  /** Takes the listener off the signal it follows. */
  private unfollow: (() => void) | null = null;

  constructor(
    sequence: Sequence,
    override readonly lane: Lane | typeof FOLLOW,
    public task: TaskFunction<T> | null,
    override readonly traits: TaskTraits,
  ) {
    super(sequence);
  }

  override get keepAlive(): boolean {
    return this.traits.keepAlive;
  }

  override get needsWorker(): boolean {
    return true;
  }

  then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.deferred ??= this.defer();
    return (this.deferred.promise as Promise<T>).then(onFulfilled, onRejected);
  }

  cancel(reason?: unknown): void {
    if (this.closed) return;
    this.settle('cancelled', new TaskCancelledError(`Cancelled: ${this.describe()}.`, reason));
  }

  override unsubscribe(): void {
    this.cancel();
  }

  /** Cancels it when `signal` aborts, or at once. */
  follow(signal: AbortSignal): void {
    const cancel = (): void => {
      this.cancel(signal.reason);
    };
    if (signal.aborted) {
      cancel();
      return;
    }
    signal.addEventListener('abort', cancel);
    this.unfollow = () => {
      signal.removeEventListener('abort', cancel);
    };
  }

  override run(): boolean {
    const task = this.task!;
    this.task = null;
    this.state = 'running';
    const result = task(new PostedTaskContext(this));
    if (isObservable(result)) return this.subscribeTo(result);
    if (isThenable(result)) return this.await(result);
    this.settle('done', result);
    return false;
  }

  override fail(error: unknown): void {
    if (this.closed) {
      // What was cancelled may fail as it likes; but what is thrown as it settles must not be lost.
      if (this.state !== 'cancelled') this.sequence.scheduler.fail(this, error);
      return;
    }
    this.settleQuietly('failed', error);
    this.reportUnlessAwaited(error);
  }

  override reject(): void {
    this.settleQuietly('rejected', this.sequence.workers.admission.rejection(this.describe()));
  }

  /** It came after the shutdown. Whoever posted it has a rejected handle; if nobody looks at that, the pool hears. */
  refuse(): void {
    const { admission } = this.sequence.workers;
    admission.rejected++;
    this.reject();
    if (admission.onTaskError !== null) this.reportUnlessAwaited(this.result);
  }

  override abandon(reason: string): void {
    this.settleQuietly('cancelled', new TaskCancelledError(`Cancelled, since ${reason}: ${this.describe()}.`));
  }

  /** The signal of its context, made when somebody asks for it. */
  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.state === 'cancelled' || this.state === 'rejected') this.controller.abort(this.result);
    return this.controller.signal;
  }

  /** Whether it is subscribed to an observable. While it is pending and is not, it awaits a promise. */
  get isSubscribed(): boolean {
    return this.inner !== null;
  }

  /** What it is called in messages. */
  describe(): string {
    const { owner } = this.sequence;
    const { name } = this.traits;
    const { name: runner } = owner.traits;
    const what = name === '' || name === runner ? 'an unnamed task' : `task '${name}'`;
    return runner === '' ? what : `${what} of '${runner}'`;
  }

  /** Settles it, once. */
  private settle(state: TaskState, result: unknown): void {
    if (this.closed) return;
    this.state = state;
    this.result = result;
    this.task = null;
    this.sequence.scheduler.observer?.settled(this);
    if (state === 'done') this.deferred?.resolve(result);
    else this.deferred?.reject(result);
    try {
      this.unfollow?.();
      this.unfollow = null;
      // Closed before any of the user's code can see it: an abort listener may cancel it again.
      super.unsubscribe();
    } finally {
      if (state !== 'done' && state !== 'failed') {
        this.controller?.abort(result);
        this.inner?.unsubscribe();
      }
    }
  }

  /** Settles it where nobody catches what the teardowns of the handle throw. */
  private settleQuietly(state: TaskState, result: unknown): void {
    try {
      this.settle(state, result);
    } catch (error) {
      this.sequence.scheduler.fail(this, error);
    }
  }

  /** Gives whoever posted it until the next macrotask to call `then`. */
  private reportUnlessAwaited(error: unknown): void {
    if (this.deferred !== null) return;
    this.sequence.scheduler.clock.later(() => {
      if (this.deferred === null) deliver({ task: this, error });
    });
  }

  private defer(): Deferred {
    const deferred = new Deferred();
    if (this.state === 'done') deferred.resolve(this.result);
    else if (this.closed) deferred.reject(this.result);
    return deferred;
  }

  private await(promise: PromiseLike<T>): boolean {
    if (promise instanceof PostedTask && promise.isBehind(this)) {
      const what = `${this.describe()} returned the handle of ${promise.describe()}, which cannot end before it`;
      throw new TaskDeadlockError(`A task may not wait for itself: ${what}.`);
    }
    // Not `.then` of its own, which may be anybody's function, and call back twice, or at once.
    void Promise.prototype.then.call(
      Promise.resolve(promise),
      (value: T) => {
        this.settleQuietly('done', value);
        this.sequence.scheduler.finish(this);
      },
      (error: unknown) => {
        this.fail(error);
        this.sequence.scheduler.finish(this);
      },
    );
    return true;
  }

  private subscribeTo(observable: Observable<T>): boolean {
    if (this.closed) return false;
    let last: T | undefined;
    const inner = observable.subscribe({
      next: (value) => {
        last = value;
      },
      error: (error: unknown) => {
        this.fail(error);
      },
      complete: () => {
        this.settleQuietly('done', last);
      },
    });
    // Settled by its own observable: cancelled by it, perhaps, while there was nothing yet to unsubscribe.
    if (this.state !== 'running') {
      inner.unsubscribe();
      return false;
    }
    this.inner = inner;
    inner.add(() => {
      this.sequence.scheduler.finish(this);
    });
    return true;
  }

  /** Whether it cannot begin before `task`, which runs, has ended. */
  private isBehind(task: PostedTask<unknown>): boolean {
    return this === task || (!this.closed && this.sequence === task.sequence && this.sequence.limit === 1);
  }
}

disposeBy(PostedTask.prototype, 'dispose', 'unsubscribe');

function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as Partial<PromiseLike<T>> | null | undefined)?.then === 'function';
}
