import type { Clock } from '../host/host.js';
import type { TaskErrorInfo } from '../types.js';
import type { Task } from './task.js';
import { PRIORITIES } from './traits.js';

/** The error of a task whom nobody awaits, on its way to its pool's handler or to the host. */
export interface Failure {
  readonly task: Task;
  readonly error: unknown;
}

/** Hooks that other layers install: `inspect/posted-from`, `virtual/surroundings`. */
export const failureHooks = {
  /** `file:line` where it was posted. */
  postedFrom: (_task: Task): string | undefined => undefined,
  /** Throws the error of a task from a callback of the host. */
  throwFor: (_task: Task, error: unknown): void => {
    throw error;
  },
};

/**
 * Gives a failure to its pool's `onTaskError`; where there is none, throws it, and so must be called from the host.
 * A handler that throws loses nothing: both errors are thrown together.
 */
export function deliver({ task, error }: Failure): void {
  const { onTaskError } = task.sequence.workers.admission;
  if (onTaskError === null) {
    failureHooks.throwFor(task, named(error, task));
    return;
  }
  try {
    onTaskError(error, infoOf(task));
  } catch (second) {
    throw new AggregateError([error, second], 'onTaskError threw when it was given the error of a task.', {
      cause: second,
    });
  }
}

/** Delivers several from one host callback: what follows one that throws comes in a callback of its own. */
export function deliverAll(failures: readonly Failure[], clock: Clock): void {
  failures.forEach((failure, index) => {
    if (index > 0) {
      clock.later(() => {
        deliver(failure);
      });
    }
  });
  if (failures[0] !== undefined) deliver(failures[0]);
}

function infoOf(task: Task): TaskErrorInfo {
  const { traits, sequence, times } = task;
  return {
    name: task.displayName,
    traits,
    runner: sequence.owner,
    priority: PRIORITIES[task.currentLane]!,
    waitTime: times?.waitTime,
    runTime: times?.runTime,
    postedFrom: failureHooks.postedFrom(task),
  };
}

/** The error, whose stack, which is what an uncaught one shows, says of which task it is. */
function named(error: unknown, task: Task): unknown {
  if (!(error instanceof Error)) return error;
  try {
    const postedFrom = failureHooks.postedFrom(task);
    error.stack = `${error.stack}\n    in ${task.describe()}${postedFrom === undefined ? '' : `, posted at ${postedFrom}`}`;
  } catch {
    // A frozen error has to do without.
  }
  return error;
}
