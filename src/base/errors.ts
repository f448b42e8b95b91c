/** Why a task was refused: its runner or pool is shut down or cleared, its queue is full, or it did not begin in time. */
export type RejectionReason = 'shutdown' | 'cleared' | 'full' | 'timeout';

/**
 * A task was refused, or dropped before it began. `postTask` gives it through the handle; `schedule` throws it, which
 * RxJS turns into an `error` notification, so that a stream ends loudly instead of hanging.
 */
export class TaskRejectedError extends Error {
  override readonly name = 'TaskRejectedError';

  constructor(
    readonly reason: RejectionReason,
    message: string,
  ) {
    super(message);
  }
}

/**
 * A task was cancelled before it had a result. Named `AbortError`, as everything on the web that an `AbortSignal`
 * ends; `cause` is the reason that was given to `cancel` or to the signal.
 */
export class TaskCancelledError extends Error {
  override readonly name = 'AbortError';

  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
  }
}

/** A task has run for longer than its time limit. Named as the error of `AbortSignal.timeout()`. */
export class TaskTimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/** A task would wait for a task behind it in its own sequence, that is, for itself. */
export class TaskDeadlockError extends Error {
  override readonly name = 'TaskDeadlockError';
}

/** Something that belongs to one sequence was used from another, or from none. */
export class SequenceViolationError extends Error {
  override readonly name = 'SequenceViolationError';
}

/**
 * Asserts what must hold of an argument. `rule` is a sentence that names what it is and what it must be.
 *
 * @throws TypeError with the rule and the value
 */
export function demand(holds: boolean, rule: string, value: unknown): asserts holds {
  if (!holds) throw new TypeError(`${rule}; got ${show(value)}.`);
}

/**
 * The same for what must be a number.
 *
 * @throws RangeError when it is another number, TypeError when it is none
 */
export function demandNumber(holds: boolean, rule: string, value: unknown): asserts holds {
  if (!holds && typeof value === 'number') throw new RangeError(`${rule}; got ${value}.`);
  demand(holds, rule, value);
}

/** @throws RangeError or TypeError when `value` is not a number of milliseconds, 0 or more */
export function toDuration(name: string, value: number): number {
  const isTime = typeof value === 'number' && value >= 0;
  demandNumber(isTime, `${name} must be a number of milliseconds, 0 or more, or Infinity`, value);
  return value;
}

/**
 * @param known the names of all of them: an option that is misspelt would be ignored in silence. Left out where options are
 *   passed on, and at each post, whose time counts
 * @throws TypeError when `options` is neither left out nor an object, or has one of another name
 */
export function demandOptions<O extends object>(options: O | undefined, known?: readonly (keyof O & string)[]): void {
  const given: unknown = options;
  if (given === undefined) return;
  demand(typeof given === 'object' && given !== null, 'Options must be an object', given);
  if (known === undefined) return;
  const names: readonly string[] = known;
  for (const name of Object.keys(given)) {
    demand(names.includes(name), `An option here is one of ${names.join(', ')}`, name);
  }
}

/** @throws TypeError when `signal` is neither left out nor an `AbortSignal` */
export function demandSignal(signal: AbortSignal | undefined): void {
  const { addEventListener, removeEventListener } = (signal ?? {}) as Partial<AbortSignal>;
  const isSignal =
    signal === undefined || (typeof addEventListener === 'function' && typeof removeEventListener === 'function');
  demand(isSignal, 'The option signal must be an AbortSignal', signal);
}

/** Whether it may be a count: a positive integer, or `Infinity`. */
export function isCount(value: number): boolean {
  return value === Infinity || (Number.isInteger(value) && value > 0);
}

/** `value` as it should stand in the message of an error: quoted when it is text, never throwing. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return 'a function';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
