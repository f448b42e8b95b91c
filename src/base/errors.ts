/** Why a task was refused: its runner or pool is shut down or cleared, its queue is full, or it did not begin in time. */
export type RejectionReason = 'shutdown' | 'cleared' | 'full' | 'timeout';

/**
 * A task was refused, or dropped before it began. `postTask` gives it through the handle; `schedule` throws it, which
 * RxJS turns into an `error` notification, so that a stream ends loudly instead of hanging.
 *
 * ```ts
 * const entry = log.postTask(write);
 * entry.then(undefined, (error) => {
 *   if (error instanceof TaskRejectedError && error.reason === 'full') console.warn('The log is slow.');
 * });
 * ```
 */
export class TaskRejectedError extends Error {
  override readonly name = 'TaskRejectedError';

  constructor(
    /** Why it was refused. */
    readonly reason: RejectionReason,
    message: string,
  ) {
    super(message);
  }
}

/**
 * A task was cancelled before it had a result. Named `AbortError`, as everything on the web that an `AbortSignal`
 * ends; `cause` is the reason that was given to `cancel` or to the signal.
 *
 * ```ts
 * const loading = io.postTask(({ signal }) => load(signal));
 * loading.then(show, (error) => {
 *   if (!(error instanceof TaskCancelledError)) throw error;
 * });
 * loading.cancel('not needed any more');
 * ```
 */
export class TaskCancelledError extends Error {
  override readonly name = 'AbortError';

  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
  }
}

/**
 * Something took longer than it may: a task, code that was told to stop, or the wait of `whenIdle`. Named as the error of
 * `AbortSignal.timeout()`.
 *
 * ```ts
 * const isTemporary = (error: unknown) => error instanceof TaskTimeoutError;
 * io.postTask(retrying(timeLimit(500, ({ signal }) => load(signal)), { count: 2, if: isTemporary }));
 * ```
 */
export class TaskTimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/**
 * A task would wait for a task behind it in its own sequence, that is, for itself.
 *
 * ```ts
 * account.postTask(() => account.postTask(write)); // rejects: the inner task begins when the outer one has ended
 * ```
 */
export class TaskDeadlockError extends Error {
  override readonly name = 'TaskDeadlockError';
}

/**
 * Something that belongs to one sequence was used from another, or from none. A {@link SequenceChecker} throws it.
 *
 * ```ts
 * const checker = new SequenceChecker();
 * account.postTask(() => checker.assertCalledOnValidSequence()); // from now on the checker belongs to this sequence
 * ui.postTask(() => checker.assertCalledOnValidSequence()); // fails with a SequenceViolationError
 * ```
 */
export class SequenceViolationError extends Error {
  override readonly name = 'SequenceViolationError';
}
