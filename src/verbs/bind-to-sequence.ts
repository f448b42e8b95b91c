import { whenSettled } from '../base/deferred-handle.js';
import { demand } from '../base/demand.js';
import { disposeBy } from '../base/dispose.js';
import { isRunner } from '../runners/is-runner.js';
import { postWithReply, type Reply, type ReplyOptions } from '../runners/reply.js';
import type { Runner } from '../runners/runner.js';
import type { PostOptions, TaskContext, TaskFunction, TaskHandle, TaskResult, TaskRunner } from '../types.js';

/**
 * An object that lives on a sequence: it is made there, disposed of there, and in between can be reached by posting only.
 * So it needs no lock, and its methods may `await`. Source: `base::SequenceBound` of Chromium.
 *
 * - Calls run in the order in which they are made, none before the object is made.
 * - When the factory fails every call rejects with its error, which is reported as well if nobody calls.
 * - `dispose` runs after all calls before it; a call after it throws. One that never begins, since the queue is full or it
 *   is cancelled, disposes of nothing, and may be asked for again. A shutdown runs it.
 */
export class SequenceBound<T> {
  /** `await using` it disposes of the object at the end of the block, where the runtime knows `Symbol.asyncDispose`. */
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
    // Whoever calls hears of a factory that fails.
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
   * Posts a call of the object; the handle is that of the call. O(1).
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
   * Posts a call of the object, and when it has ended well `reply`, with its result, to the runner that asks, or to
   * `options.on`. So an answer comes back to where the question was asked, and nobody awaits anything. All is as with
   * `postTaskAndReply`: the handle is that of both, an error goes to the handle or to the `error` of the reply, and a
   * shutdown that waits for the call waits for the reply. O(1).
   *
   * ```ts
   * cache.callAndReply((cache) => cache.load('/index'), (page) => show(page), { on: ui });
   * ```
   *
   * @throws TypeError or RangeError when an argument is not what it must be, or no runner is named and none is running
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
   * Posts the end of the object: its `Symbol.asyncDispose`, `Symbol.dispose` or `dispose()` is called, if it has one.
   * Idempotent.
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
 * Makes an object on the sequence of `runner`, which alone may touch it.
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
  // A runner of somebody else's need not say so.
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
