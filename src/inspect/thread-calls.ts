/** A call of a served task, on one of the threads of the entry `threads`. */
export interface ThreadCall {
  /** The name under which the thread serves it. */
  readonly task: string;
  /** Calls `listener` when none of its code is left to run: at once if that is so. */
  whenEnded(listener: () => void): void;
}

/** Whoever follows calls. It must not throw. */
export interface ThreadCallListener {
  /** A task makes the call, in its own code. It may wait for a thread. */
  made(call: ThreadCall): void;
  /** It is sent to the thread of this name. */
  sent(call: ThreadCall, thread: string): void;
}

let listeners: readonly ThreadCallListener[] = [];

/** The one place where calls of threads are told, so that who follows them needs to know nothing else of threads. */
export const threadCalls: ThreadCallListener = {
  made(call) {
    for (const listener of listeners) listener.made(call);
  },
  sent(call, thread) {
    for (const listener of listeners) listener.sent(call, thread);
  },
};

/** From now on `listener` is told of calls, until the function that this returns is called. */
export function listenToThreadCalls(listener: ThreadCallListener): () => void {
  listeners = [...listeners, listener];
  return () => {
    listeners = listeners.filter((other) => other !== listener);
  };
}
