/** A thread has gone while a task ran on it: it has exited, or failed with an uncaught error, which is the `cause`. */
export class ThreadCrashedError extends Error {
  override readonly name = 'ThreadCrashedError';
}

/** Nothing runs on these threads any more: they were shut down, or have crashed too often, of which `cause` tells. */
export class ThreadsEndedError extends Error {
  override readonly name = 'ThreadsEndedError';
}
