import { demand } from '../base/demand.js';
import { currentTask } from '../kernel/current.js';
import type { TaskScheduler } from '../kernel/scheduler.js';
import { IN_LANE, type Sequence } from '../kernel/sequence.js';
import { QUEUED } from '../kernel/place.js';
import { ownerOf, type RunnerOrKeys } from '../runners/owner-of.js';
import { schedulerInForce } from '../virtual/in-force.js';

/**
 * Runs the queued tasks and actions whose `shutdownBehavior` is `'block-shutdown'` at once, before it returns: of a runner, of a
 * pool with all its runners, or of all keys of a keyed runner. It is for a page that is hidden or ends, where what waits for its
 * turn may never get one.
 *
 * - Order is kept: what stands before such a task in its runner's queue runs too. Urgent runners come first.
 * - Nothing overlaps, and no limit is passed: what stands behind a task that awaits something, or waits for a worker, a rate
 *   or a release, goes on waiting.
 * - Nothing is dropped. If the page lives on, all that is left runs as ever.
 * - A task gets as far as its first `await`: microtasks run after the caller's code only. So such tasks should be synchronous.
 * - Delayed tasks wait, as does what is posted meanwhile. Tasks of another clock than the one in force wait, too.
 *
 * `pendingTasks` then tells what would be lost. O(sequences that are ready, and tasks that wait there).
 *
 * ```ts
 * addEventListener('pagehide', () => runShutdownBlockers(pool));
 * ```
 *
 * @throws TypeError when `runner` is not of this library, or a task calls it: what it would run must not overlap that task
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

/** What is due joins its queue: the timers of a hidden page come late. */
function promote({ clock, delays }: TaskScheduler): void {
  const now = clock.now();
  for (let deadline = delays.nextDeadline; deadline <= now; deadline = delays.nextDeadline) {
    delays.takeFirst().due(deadline);
  }
}

/** Up to the last task that blocks a shutdown, unless one of them holds it up. One that arms itself again runs once. */
function run(sequence: Sequence): void {
  const queue = [...sequence];
  const count = queue.map(({ traits }) => traits.shutdownBehavior).lastIndexOf('block-shutdown') + 1;
  const last = queue[count - 1];
  for (let ran = 0; ran < count && last?.place === QUEUED && sequence.spot === IN_LANE; ran++) {
    sequence.scheduler.step(sequence);
  }
}
