import { whenSettled } from '../base/deferred-handle.js';
import { demand } from '../base/demand.js';
import { disposeBy } from '../base/dispose.js';
import { isRunner } from '../runners/is-runner.js';
import { postWithReply, type Reply, type ReplyOptions } from '../runners/reply.js';
import type { Runner } from '../runners/runner.js';
import type { PostOptions, TaskContext, TaskFunction, TaskHandle, TaskResult, TaskRunner } from '../types.js';

/**
 * An object that belongs to a sequence: it is created and disposed of there, and can only be used by posting. So it needs
 * no lock, and its methods may `await`. Source: `base::SequenceBound` of Chromium.
 *
 * - Calls run in order, and none runs before the object has been created.
 * - If the factory fails, every call rejects with its error. Without any call the error is reported.
 * - `dispose` runs after all earlier calls, and later calls throw. If its task never begins, because the queue is full or
 *   the task is cancelled, the object is not disposed of, and `dispose` may be called again. A shutdown runs it.
 */
export class SequenceBound<T> {
  /** `await using` disposes of the object at the end of the block, if the runtime supports `Symbol.asyncDispose`. */
  declare [Symbol.asyncDispose]: () => PromiseLike<void>;

  private made: { readonly object: T } | null = null;
  private makeError: unknown = undefined;
  private hasFailed = false;
  private wasCalled = false;
  private disposal: TaskHandle<void> | null = null;
  private hasDisposalBegun = false;

  /** @internal Use {@link bindToSequence}. */
  constructor(
    private readonly runner: TaskRunner,
    make: (context: TaskContext) => TaskResult<T>,
  ) {
    // The calls report a factory that fails.
    whenSettled(
      runner.postTask(make),
      (state, result) => {
        if (state === 'done') this.made = { object: result as T };
        else {
          this.hasFailed = true;
          this.makeError = result;
        }
      },
      () => this.wasCalled,
    );
  }

  /**
   * Posts a call of the object, and returns its handle. O(1).
   *
   * @throws TypeError when `call` is not a function
   * @throws Error after `dispose`
   */
  call<R>(call: (object: T, context: TaskContext) => TaskResult<R>, options?: PostOptions): TaskHandle<R> {
    const handle = this.runner.postTask(this.taskOf(call), options);
    this.wasCalled = true;
    return handle;
  }

  /**
   * Posts a call of the object. When the call has succeeded, posts `reply` with its result to the caller's runner, or to
   * `options.on`. So the answer comes back to the caller's sequence without an `await`. It works like `postTaskAndReply`:
   * the handle stands for both, an error goes to the handle or to the `error` function of the reply, and a shutdown that
   * waits for the call also waits for the reply. O(1).
   *
   * ```ts
   * cache.callAndReply((cache) => cache.load('/index'), (page) => show(page), { on: ui });
   * ```
   *
   * @throws TypeError or RangeError when an argument is invalid, or no reply runner is given and no task is running
   * @throws Error after `dispose`
   */
  callAndReply<C, R = undefined, E = R>(
    call: (object: T, context: TaskContext) => TaskResult<C>,
    reply: Reply<C, R, E>,
    options?: ReplyOptions,
  ): TaskHandle<R | E> {
    const handle = postWithReply('callAndReply', this.runner, this.taskOf(call), reply, options);
    this.wasCalled = true;
    return handle;
  }

  /**
   * Posts a task that calls the object's `Symbol.asyncDispose`, `Symbol.dispose` or `dispose()`, if it has one. Idempotent.
   */
  dispose(): TaskHandle<void> {
    if (this.isDisposedOf) return this.disposal!;
    return (this.disposal = this.runner.postTask(
      async () => {
        this.hasDisposalBegun = true;
        const { made } = this;
        this.made = null;
        if (made !== null) await disposeOf(made.object);
      },
      { shutdownBehavior: 'block-shutdown' },
    ));
  }

  private taskOf<R>(call: (object: T, context: TaskContext) => TaskResult<R>): TaskFunction<R> {
    demand(typeof call === 'function', 'A call of a bound object must be a function', call);
    if (this.isDisposedOf) throw new Error('The object bound to a sequence is disposed of; it cannot be called.');
    return (context) => call(this.object(), context);
  }

  /** Or about to be. */
  private get isDisposedOf(): boolean {
    const { disposal } = this;
    return disposal !== null && (this.hasDisposalBegun || !disposal.closed);
  }

  private object(): T {
    if (this.hasFailed) throw this.makeError;
    return this.made!.object;
  }
}

disposeBy(SequenceBound.prototype, 'asyncDispose', 'dispose');

/**
 * Creates an object on the sequence of `runner`, which alone may touch it.
 *
 * ```ts
 * const cache = bindToSequence(runner, () => new Cache());
 * const page = await cache.call((cache) => cache.load('/index'));
 * await cache.dispose();
 * ```
 *
 * @throws TypeError when `runner` has no sequence (a pool, a parallel runner), or `make` is not a function
 */
export function bindToSequence<T>(runner: TaskRunner, make: (context: TaskContext) => TaskResult<T>): SequenceBound<T> {
  // Runners of other implementations may not have this property.
  const isSequence = isRunner(runner) && (runner as Partial<Runner>).isSequenced !== false;
  demand(isSequence, 'bindToSequence needs a runner whose tasks never overlap', runner);
  return new SequenceBound(runner, make);
}

async function disposeOf(object: unknown): Promise<void> {
  if (typeof object !== 'object' || object === null) return;
  const { asyncDispose, dispose } = Symbol as Partial<SymbolConstructor>;
  const methods = object as Record<PropertyKey, unknown>;
  for (const key of [asyncDispose, dispose, 'dispose']) {
    const method = key === undefined ? undefined : methods[key];
    if (typeof method === 'function') return (await method.call(object)) as undefined;
  }
}
