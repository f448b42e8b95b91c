import { currentTask } from './current.js';
import type { Sequence } from './sequence.js';
import type { Task } from './task.js';
import type { Workers } from './workers.js';

/**
 * All tasks of one pool on one clock that have not begun: delayed, or queued in a sequence that is ready, waits for a
 * worker, or is held by a task or a barrier that is running. O(tasks of the clock), for shutdowns.
 */
export function waitingTasks(workers: Workers): Task[] {
  const { scheduler } = workers;
  const sequences = new Set<Sequence>(scheduler.readySequences());
  for (const sequence of workers.waiting) sequences.add(sequence);
  for (const sequence of workers.barred) sequences.add(sequence);
  for (const task of workers.pending.keys()) sequences.add(task.sequence);
  const running = currentTask();
  if (running !== null) sequences.add(running.sequence);

  const tasks = [...scheduler.delayedTasks()].filter((task) => task.sequence.workers === workers);
  for (const sequence of sequences) {
    if (sequence.workers !== workers) continue;
    for (const task of sequence) tasks.push(task);
  }
  return tasks;
}
