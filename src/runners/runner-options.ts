import { demandOptions } from '../base/demand.js';
import { toTraits } from '../kernel/traits.js';
import type { RunnerTraits, TaskTraits } from '../types.js';
import type { LimitOptions } from './limits.js';

/** Options of a runner. */
export interface RunnerOptions extends RunnerTraits, LimitOptions {}

const NAMES = ['priority', 'name', 'shutdownBehavior', 'keepAlive', 'backToBack', 'queue', 'rate'] as const;

/**
 * The traits among the options of a runner.
 *
 * @param others the names of options that only some runners have
 * @throws TypeError when an option has a name that none has, or a trait is invalid
 */
export function toRunnerTraits<O extends RunnerOptions>(
  options: O | undefined,
  others: readonly (keyof O & string)[] = [],
  defaults?: TaskTraits,
): TaskTraits {
  demandOptions(options, [...NAMES, ...others]);
  return toTraits(options, defaults);
}
