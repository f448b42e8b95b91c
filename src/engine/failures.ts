import type { Clock } from '../host/host.js';
import type { TaskErrorInfo } from './admission.js';
import { postedFrom } from './posted-from.js';
import type { Task } from './task.js';
import type { TaskRunner } from './task-runner.js';
import { PRIORITIES } from './traits.js';

/** The error of a task whom nobody awaits, on its way to its pool's handler or to the host. */
export interface Failure {
  readonly task: Task;
  readonly error: unknown;
}

/**
 * Gives a failure to its pool's `onTaskError`; where there is none, throws it, and so must be called from the host.
 * A handler that throws loses nothing: both errors are thrown together.
 */
export function deliver({ task, error }: Failure): void {
  const { onTaskError } = task.sequence.workers.admission;
  if (onTaskError === null) throw error;
  try {
    onTaskError(error, infoOf(task));
  } catch (second) {
    throw new AggregateError([error, second], 'onTaskError threw when it was given the error of a task.', {
      cause: second,
    });
  }
}

function infoOf(task: Task): TaskErrorInfo {
  const { traits, sequence } = task;
  return {
    name: task.displayName,
    traits,
    runner: sequence.owner as unknown as TaskRunner,
    priority: PRIORITIES[task.currentLane]!,
    waitTime: task.waitTime,
    runTime: task.runTime,
    postedFrom: postedFrom(task),
  };
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
