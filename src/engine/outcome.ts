import { isObservable, type Observable } from 'rxjs';
import { TaskDeadlockError } from '../base/errors.js';
import type { PostedTask } from './posted-task.js';
import { SettlingTask } from './settling-task.js';

/**
 * Holds `task` until `promise` settles, and gives it the result.
 *
 * @throws TaskDeadlockError when the promise is the handle of a task that cannot end before this one
 */
function awaitPromise<T>(task: PostedTask<T>, promise: PromiseLike<T>): boolean {
  if (promise instanceof SettlingTask && isBehind(promise, task)) {
    const what = `${task.describe()} returned the handle of ${promise.describe()}, which cannot end before it`;
    throw new TaskDeadlockError(`A task may not wait for itself: ${what}.`);
  }
  // Not `.then` of its own, which may be anybody's function, and call back twice, or at once.
  void Promise.prototype.then.call(
    Promise.resolve(promise),
    (value: T) => {
      task.succeed(value);
      task.sequence.scheduler.finish(task);
    },
    (error: unknown) => {
      task.fail(error);
      task.sequence.scheduler.finish(task);
    },
  );
  return true;
}

/** Holds `task` until `observable` ends; its last value is the result. */
function subscribeTo<T>(task: PostedTask<T>, observable: Observable<T>): boolean {
  if (task.closed) return false;
  let last: T | undefined;
  let hasEnded = false as boolean;
  const inner = observable.subscribe({
    next: (value) => {
      last = value;
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
  // Settled by its own observable: cancelled by it, perhaps, while there was nothing yet to unsubscribe.
  if (hasEnded || task.state !== 'running') {
    inner.unsubscribe();
    return false;
  }
  task.more.inner = inner;
  inner.add(() => {
    task.more.inner = null;
    task.sequence.scheduler.finish(task);
  });
  return true;
}

/** The generator that a task's function has returned, if it is one; `null` for every other result. */
export function toSteps<T>(result: unknown, task: PostedTask<T>): Iterator<unknown, T> | null {
  const kind = (result as Partial<Record<typeof Symbol.toStringTag, unknown>> | null | undefined)?.[Symbol.toStringTag];
  if (kind === 'AsyncGenerator') {
    const advice = 'use an async function with context.yield(), or a function*';
    throw new TypeError(
      `A task may not be an async generator, which nobody would iterate; ${advice}: ${task.describe()}.`,
    );
  }
  return kind === 'Generator' ? (result as Iterator<unknown, T>) : null;
}

/** Follows what a task's code has returned; `true` when that is pending. */
export function follow<T>(task: PostedTask<T>, result: unknown): boolean {
  if (isObservable(result)) return subscribeTo(task, result as Observable<T>);
  if (isThenable<T>(result)) return awaitPromise(task, result);
  const steps = toSteps(result, task);
  if (steps !== null) return goOn(task, steps);
  task.succeed(result);
  return false;
}

/** Goes on with a generator that has yielded, and so holds a worker; `true` when it is pending again. */
export function resume(task: PostedTask<unknown>, steps: Iterator<unknown>): boolean {
  let isPending = false;
  try {
    isPending = goOn(task, steps);
  } finally {
    if (!isPending) {
      const { workers } = task.sequence;
      workers.release(task);
      workers.admitNext();
    }
  }
  return isPending;
}

/** Runs a generator until it is done or the task should yield; each of its steps is a point where it may. */
function goOn(task: PostedTask<unknown>, steps: Iterator<unknown>): boolean {
  while (!task.closed) {
    const step = steps.next();
    if (step.done === true) return follow(task, step.value);
    if (isThenable(step.value)) {
      task.fail(yieldedPromise(task));
    } else if (task.state === 'running' && task.shouldYield) {
      task.giveWayWith(steps);
      return true;
    }
  }
  return cleanUp(task, steps);
}

/**
 * The task is cancelled, or has failed by what it yielded: its `finally` blocks run to their end. They may yield; the loop
 * goes on with something else then, as between any two steps.
 */
function cleanUp(task: PostedTask<unknown>, steps: Iterator<unknown>): boolean {
  try {
    const step = steps.return?.();
    if (step?.done !== false) return isThenable(step?.value) && awaitPromise(task, step.value);
    // It is told to return once only, or it would leave its `finally` block.
    task.giveWayWith({ next: () => steps.next(), return: () => steps.next() });
    return true;
  } catch (error) {
    // The handle has told of something else.
    task.sequence.scheduler.fail(task, error);
    return false;
  }
}

export function isThenable<T>(value: unknown): value is PromiseLike<T> {
  return typeof (value as Partial<PromiseLike<T>> | null | undefined)?.then === 'function';
}

function yieldedPromise(task: PostedTask<unknown>): TypeError {
  const advice = 'nobody would await it; return it, or use an async function with context.yield()';
  return new TypeError(`A generator task may not yield a promise, for ${advice}: ${task.describe()}.`);
}

/** Whether `other` cannot begin before `task`, which runs, has ended. */
function isBehind(other: SettlingTask<unknown>, task: SettlingTask<unknown>): boolean {
  if (other === task) return true;
  if (other.origin !== null && isBehind(other.origin, task)) return true;
  return !other.closed && other.sequence === task.sequence && task.sequence.limit === 1;
}
