import { Observable, type Subscriber } from 'rxjs';
import { demand, demandNumber, demandObject, demandOptions, toDuration } from '../base/demand.js';
import { Attempt, type AttemptOwner } from '../kernel/attempt.js';
import type { TaskContext, TaskFunction } from '../types.js';

/** How long a task waits before it is run again. `exponentialDelay` makes such a function. */
export type RetryDelay = (attempt: number, error: unknown) => number;

/** Options of {@link retrying}: how often, when, and after which errors. */
export interface RetryOptions {
  /** How many times the task is run again: an integer, 0 or more, or `Infinity`. With 2 it is run three times at most. */
  readonly count: number;
  /**
   * Milliseconds from the end of an attempt to the beginning of the next, 0 or more, or a function that gives them:
   * `attempt` is 1 before the first retry, `error` that of the attempt that has failed. Defaults to 0.
   */
  readonly delay?: number | RetryDelay | undefined;
  /**
   * Whether to run the task again after `error`, of whose retries `attempt` would be the one with that number, from 1
   * on. Asked as soon as an attempt has failed, unless it was the last. Defaults to always.
   */
  readonly if?: ((error: unknown, attempt: number) => boolean) | undefined;
}

/** The same, checked and complete. */
type RetryPlan = { readonly [K in keyof RetryOptions]-?: NonNullable<RetryOptions[K]> };

/** A list that grows for as long as a server is down would be a leak. */
const MOST_EARLIER = 100;

/** The errors of the attempts before, by the error of the last. They are kept here, since an error may be frozen. */
const histories = /* @__PURE__ */ new WeakMap<object, readonly unknown[]>();

/**
 * A task that runs `task` again when that has failed: it has thrown, its promise has rejected, its observable has failed,
 * or its context was aborted. Its handle rejects with the very error of the last attempt.
 *
 * - Each attempt has a context of its own: `abort` fails only this attempt, `signal` aborts when it is aborted or the task is
 *   cancelled, and `alarm`s end with it. So `retrying(timeLimit(500, load), { count: 3 })` limits each attempt, and
 *   `timeLimit(5_000, retrying(load, { count: 3 }))` limits all of them.
 * - The next attempt waits until the code of the last has ended: its promise has settled, its observable is
 *   unsubscribed. One that ignores its signal is waited for, unless a time limit lets it go.
 * - Between two attempts the task sleeps: it keeps its sequence, and gives its worker back. A shutdown that waits for the
 *   task waits for all attempts.
 * - Once the task is cancelled, or has failed by a time limit around it, there is no other attempt.
 * - Of an observable all values are emitted as they come, those too of an attempt that fails later, as with RxJS's `retry`. The
 *   result is the last of them.
 * - No promise is made unless the task returns one, so it is exact in virtual time.
 *
 * ```ts
 * const delay = exponentialDelay(200, { max: 5_000, jitter: 1 });
 * await io.postTask(retrying(({ signal }) => load(signal), { count: 4, delay, if: isTemporary }));
 * ```
 *
 * What `delay` or `if` throws, or gives that it must not, is the error of the task. A task that returns what no task may
 * return (a generator, the handle of a task behind it) fails at once. O(1) for each attempt.
 *
 * @throws TypeError or RangeError when an argument is not what it must be
 */
export function retrying<T>(task: TaskFunction<T>, options: RetryOptions): TaskFunction<T> {
  demand(typeof task === 'function', 'A task must be a function', task);
  const plan = checked(options);
  return (context) =>
    new Observable((subscriber) => {
      const attempts = new Attempts(context, task, plan, subscriber);
      // Known before the first one begins, which may settle the task.
      subscriber.add(() => attempts.cancel());
      attempts.begin();
    });
}

/**
 * The errors of the attempts before the one that failed with `error`, oldest first: of a task made by {@link retrying},
 * at most the latest 100. Empty for every other error, and for one that is no object, of which there is no telling
 * where it comes from. Where tasks share an error object, or one `retrying` is inside of another, it is what the one that ended last
 * says. O(1).
 *
 * ```ts
 * handle.then(show, (error) => console.error(error, 'after', earlierErrors(error)));
 * ```
 */
export function earlierErrors(error: unknown): readonly unknown[] {
  return (isObject(error) ? histories.get(error) : undefined) ?? [];
}

/** The attempts of one run of the task. */
class Attempts<T> implements AttemptOwner<T> {
  private attempt: Attempt<T> | null = null;
  /** How many attempts have failed. */
  private failures = 0;
  private readonly errors: unknown[] = [];

  constructor(
    private readonly context: TaskContext,
    private readonly task: TaskFunction<T>,
    private readonly plan: RetryPlan,
    private readonly subscriber: Subscriber<T>,
  ) {}

  begin(): void {
    this.attempt = new Attempt(this.context, this);
    this.attempt.run(this.task);
  }

  cancel(): void {
    this.attempt?.cancel();
  }

  next(value: T): void {
    this.subscriber.next(value);
  }

  failed(error: unknown): void {
    const { errors, plan } = this;
    this.failures++;
    errors.push(error);
    if (errors.length > MOST_EARLIER + 1) errors.shift();
    try {
      if (this.isOver || this.failures > plan.count || !this.asks(error)) this.fail(error);
    } catch (thrown) {
      this.fail(thrown);
    }
  }

  ended(): void {
    if (this.attempt?.hasFailed !== true) this.subscriber.complete();
    else if (!this.isOver) this.waitForNext();
  }

  crashed(error: unknown): void {
    // The handle cannot tell of it any more, but the runner can.
    if (this.isOver) throw error;
    this.fail(error);
  }

  private asks(error: unknown): boolean {
    const again: unknown = this.plan.if(error, this.failures);
    demand(typeof again === 'boolean', 'What the option if of a retry returns must be true or false', again);
    return again;
  }

  private waitForNext(): void {
    const { delay } = this.plan;
    try {
      const ms = typeof delay === 'number' ? delay : toDelay(delay(this.failures, this.errors.at(-1)));
      // Without a delay too: the loop has its turn, and a task that fails for ever can be cancelled.
      this.context.sleepThen(ms, () => {
        if (!this.isOver) this.begin();
      });
    } catch (error) {
      this.fail(error);
    }
  }

  /** A listener of the signal may fail the attempt before the task is unsubscribed from. */
  private get isOver(): boolean {
    return this.subscriber.closed || this.context.signal.aborted;
  }

  private fail(error: unknown): void {
    const { errors } = this;
    const earlier = errors.at(-1) === error ? errors.slice(0, -1) : errors;
    if (isObject(error)) histories.set(error, Object.freeze([...earlier]));
    this.subscriber.error(error);
  }
}

function checked(options: RetryOptions): RetryPlan {
  demandObject(options, 'The options of a retry must be an object with a count');
  demandOptions(options, ['count', 'delay', 'if']);
  const { count, delay = 0, if: asks = () => true } = options;
  const isCount = count === Infinity || (Number.isInteger(count) && count >= 0);
  demandNumber(isCount, 'The count of retries must be an integer, 0 or more, or Infinity', count);
  if (typeof delay !== 'function') toDelay(delay);
  demand(typeof asks === 'function', 'The option if of a retry must be a function', asks);
  return { count, delay, if: asks };
}

function toDelay(ms: number): number {
  return toDuration('The delay of a retry', ms);
}

function isObject(value: unknown): value is object {
  return Object(value) === value;
}
