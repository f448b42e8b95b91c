import { Subscription } from 'rxjs';
import type { TaskHandle, TaskPriorityInput, TaskRunner, TaskState } from '../types.js';
import { Deferred } from './deferred.js';
import { disposeBy } from './dispose.js';
import { TaskCancelledError } from './errors.js';

/** Callbacks of a {@link DeferredHandle}. */
export interface HandleHooks {
  /** The handle was cancelled. */
  cancelled?(reason: unknown): void;
  /** `setPriority` was called on the handle. */
  reprioritized?(priority: TaskPriorityInput): void;
}

/**
 * A task handle that its creator settles. Use it for your own runners and verbs, whose handles stand for something other
 * than a single task of this library.
 *
 * ```ts
 * const handle = new DeferredHandle<number>({ cancelled: () => remove(job) });
 * handle.settle('done', 42);
 * ```
 */
export class DeferredHandle<T> extends Subscription implements TaskHandle<T> {
  /** `using` cancels it at the end of the block, if the runtime supports `Symbol.dispose`. */
  declare [Symbol.dispose]: () => void;

  /** `'pending'` until the creator changes it or settles the handle. */
  state: TaskState = 'pending';
  result: unknown = undefined;
  standsFor: TaskHandle<unknown> | null = null;
  /** If a task is posted later and has to end before this handle settles: the runner of that task. */
  settlesOn: TaskRunner | null = null;
  private deferred: Deferred | null = null;
  private isAwaited = false;
  private readonly listeners: (() => boolean)[] = [];

  constructor(private readonly hooks: HandleHooks = {}) {
    super();
  }

  /** Whether somebody listens for the outcome, and so handles an error. */
  get isHeard(): boolean {
    return this.isAwaited || this.listeners.some((isHeard) => isHeard());
  }

  /** Settles the handle. Later calls do nothing. Throws errors of the handle's teardowns. */
  settle(state: Exclude<TaskState, 'pending' | 'running'>, result: unknown): void {
    if (this.hasSettled) return;
    this.state = state;
    this.result = result;
    this.standsFor = null;
    if (state === 'done') this.deferred?.resolve(result);
    else this.deferred?.reject(result);
    super.unsubscribe();
  }

  then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.isAwaited = true;
    if (this.deferred === null) {
      this.deferred = new Deferred();
      if (this.state === 'done') this.deferred.resolve(this.result);
      else if (this.hasSettled) this.deferred.reject(this.result);
    }
    return (this.deferred.promise as Promise<T>).then(onFulfilled, onRejected);
  }

  whenSettled(listener: () => void, isHeard?: () => boolean): void {
    if (isHeard === undefined) this.isAwaited = true;
    else this.listeners.push(isHeard);
    this.add(listener);
  }

  cancel(reason?: unknown): void {
    if (this.hasSettled) return;
    const { standsFor } = this;
    const describe = (standsFor as { describe?(): string } | null)?.describe?.();
    const what = describe ?? (standsFor === null ? 'a task' : String(standsFor));
    this.settle('cancelled', new TaskCancelledError(`Cancelled: ${what}.`, reason));
    this.hooks.cancelled?.(reason);
  }

  override unsubscribe(): void {
    this.cancel();
  }

  setPriority(priority: TaskPriorityInput): void {
    if (!this.hasSettled) this.hooks.reprioritized?.(priority);
  }

  override toString(): string {
    return `TaskHandle (${this.standsFor === null ? '' : `${String(this.standsFor)}, `}${this.state})`;
  }

  private get hasSettled(): boolean {
    return this.closed || (this.state !== 'pending' && this.state !== 'running');
  }
}

disposeBy(DeferredHandle.prototype, 'dispose', 'unsubscribe');

/** How a handle has settled. */
export type Settled = Exclude<TaskState, 'pending' | 'running'>;

/**
 * Calls `listener` when `handle` has settled: synchronously where the handle can tell, else by its promise.
 *
 * @param isHeard see {@link TaskHandle.whenSettled}
 */
export function whenSettled(
  handle: TaskHandle<unknown>,
  listener: (state: Settled, result: unknown) => void,
  isHeard?: () => boolean,
): void {
  if (typeof (handle as Partial<TaskHandle<unknown>>).whenSettled === 'function') {
    handle.whenSettled(() => listener(handle.state as Settled, handle.result), isHeard);
    return;
  }
  handle.then(
    (value) => listener('done', value),
    (error: unknown) => listener(handle.closed && error instanceof TaskCancelledError ? 'cancelled' : 'failed', error),
  );
}
