import { demand } from '../base/errors.js';

/**
 * A delay as callers give it, in milliseconds: what is left out, `NaN` and negative ones are 0; `Infinity` never fires.
 *
 * @throws TypeError when it is not a number
 */
export function toDelay(delay: number | null | undefined): number {
  if (delay === undefined || delay === null) return 0;
  demand(typeof delay === 'number', 'A delay must be a number of milliseconds', delay);
  return delay > 0 ? delay : 0;
}
