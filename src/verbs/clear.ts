import { waitingIn } from '../kernel/inventory.js';
import { PostedTask } from '../kernel/posted-task.js';
import { ownerOf, type RunnerOrKeys } from '../runners/owner-of.js';
import { schedulerInForce } from '../virtual/in-force.js';

/**
 * Drops the posted tasks that have not begun, queued or delayed: of a runner, of a pool with all its runners, or of all
 * keys of a keyed runner. The runner goes on.
 *
 * - The handle of each rejects with a `TaskRejectedError` whose `reason` is `'cleared'`, and `stats` counts it as dropped. If
 *   nobody looks at the handle, nobody else is told. A repeating task that waits for its next run ends with that error.
 * - What has begun goes on. Actions of streams stay, since a stream that loses its `complete` hangs.
 * - A task that is posted while handles settle, by a listener of one of them, stays.
 * - It drops tasks of the clock in force only.
 *
 * O(tasks that wait), all in one go: about 10 µs for each, most of it for the stack trace of its error.
 *
 * ```ts
 * const dropped = clear(runner);
 * ```
 *
 * @returns how many tasks were dropped
 * @throws TypeError when `runner` is not of this library
 */
export function clear(runner: RunnerOrKeys): number {
  const work = ownerOf('clear', runner).findWork(schedulerInForce());
  if (work === undefined) return 0;
  let dropped = 0;
  for (const task of waitingIn(work)) {
    // A listener of one may cancel another.
    if (!(task instanceof PostedTask) || task.closed) continue;
    task.drop(false, 'cleared', 'its runner was cleared');
    dropped++;
  }
  return dropped;
}
