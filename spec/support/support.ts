import type { Subscription } from 'rxjs';
import { collectGarbage, inMacrotask, interceptUncaught, timers } from './platform.js';

export { collectGarbage, inMacrotask, interceptUncaught } from './platform.js';

/** Resolves in the next macrotask, when everything that has been posted has had a turn. */
export function macrotask(): Promise<void> {
  return new Promise((resolve) => inMacrotask(resolve));
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

/** The uncaught exceptions and unhandled rejections that `provoke`, and three macrotasks after it, lead to. */
export async function uncaughtDuring(provoke: () => unknown): Promise<unknown[]> {
  const uncaught: unknown[] = [];
  const restore = interceptUncaught((error) => uncaught.push(error));
  try {
    await provoke();
    for (let i = 0; i < 3; i++) await macrotask();
    await timers();
  } finally {
    restore();
  }
  return uncaught;
}

/** How many entries a subscription keeps for its teardown. RxJS has no public way to ask. */
export function finalizerCount(subscription: Subscription): number {
  return (subscription as unknown as { _finalizers: unknown[] | null })._finalizers?.length ?? 0;
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
