import { demand, demandNumber } from '../base/demand.js';
import type { TaskPriorityInput } from '../types.js';
import { BEST_EFFORT, type Lane, toLane, USER_VISIBLE } from './traits.js';

/** Settings for all pools of the program: see {@link configure}. */
export interface Settings {
  /** How long a turn may run before it yields to the host, in milliseconds. Defaults to 5. */
  turnBudget: number | undefined;
  /**
   * How long a lane may wait, in milliseconds, before one of its tasks runs in spite of more urgent work. With `Infinity`
   * it waits for ever. Defaults to 1,000 for user-visible and 10,000 for best-effort.
   */
  maxWait: Partial<Record<Exclude<TaskPriorityInput, 'user-blocking'>, number | undefined>> | undefined;
}

export const settings = {
  turnBudget: 5,
  maxWait: [Infinity, 1_000, 10_000] as [number, number, number],
};

/** Whether posted tasks note when they became ready and began, of pools too that have no error handler. */
export const timing = { isOn: false };

const CONFIGURABLE: readonly Lane[] = [USER_VISIBLE, BEST_EFFORT];

/**
 * Changes settings for all pools of the program, from the next turn on. Settings that are left out, or `undefined`, stay as
 * they are.
 *
 * ```ts
 * configure({ turnBudget: 8, maxWait: { 'best-effort': Infinity } });
 * ```
 *
 * @throws RangeError or TypeError when a time is not a positive number of milliseconds, or there is no such lane; then
 * nothing is changed
 */
export function configure({ turnBudget = settings.turnBudget, maxWait = {} }: Partial<Settings> = {}): void {
  assertPositive('turnBudget', turnBudget);
  const waits = Object.entries(maxWait).map(([priority, wait]) => {
    const lane = toLane(priority as TaskPriorityInput);
    demand(CONFIGURABLE.includes(lane), "maxWait is of 'user-visible' and 'best-effort' only", priority);
    if (wait !== undefined) assertPositive(`maxWait of ${priority}`, wait);
    return [lane, wait] as const;
  });
  settings.turnBudget = turnBudget;
  for (const [lane, wait] of waits) if (wait !== undefined) settings.maxWait[lane] = wait;
}

function assertPositive(name: string, value: number): void {
  const isTime = typeof value === 'number' && value > 0;
  demandNumber(isTime, `${name} must be a positive number of milliseconds`, value);
}
