import type { SequenceOwner } from './sequence.js';
import type { Task } from './task.js';

/** Runs a task inside a context of its own, such as that of an `AsyncLocalStorage`. Calls `task.run()` once. */
export type AroundRun = (task: Task) => boolean;

let current: Task | null = null;
let around: AroundRun | null = null;

/**
 * Calls the user's code of `task`: the one place that does, in the one try/catch. `true` when the task is pending
 * afterwards.
 */
export function runTask(task: Task): boolean {
  // Nested when a task calls `testScheduler.run()`, or lets fake timers tick.
  const outer = current;
  current = task;
  try {
    return around === null ? task.run() : around(task);
  } catch (error) {
    task.fail(error);
    return false;
  } finally {
    current = outer;
  }
}

/** The task whose synchronous part is running now; null between tasks, and after an `await`. */
export function currentTask(): Task | null {
  return current;
}

/** Whom the task that is running now belongs to. */
export function currentOwner(): SequenceOwner | null {
  return current === null ? null : current.sequence.owner;
}

/** From now on every task runs inside `aroundRun`. Null, and free, unless somebody asks for it. */
export function runTasksInside(aroundRun: AroundRun): void {
  around = aroundRun;
}
