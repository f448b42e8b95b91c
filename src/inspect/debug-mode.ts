import type { Subscription } from 'rxjs';
import { demand, demandNumber, demandOptions } from '../base/demand.js';
import { keepCallSites } from './posted-from.js';
import { warnOfStalls } from './warn-of-stalls.js';

/** Options of {@link enableDebugMode}. */
export interface DebugOptions {
  /** For how many milliseconds, of its clock, a task may hold up others before that is reported. 1,000 by default. */
  readonly heldFor?: number | undefined;
  /** Where reports go: each is one text. Defaults to `console.warn`. */
  readonly report?: ((message: string) => void) | undefined;
}

/**
 * Looks at the program more closely, on every clock, until it is unsubscribed: for development, since a post then costs
 * a stack trace.
 *
 * - It remembers where tasks are posted: `postedFrom` in what `observeTasks`, `pendingTasks` and `onTaskError` tell.
 * - It reports what is held for longer than `heldFor`, as `warnOfStalls` does.
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
