import { demand } from '../base/errors.js';
import { BEST_EFFORT, type Lane, PRIORITIES, type TaskPriority, USER_VISIBLE } from './traits.js';

/** What is global because lanes are: see {@link configure}. */
export interface Settings {
  /** How long a turn may run before it yields to the host, in milliseconds. 5 unless said otherwise. */
  turnBudget: number;
  /**
   * How long a lane may get no task, in milliseconds, before it gets one in spite of more urgent work. `Infinity` is
   * never. 1,000 for user-visible and 10,000 for best-effort unless said otherwise.
   */
  maxWait: Partial<Record<Exclude<TaskPriority, 'user-blocking'>, number | undefined>>;
}

export const settings = {
  turnBudget: 5,
  maxWait: [Infinity, 1_000, 10_000] as [number, number, number],
};

const CONFIGURABLE: readonly Lane[] = [USER_VISIBLE, BEST_EFFORT];

/**
 * Sets what holds for all pools of the program, from the next turn on. What is left out stays as it is.
 *
 * ```ts
 * configure({ turnBudget: 8, maxWait: { 'best-effort': Infinity } });
 * ```
 *
 * @throws RangeError when a time is not a positive number of milliseconds; then nothing is changed
 */
export function configure({ turnBudget = settings.turnBudget, maxWait = {} }: Partial<Settings> = {}): void {
  assertPositive('turnBudget', turnBudget);
  for (const [priority, wait] of Object.entries(maxWait)) {
    const isConfigurable = CONFIGURABLE.some((lane) => PRIORITIES[lane] === priority);
    demand(isConfigurable, "maxWait is of 'user-visible' and 'best-effort' only", priority, RangeError);
    if (wait !== undefined) assertPositive(`maxWait of ${priority}`, wait);
  }
  settings.turnBudget = turnBudget;
  for (const lane of CONFIGURABLE) {
    const wait = maxWait[PRIORITIES[lane] as keyof typeof maxWait];
    if (wait !== undefined) settings.maxWait[lane] = wait;
  }
}

function assertPositive(name: string, value: number): void {
  demand(
    typeof value === 'number' && value > 0,
    `${name} must be a positive number of milliseconds`,
    value,
    RangeError,
  );
}
