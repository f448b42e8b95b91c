import { Observable, type Subscriber } from 'rxjs';
import { demand, demandNumber, demandObject, demandOptions, toDuration } from '../base/demand.js';
import { Attempt, type AttemptOwner } from '../kernel/attempt.js';
import type { TaskContext, TaskFunction } from '../types.js';

/** Returns how long to wait before a retry, in milliseconds. `exponentialDelay` makes such a function. */
export type RetryDelay = (attempt: number, error: unknown) => number;

/** Options of {@link retrying}: how often, when, and after which errors. */
export interface RetryOptions {
  /** The maximum number of retries: an integer, 0 or more, or `Infinity`. With 2 the task runs at most three times. */
  readonly count: number;
  /**
   * Milliseconds from the end of an attempt to the start of the next, 0 or more, or a function that returns them. `attempt`
   * is 1 before the first retry, and `error` is the error of the failed attempt. Defaults to 0.
   */
  readonly delay?: number | RetryDelay | undefined;
  /**
   * Whether to retry after `error`. `attempt` is the number of the retry, from 1 on. Called as soon as an attempt has
   * failed, unless it was the last. By default every error is retried.
   */
  readonly if?: ((error: unknown, attempt: number) => boolean) | undefined;
}

/** The same, checked and complete. */
type RetryPlan = { readonly [K in keyof RetryOptions]-?: NonNullable<RetryOptions[K]> };

/** A list without a limit would be a leak while a server is down. */
const MOST_EARLIER = 100;

/** The errors of earlier attempts, by the error of the last one. They are stored here, because an error may be frozen. */
const histories = /* @__PURE__ */ new WeakMap<object, readonly unknown[]>();

/**
 * Makes a task that retries `task` when it fails: it has thrown, its promise has rejected, its observable has failed, or
 * its context was aborted. The handle rejects with the error object of the last attempt.
 *
 * - Each attempt has its own context: `abort` fails only this attempt, `signal` aborts when the attempt is aborted or the
 *   task is cancelled, and alarms end with the attempt. So `retrying(timeLimit(500, load), { count: 3 })` limits each
 *   attempt, and `timeLimit(5_000, retrying(load, { count: 3 }))` limits all of them.
 * - The next attempt waits until the code of the previous one has ended: its promise has settled, or its observable is
 *   unsubscribed. This includes attempts that ignore their signal, unless a time limit lets them go.
 * - Between two attempts the task sleeps: it keeps its sequence, but gives its worker back. A shutdown that waits for the
 *   task waits for all attempts.
 * - There are no further attempts once the task is cancelled or exceeds a time limit around all attempts.
 * - If the task returns an observable, all values are emitted as they come, even those of an attempt that fails later, as
 *   with RxJS's `retry`. The result is the last value.
 * - It creates no promises of its own, so it is exact in virtual time.
 *
 * ```ts
 * const delay = exponentialDelay(200, { max: 5_000, jitter: 1 });
 * await io.postTask(retrying(({ signal }) => load(signal), { count: 4, delay, if: isTemporary }));
 * ```
 *
 * If `delay` or `if` throws or returns an invalid value, the task fails with that error. A task that returns something that
 * no task may return (a generator, the handle of a task behind it) fails at once. O(1) per attempt.
 *
 * @throws TypeError or RangeError when an argument is invalid
 */
export function retrying<T>(task: TaskFunction<T>, options: RetryOptions): TaskFunction<T> {
  demand(typeof task === 'function', 'A task must be a function', task);
  const plan = checked(options);
  return (context) =>
    new Observable((subscriber) => {
      const attempts = new Attempts(context, task, plan, subscriber);
      // Set before the first attempt begins, because that may settle the task.
      subscriber.add(() => attempts.cancel());
      attempts.begin();
    });
}

/**
 * Returns the errors of the earlier attempts of a {@link retrying} task that failed with `error`, oldest first: at most the
 * latest 100. Empty for any other error, and for errors that are not objects, because those cannot be told apart. If
 * several tasks fail with the same error object, or `retrying` is nested, the task that ended last decides. O(1).
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
    // The handle has settled, so the error goes to the runner.
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
      // Even without a delay, the loop gets a turn, so that a task that always fails can be cancelled.
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
