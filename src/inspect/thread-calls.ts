/** A call of a served task, on one of the threads of the entry `threads`. */
export interface ThreadCall {
  /** The name under which the thread serves it. */
  readonly task: string;
  /** Calls `listener` when all its code has ended, or at once if it has. */
  whenEnded(listener: () => void): void;
}

/** A listener for calls. It must not throw. */
export interface ThreadCallListener {
  /** A task makes the call, in its own code. The call may wait for a thread. */
  made(call: ThreadCall): void;
  /** The call is sent to the thread with this name. */
  sent(call: ThreadCall, thread: string): void;
}

let listeners: readonly ThreadCallListener[] = [];

/** The one hub for calls of threads, so that listeners do not depend on the threads entry. */
export const threadCalls: ThreadCallListener = {
  made(call) {
    for (const listener of listeners) listener.made(call);
  },
  sent(call, thread) {
    for (const listener of listeners) listener.sent(call, thread);
  },
};

/** Adds `listener`, until the returned function is called. */
export function listenToThreadCalls(listener: ThreadCallListener): () => void {
  listeners = [...listeners, listener];
  return () => {
    listeners = listeners.filter((other) => other !== listener);
  };
}
