/** Whether it can be awaited as a promise can. */
export function isThenable<T>(value: unknown): value is PromiseLike<T> {
  return typeof (value as Partial<PromiseLike<T>> | null | undefined)?.then === 'function';
}

/**
 * Calls `next` or `fail` when `promise` has settled: asynchronously, and once. It does not call the `then` of a promise, which
 * may be any function, and may call back twice or synchronously.
 */
export function onSettling<T>(promise: PromiseLike<T>, next: (value: T) => void, fail: (error: unknown) => void): void {
  void Promise.prototype.then.call(Promise.resolve(promise), next, fail);
}
