import { delayOf } from './delay-manager.js';
import { DELAYED } from './place.js';
import { Task } from './task.js';
import type { Work } from './work.js';

/** The tasks of some work that have not begun: queued, then delayed. O(tasks of the clock) if some may be delayed. */
export function waitingIn(work: Work): Task[] {
  const queued = work.busySequences.flatMap((sequence) => [...sequence]);
  if (work.delayed === 0) return queued;
  const isDelayed = (node: unknown): node is Task => node instanceof Task && work.has(node);
  return [...queued, ...work.scheduler.delays.values().filter(isDelayed)];
}

/** The tasks of some work that have begun and are pending. O(busy sequences and tasks). */
export function pendingIn(work: Work): Task[] {
  return work.busySequences.flatMap((sequence) => [...sequence.pending()]);
}

/** Whether a task that waits does so for its turn only. In virtual time what is ready is with the delay manager too. */
export function isReady(task: Task): boolean {
  return task.place < DELAYED || delayOf(task) === 0;
}
