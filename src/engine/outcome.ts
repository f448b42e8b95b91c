import type { Observable } from 'rxjs';
import { TaskDeadlockError } from '../base/errors.js';
import type { PostedTask } from './posted-task.js';
import { SettlingTask } from './settling-task.js';

/**
 * Holds `task` until `promise` settles, and gives it the result.
 *
 * @throws TaskDeadlockError when the promise is the handle of a task that cannot end before this one
 */
export function awaitPromise<T>(task: PostedTask<T>, promise: PromiseLike<T>): boolean {
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
export function subscribeTo<T>(task: PostedTask<T>, observable: Observable<T>): boolean {
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

/**
 * Goes on with a generator, until it is done or the task should yield; each of its steps is a point where it may.
 *
 * @param isPending whether the task has yielded before, and so holds a worker
 */
export function advance<T>(task: PostedTask<T>, steps: Iterator<unknown, T>, isPending: boolean): boolean {
  const { workers } = task.sequence;
  let hasYielded = false as boolean;
  try {
    while (!task.closed && !hasYielded) {
      const step = steps.next();
      if (step.done === true) {
        task.succeed(step.value);
        break;
      }
      demandNoPromise(step.value, task);
      hasYielded = task.state === 'running' && task.shouldYield;
    }
  } finally {
    if (!hasYielded) {
      // Cancelled, or failed by what it yielded, it may still have something to clean up; else this does nothing.
      steps.return?.();
      if (isPending) {
        workers.release(task);
        workers.admitNext();
      }
    }
  }
  if (hasYielded) task.giveWayWith(steps);
  return hasYielded;
}

export function isThenable<T>(value: unknown): value is PromiseLike<T> {
  return typeof (value as Partial<PromiseLike<T>> | null | undefined)?.then === 'function';
}

function demandNoPromise(value: unknown, task: PostedTask<unknown>): void {
  if (!isThenable(value)) return;
  const advice = 'nobody would await it; use an async function with context.yield()';
  throw new TypeError(`A generator task may not yield a promise, for ${advice}: ${task.describe()}.`);
}

/** Whether `other` cannot begin before `task`, which runs, has ended. */
function isBehind(other: SettlingTask<unknown>, task: SettlingTask<unknown>): boolean {
  if (other === task) return true;
  if (other.origin !== null && isBehind(other.origin, task)) return true;
  return !other.closed && other.sequence === task.sequence && task.sequence.limit === 1;
}
