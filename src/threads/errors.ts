/**
 * A thread crashed while a task ran on it: it has exited, or failed with an uncaught error, which is the `cause`.
 *
 * ```ts
 * const ifCrashed = (error: unknown) => error instanceof ThreadCrashedError;
 * pool.postTask(retrying(threads.tasks.hash(buffer), { count: 1, if: ifCrashed })); // once more, on another thread
 * ```
 */
export class ThreadCrashedError extends Error {
  override readonly name = 'ThreadCrashedError';
}

/**
 * The threads have ended: they were shut down, or have crashed too often. In that case `cause` has the reason.
 *
 * ```ts
 * pool.postTask(threads.tasks.hash(buffer)).then(show, (error) => {
 *   if (error instanceof ThreadsEndedError) console.error('There are no threads any more.', error.cause);
 * });
 * ```
 */
export class ThreadsEndedError extends Error {
  override readonly name = 'ThreadsEndedError';
}
