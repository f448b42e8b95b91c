import { Subscription } from 'rxjs';
import { demand, demandNumber, demandOptions } from '../base/demand.js';
import { hub } from '../kernel/events.js';
import type { TaskScheduler } from '../kernel/scheduler.js';
import type { Task } from '../kernel/task.js';
import { schedulerInForce } from '../virtual/in-force.js';
import { StallWatch } from './stall-watch.js';

/** Options of {@link warnOfStalls}. */
export interface StallOptions {
  /** How many milliseconds of its clock a stall must last to be reported. Defaults to 5,000. */
  readonly after?: number | undefined;
  /** Gets each report as a string. Defaults to `console.warn`. */
  readonly report?: ((message: string) => void) | undefined;
}

/**
 * Reports stalls, on every clock, until the subscription is unsubscribed. It is for development, but cheap enough for
 * production. It reports two kinds of stall:
 *
 * - A task has held its sequence for `after` milliseconds while others wait behind it.
 * - All workers of a pool have been held by the same tasks for `after` milliseconds while others wait for a worker.
 *
 * A report names the blocking tasks, since when they block, where they were posted (in debug mode, see `enableDebugMode`),
 * and the waiting tasks. Each stall is reported once, and again only when other tasks block. Deadlocks are reported too: a
 * task that awaits a handle or a timer behind itself, or tasks that hold all workers and wait for a task that needs a
 * worker.
 *
 * It does not keep a process alive. It does not know tasks that began before the call. Each post costs a check of the
 * pending tasks.
 *
 * ```ts
 * if (isDevelopment) warnOfStalls();
 * ```
 *
 * @throws RangeError or TypeError when `after` is not a positive number of milliseconds, or `report` not a function
 */
export function warnOfStalls(options: StallOptions = {}): Subscription {
  demandOptions(options, ['after', 'report']);
  const { after = 5_000, report = warn } = options;
  const isTime = typeof after === 'number' && after > 0;
  demandNumber(isTime, 'The option after must be a positive number of milliseconds', after);
  demand(typeof report === 'function', 'The option report must be a function', report);
  let isOn = true;
  const watches = new WeakMap<TaskScheduler, StallWatch>();
  const watchOf = ({ sequence: { scheduler } }: Task): StallWatch => {
    let watch = watches.get(scheduler);
    if (watch === undefined) watches.set(scheduler, (watch = new StallWatch(scheduler, after, report, () => isOn)));
    return watch;
  };
  const stop = hub.listen({
    posted: (task) => watchOf(task).posted(task),
    started: (task) => watchOf(task).started(task),
    ended: (task) => watchOf(task).ended(task),
  });
  return new Subscription(() => {
    isOn = false;
    stop();
    // The alarms of other clocks, which are not known here, find nothing to report.
    watches.get(schedulerInForce())?.stop();
  });
}

function warn(message: string): void {
  const { console } = globalThis as { console?: { warn?(message: string): void } };
  console?.warn?.(message);
}
