import { Subscription } from 'rxjs';
import { demand, demandNumber, demandOptions } from '../base/demand.js';
import { hub } from '../kernel/events.js';
import type { TaskScheduler } from '../kernel/scheduler.js';
import type { Task } from '../kernel/task.js';
import { schedulerInForce } from '../virtual/in-force.js';
import { StallWatch } from './stall-watch.js';

/** Options of {@link warnOfStalls}. */
export interface StallOptions {
  /** After how many milliseconds, of its clock, a stall is reported. Defaults to 5,000. */
  readonly after?: number | undefined;
  /** Where reports go: each is one text. Defaults to `console.warn`. */
  readonly report?: ((message: string) => void) | undefined;
}

/**
 * Reports what is stuck, on every clock, until it is unsubscribed: for development, and cheap enough for production.
 *
 * - A task has held its sequence for `after` milliseconds while others wait behind it.
 * - All tasks that hold workers of a pool have held them for that long while others wait for a worker.
 *
 * A report names who holds, since when, from where it was posted (in debug mode, see `enableDebugMode`), and who waits. It
 * comes once, and again only when others hold. Deadlocks show up here: a task that awaits a handle or a timer behind itself,
 * tasks that hold all workers and wait for one that needs a worker.
 *
 * It keeps no process alive. A task that has begun before is not known. Each post costs a look at the tasks that are
 * pending.
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
    // The alarms of other clocks, which nobody knows of, find nothing to report.
    watches.get(schedulerInForce())?.stop();
  });
}

function warn(message: string): void {
  const { console } = globalThis as { console?: { warn?(message: string): void } };
  console?.warn?.(message);
}
