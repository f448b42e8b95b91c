import { waitingIn } from '../kernel/inventory.js';
import { PostedTask } from '../kernel/posted-task.js';
import { ownerOf, type RunnerOrKeys } from '../runners/owner-of.js';
import { schedulerInForce } from '../virtual/in-force.js';

/**
 * Drops the posted tasks that wait, queued or delayed: of a runner, of a pool with all its runners, or of all keys. The
 * runner goes on.
 *
 * - The handle of each rejects with a `TaskRejectedError` whose `reason` is `'cleared'`, and it is counted as dropped. A task
 *   that repeats, and waits for its next run, ends so.
 * - What has begun goes on. Actions of streams stay, since a stream that loses its `complete` hangs.
 * - What is posted by code that is told stays. On the clock in force. O(tasks that wait), in one go: about a
 *   microsecond for each.
 *
 * ```ts
 * const dropped = clear(runner);
 * ```
 *
 * @returns how many tasks were dropped
 * @throws TypeError when `runner` is none of this library
 */
export function clear(runner: RunnerOrKeys): number {
  const work = ownerOf('clear', runner).findWork(schedulerInForce());
  if (work === undefined) return 0;
  let dropped = 0;
  for (const task of waitingIn(work)) {
    // Whoever is told of one may cancel another.
    if (!(task instanceof PostedTask) || task.closed) continue;
    task.drop(false, 'cleared', 'its runner was cleared');
    dropped++;
  }
  return dropped;
}
