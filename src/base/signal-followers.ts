/**
 * All followers of one `AbortSignal`, behind a single listener. Runtimes remove a listener from a signal in O(n), and warn
 * of more than ten, but thousands of tasks may share a signal. Joining and leaving are O(1).
 */
class SignalFollowers {
  private readonly callbacks = new Set<() => void>();

  constructor(private readonly signal: AbortSignal) {
    signal.addEventListener('abort', this.tell);
  }

  add(callback: () => void): void {
    this.callbacks.add(callback);
  }

  /** When the last one leaves, the listener is removed from the signal. */
  remove(callback: () => void): void {
    const { callbacks, signal } = this;
    if (!callbacks.delete(callback) || callbacks.size > 0) return;
    signal.removeEventListener('abort', this.tell);
    followers.delete(signal);
  }

  /** In the order in which they joined. An error of one does not stop the others, and is reported as uncaught. */
  private readonly tell = (): void => {
    const errors: unknown[] = [];
    for (const callback of this.callbacks) {
      this.remove(callback);
      try {
        callback();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 1)
      throw new AggregateError(errors, 'Several listeners of an AbortSignal threw when it aborted.');
    if (errors.length === 1) throw errors[0];
  };
}

const followers = /* @__PURE__ */ new WeakMap<AbortSignal, SignalFollowers>();

/**
 * Calls `callback` when `signal`, which must not have aborted yet, aborts, unless the returned function is called before.
 * That function may be called more than once.
 */
export function followSignal(signal: AbortSignal, callback: () => void): () => void {
  let all = followers.get(signal);
  if (all === undefined) followers.set(signal, (all = new SignalFollowers(signal)));
  const joined = all;
  joined.add(callback);
  return () => {
    joined.remove(callback);
  };
}
