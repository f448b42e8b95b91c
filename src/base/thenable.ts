/** Whether it can be awaited as a promise can. */
export function isThenable<T>(value: unknown): value is PromiseLike<T> {
  return typeof (value as Partial<PromiseLike<T>> | null | undefined)?.then === 'function';
}

/**
 * Calls one of the two when `promise` has settled: later, and once. Its own `then` is not called, since that may be anybody's
 * function, and call back twice, or at once.
 */
export function onSettling<T>(promise: PromiseLike<T>, next: (value: T) => void, fail: (error: unknown) => void): void {
  void Promise.prototype.then.call(Promise.resolve(promise), next, fail);
}
