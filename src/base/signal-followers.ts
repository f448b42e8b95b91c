/**
 * All that follows one `AbortSignal`, behind one listener: a runtime takes a listener off a signal in O(n), warns of more
 * than ten, and a signal may be that of many thousands of tasks. Joining and leaving are O(1).
 */
class SignalFollowers {
  private readonly callbacks = new Set<() => void>();

  constructor(private readonly signal: AbortSignal) {
    signal.addEventListener('abort', this.tell);
  }

  add(callback: () => void): void {
    this.callbacks.add(callback);
  }

  /** With the last one nothing is left on the signal. */
  remove(callback: () => void): void {
    const { callbacks, signal } = this;
    if (!callbacks.delete(callback) || callbacks.size > 0) return;
    signal.removeEventListener('abort', this.tell);
    followers.delete(signal);
  }

  /** In the order in which they came. One that throws does not spare the others: what they throw is uncaught. */
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
 * Calls `callback` when `signal`, which has not aborted yet, aborts; until the function that this returns is called, which
 * may be done more than once.
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
