import type { Subscription } from 'rxjs';
import { demand, demandNumber, demandOptions } from '../base/demand.js';
import { keepCallSites } from './posted-from.js';
import { warnOfStalls } from './warn-of-stalls.js';

/** Options of {@link enableDebugMode}. */
export interface DebugOptions {
  /** How many milliseconds of its clock a task may block others before that is reported. Defaults to 1,000. */
  readonly heldFor?: number | undefined;
  /** Gets each report as a string. Defaults to `console.warn`. */
  readonly report?: ((message: string) => void) | undefined;
}

/**
 * Turns debug mode on, on every clock, until the subscription is unsubscribed. It is for development, because each post
 * then costs a stack trace.
 *
 * - It records where tasks are posted: `postedFrom` in `observeTasks`, `pendingTasks` and `onTaskError`.
 * - It reports stalls of more than `heldFor` milliseconds, as `warnOfStalls` does.
 *
 * ```ts
 * if (isDevelopment) enableDebugMode({ heldFor: 500 });
 * ```
 *
 * @throws RangeError or TypeError when `heldFor` is not a positive number of milliseconds, or `report` not a function
 */
export function enableDebugMode(options: DebugOptions = {}): Subscription {
  demandOptions(options, ['heldFor', 'report']);
  const { heldFor = 1_000, report } = options;
  const isTime = typeof heldFor === 'number' && heldFor > 0;
  demandNumber(isTime, 'The option heldFor must be a positive number of milliseconds', heldFor);
  demand(report === undefined || typeof report === 'function', 'The option report must be a function', report);
  const debugging = warnOfStalls({ after: heldFor, report });
  debugging.add(keepCallSites());
  return debugging;
}
