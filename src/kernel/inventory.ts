import { delayOf } from './delay-manager.js';
import { DELAYED } from './place.js';
import { Task } from './task.js';
import type { Work } from './work.js';

/** The tasks of `work` that have not begun: queued, then delayed. O(tasks of the clock) if some may be delayed. */
export function waitingIn(work: Work): Task[] {
  const queued = work.busySequences.flatMap((sequence) => [...sequence]);
  if (work.delayed === 0) return queued;
  const isDelayed = (node: unknown): node is Task => node instanceof Task && work.has(node);
  return [...queued, ...work.scheduler.delays.values().filter(isDelayed)];
}

/** The tasks of `work` that have begun and are pending. O(busy sequences and tasks). */
export function pendingIn(work: Work): Task[] {
  return work.busySequences.flatMap((sequence) => [...sequence.pending()]);
}

/** Whether a waiting task only waits for its turn. In virtual time ready tasks are in the delay manager too. */
export function isReady(task: Task): boolean {
  return task.place < DELAYED || delayOf(task) === 0;
}
