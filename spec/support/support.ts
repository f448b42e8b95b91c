import type { Subscription } from 'rxjs';

/** Resolves in the next macrotask, when everything that has been posted has had a turn. */
export function macrotask(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Resolves when all that has been posted has had its turn, which is not always in the next macrotask. */
export async function turns(): Promise<void> {
  for (let i = 0; i < 8; i++) await macrotask();
}

/** Lets the continuations that are under way come, under fake timers too. */
export async function microtasks(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

/** What `promise` rejects with; it must. */
export async function rejectionOf(promise: PromiseLike<unknown>): Promise<Error & { cause?: unknown }> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error(`It did not reject but gave ${String(value)}.`);
}

/** What `call` throws; it must. */
export function errorOf(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('It did not throw.');
}

/** A promise, and the means to settle it. */
export interface Gate<T> {
  readonly promise: Promise<T>;
  open(value: T): void;
  fail(error: unknown): void;
}

export function gate<T = void>(): Gate<T> {
  let open!: (value: T) => void;
  let fail!: (error: unknown) => void;
  const promise = new Promise<T>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { promise, open, fail };
}

/**
 * The uncaught exceptions and unhandled rejections that `provoke`, and two macrotasks after it, lead to. Mocha's own
 * listeners step aside meanwhile.
 */
export async function uncaughtDuring(provoke: () => unknown): Promise<unknown[]> {
  const uncaught: unknown[] = [];
  const collect = (error: unknown): void => {
    uncaught.push(error);
  };
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const restore = events.map((event) => {
    const listeners = process.listeners(event as 'uncaughtException');
    process.removeAllListeners(event);
    process.on(event, collect);
    return () => {
      process.removeAllListeners(event);
      for (const listener of listeners) process.on(event as 'uncaughtException', listener);
    };
  });
  try {
    await provoke();
    await macrotask();
    await macrotask();
    await macrotask();
  } finally {
    for (const undo of restore) undo();
  }
  return uncaught;
}

/** How many entries a subscription keeps for its teardown. RxJS has no public way to ask. */
export function finalizerCount(subscription: Subscription): number {
  return (subscription as unknown as { _finalizers: unknown[] | null })._finalizers?.length ?? 0;
}

export function collectGarbage(): void {
  if (global.gc === undefined) throw new Error('These specs need --expose-gc.');
  global.gc();
}

/** Whether all of `references` are collected, within a few collections in macrotasks of their own. */
export async function areCollected(references: readonly WeakRef<object>[]): Promise<boolean> {
  for (let i = 0; i < 20; i++) {
    await macrotask();
    collectGarbage();
    if (references.every((reference) => reference.deref() === undefined)) return true;
  }
  return false;
}
