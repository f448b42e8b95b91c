import { isObservable, type Observable } from 'rxjs';
import { TaskDeadlockError } from '../base/errors.js';
import { innerSubscriber, subscribeTo } from '../base/inner-subscriber.js';
import { isThenable, onSettling } from '../base/thenable.js';
import type { TaskHandle } from '../types.js';
import type { PostedTask } from './posted-task.js';
import type { SequenceOwner } from './sequence.js';
import { Task } from './task.js';

/** Follows what a task's function has returned; `true` when that is pending. */
export function follow<T>(task: PostedTask<T>, result: unknown): boolean {
  if (typeof result === 'object' && result !== null) {
    if (isObservable(result)) return followValues(task, result as Observable<T>);
    if (isThenable<T>(result)) return awaitPromise(task, result);
    assertNoGenerator(task, result);
  } else if (isThenable<T>(result)) {
    return awaitPromise(task, result);
  }
  task.succeed(result);
  return false;
}

/**
 * @param verb what `task` does with it, for the message
 * @throws TaskDeadlockError when `other` is the handle of a task that cannot end before `task`, which runs
 */
export function assertNotBehind(other: unknown, task: PostedTask<unknown>, verb: string): void {
  if (!isHandle(other) || !isBehind(other, task)) return;
  const what = `${task.describe()} ${verb} the handle of ${nameOf(other)}, which cannot end before it`;
  throw new TaskDeadlockError(`A task may not wait for itself: ${what}.`);
}

/**
 * Holds `task` until `promise` settles, and gives it the result.
 *
 * @throws TaskDeadlockError when the promise is the handle of a task that cannot end before this one
 */
function awaitPromise<T>(task: PostedTask<T>, promise: PromiseLike<T>): boolean {
  assertNotBehind(promise, task, 'returned');
  onSettling(
    promise,
    (value) => {
      task.succeed(value);
      task.end();
    },
    (error) => {
      task.fail(error);
      task.end();
    },
  );
  return true;
}

/** Holds `task` until `observable` ends; its last value is the result. */
function followValues<T>(task: PostedTask<T>, observable: Observable<T>): boolean {
  if (task.closed) return false;
  let last: T | undefined;
  let hasEnded = false as boolean;
  const inner = innerSubscriber<T>({
    next: (value) => {
      last = value;
      // Settled by its own observable: cancelled by it, perhaps.
      if (task.closed) inner.unsubscribe();
    },
    error: (error: unknown) => {
      hasEnded = true;
      task.fail(error);
    },
    complete: () => {
      hasEnded = true;
      task.succeed(last);
    },
  });
  subscribeTo(observable, inner);
  if (hasEnded || task.state !== 'running') {
    inner.unsubscribe();
    return false;
  }
  task.stopping.follow(inner);
  return true;
}

/**
 * A generator that nobody runs would be a result that nobody wants.
 *
 * @throws TypeError when `result` is one
 */
export function assertNoGenerator(task: PostedTask<unknown>, result: unknown): void {
  const kind = (result as Partial<Record<typeof Symbol.toStringTag, unknown>> | null | undefined)?.[Symbol.toStringTag];
  if (kind === 'Generator') {
    throw new TypeError(`A task may be a generator only when it is wrapped by steps(): ${task.describe()}.`);
  }
  if (kind === 'AsyncGenerator') {
    const advice = 'use an async function with context.yield(), or steps() with a plain generator';
    throw new TypeError(`A task may not be an async generator; ${advice}: ${task.describe()}.`);
  }
}

function isHandle(value: unknown): value is TaskHandle<unknown> {
  return typeof (value as Partial<TaskHandle<unknown>> | null | undefined)?.whenSettled === 'function';
}

/** Whether `other` cannot begin before `task`, which runs, has ended. */
function isBehind(other: TaskHandle<unknown>, task: PostedTask<unknown>): boolean {
  if ((other as unknown) === task) return true;
  const { standsFor } = other;
  if (standsFor !== null && (standsFor as unknown) !== undefined && isBehind(standsFor, task)) return true;
  const { sequence } = task;
  if (sequence.limit > 1 || other.closed) return false;
  // A reply is posted only when its task has ended: then it is too late to tell.
  const { settlesOn } = other as { readonly settlesOn?: unknown };
  if (settlesOn !== undefined && settlesOn !== null) return sequence.owner.isSame(settlesOn as SequenceOwner);
  return other instanceof Task && other.sequence === sequence;
}

function nameOf(handle: TaskHandle<unknown>): string {
  return handle instanceof Task ? handle.describe() : String(handle);
}
