import { delayOf } from './delay-manager.js';
import type { Sequence } from './sequence.js';
import { DELAYED, Task } from './task.js';
import type { Workers } from './workers.js';

/** The tasks of a sequence that have not begun: queued, then delayed. O(tasks of the clock) if some are delayed. */
export function waitingIn(sequence: Sequence): Task[] {
  const { delayed, scheduler } = sequence;
  return [
    ...sequence,
    ...(delayed > 0 ? delayedTasks(scheduler.delays.values(), (task) => task.sequence === sequence) : []),
  ];
}

/** All tasks of one pool on one clock that have not begun. O(tasks of the clock). */
export function waitingTasks(workers: Workers): Task[] {
  const queued = workers.busy.flatMap((sequence) => [...sequence]);
  const { delays } = workers.scheduler;
  return [...queued, ...delayedTasks(delays.values(), (task) => task.sequence.workers === workers)];
}

/** Whether a task that waits does so for its turn only. In virtual time what is ready is with the delay manager too. */
export function isReady(task: Task): boolean {
  return task.place < DELAYED || delayOf(task) === 0;
}

/** All tasks of one pool on one clock that have begun and are pending. O(busy sequences and tasks). */
export function pendingTasks(workers: Workers): Task[] {
  return workers.busy.flatMap((sequence) => [...sequence.pending()]);
}

function delayedTasks(nodes: readonly unknown[], isWanted: (task: Task) => boolean): Task[] {
  return nodes.filter((node): node is Task => node instanceof Task && isWanted(node));
}
