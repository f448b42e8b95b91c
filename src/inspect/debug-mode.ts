import { Subscription } from 'rxjs';
import { demand, demandNumber } from '../base/errors.js';
import { hub } from '../kernel/events.js';
import type { TaskScheduler } from '../kernel/scheduler.js';
import type { Task } from '../kernel/task.js';
import { schedulerInForce } from '../virtual/in-force.js';
import { HoldWatch } from './hold-watch.js';
import { keepCallSites } from './posted-from.js';

export interface DebugOptions {
  /** For how many milliseconds, of its clock, a task may hold up others before that is reported. 1,000 by default. */
  readonly heldFor?: number | undefined;
  /** Where reports go: each is one text. Defaults to `console.warn`. */
  readonly report?: ((message: string) => void) | undefined;
}

const HELD_FOR_MS = 1_000;

/**
 * Looks at the program more closely, on every clock, until it is unsubscribed: for development, since a post then costs
 * a stack trace.
 *
 * - It is kept where tasks are posted: `postedFrom` in what observers and `onTaskError` are told.
 * - A posted task that has held its sequence, or a worker of its pool, for `heldFor` while others wait for it is
 *   reported, once: who holds, since when, and who waits. Deadlocks show up here: a task that awaits a handle or a
 *   timer behind itself, tasks that hold all workers and wait for one that needs a worker.
 * - One that has begun before debug mode is not known, and not reported.
 *
 * ```ts
 * if (isDevelopment) enableDebugMode({ heldFor: 500 });
 * ```
 *
 * @throws RangeError or TypeError when `heldFor` is not a positive number of milliseconds, or `report` not a function
 */
export function enableDebugMode({ heldFor = HELD_FOR_MS, report = warn }: DebugOptions = {}): Subscription {
  const isTime = typeof heldFor === 'number' && heldFor > 0;
  demandNumber(isTime, 'heldFor must be a positive number of milliseconds', heldFor);
  demand(typeof report === 'function', 'report must be a function', report);
  const state = { isOn: true };
  const watches = new WeakMap<TaskScheduler, HoldWatch>();
  const watchOf = ({ sequence: { scheduler } }: Task): HoldWatch => {
    let watch = watches.get(scheduler);
    if (watch === undefined)
      watches.set(scheduler, (watch = new HoldWatch(scheduler, heldFor, report, () => state.isOn)));
    return watch;
  };
  const stopKeeping = keepCallSites();
  const stopObserving = hub.listen({
    posted: (task) => watchOf(task).posted(task),
    started: (task) => watchOf(task).started(task),
    ended: (task) => watchOf(task).ended(task),
  });
  return new Subscription(() => {
    state.isOn = false;
    stopKeeping();
    stopObserving();
    // The alarms of other clocks, which nobody knows of, find nothing to report.
    watches.get(schedulerInForce())?.stop();
  });
}

function warn(message: string): void {
  const { console } = globalThis as { console?: { warn?(message: string): void } };
  console?.warn?.(message);
}
