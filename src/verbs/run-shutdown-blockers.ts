import { demand } from '../base/demand.js';
import { currentTask } from '../kernel/current.js';
import type { TaskScheduler } from '../kernel/scheduler.js';
import { IN_LANE, type Sequence } from '../kernel/sequence.js';
import { QUEUED } from '../kernel/place.js';
import { ownerOf, type RunnerOrKeys } from '../runners/owner-of.js';
import { schedulerInForce } from '../virtual/in-force.js';

/**
 * Runs the queued tasks and actions whose `shutdownBehavior` is `'block-shutdown'` synchronously: of a runner, of a pool
 * with all its runners, or of all keys of a keyed runner. Use it in a page that is hidden or closed, where waiting tasks
 * may never get a turn.
 *
 * - The order is kept: tasks before such a task in its runner's queue run too. Urgent runners come first.
 * - Tasks do not overlap, and limits apply: tasks behind a task that awaits something, and tasks that wait for a worker, a
 *   rate limit or the release of a hold, go on waiting.
 * - No task is dropped. If the page lives on, the remaining tasks run as usual.
 * - A task runs up to its first `await`, because microtasks run only after the caller's code. So such tasks should be
 *   synchronous.
 * - Delayed tasks wait. So do tasks posted during the call, and tasks of clocks other than the one in force.
 *
 * Afterwards `pendingTasks` lists the tasks that may be lost. O(ready sequences and their waiting tasks).
 *
 * ```ts
 * addEventListener('pagehide', () => runShutdownBlockers(pool));
 * ```
 *
 * @throws TypeError when `runner` is not a runner of this library, or when it is called in a task, which would overlap the
 * tasks that it runs
 */
export function runShutdownBlockers(runner: RunnerOrKeys): void {
  const owner = ownerOf('runShutdownBlockers', runner);
  const caller = currentTask();
  demand(caller === null, 'runShutdownBlockers must be called outside of tasks', caller?.describe());
  const work = owner.findWork(schedulerInForce());
  if (work === undefined) return;
  const { scheduler } = work;
  promote(scheduler);
  const sequences = new Set(work.busySequences);
  for (const sequence of [...scheduler.lanes]) if (sequences.has(sequence)) run(sequence);
}

/** Due tasks join their queues, because timers of a hidden page are late. */
function promote({ clock, delays }: TaskScheduler): void {
  const now = clock.now();
  for (let deadline = delays.nextDeadline; deadline <= now; deadline = delays.nextDeadline) {
    delays.takeFirst().due(deadline);
  }
}

/**
 * Runs the queue up to the last task that blocks a shutdown, unless a task holds the queue up. A task that re-arms itself
 * runs once.
 */
function run(sequence: Sequence): void {
  const queue = [...sequence];
  const count = queue.map(({ traits }) => traits.shutdownBehavior).lastIndexOf('block-shutdown') + 1;
  const last = queue[count - 1];
  for (let ran = 0; ran < count && last?.place === QUEUED && sequence.spot === IN_LANE; ran++) {
    sequence.scheduler.step(sequence);
  }
}
