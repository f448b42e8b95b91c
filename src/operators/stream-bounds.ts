import { demand, demandNumber, demandOneOf, isCount } from '../base/demand.js';

/**
 * What becomes of a value that finds as many waiting as may wait:
 *
 * - `'error'` (the default): the stream fails with a `TaskRejectedError` whose `reason` is `'full'`, as if its source had
 *   failed, and the source is unsubscribed from;
 * - `'drop-oldest'`: the value that has waited for longest makes room for it;
 * - `'drop-newest'`: it is dropped itself.
 */
export type WhenStreamFull = 'error' | 'drop-oldest' | 'drop-newest';

/** How many values of a stream may wait for a runner, and what happens to those too many. Per subscription. */
export interface StreamBounds<T> {
  /** A positive integer, or `Infinity`. */
  readonly capacity?: number | undefined;
  /** What happens to a value that finds no room. Defaults to `'error'`. */
  readonly whenFull?: WhenStreamFull | undefined;
  /**
   * Called, synchronously, with every value that is dropped, and how many were up to now. What it throws is an error of
   * the stream.
   */
  readonly onDrop?: ((value: T, dropped: number) => void) | undefined;
}

/** The same, checked and complete. */
export interface CheckedBounds<T> {
  readonly capacity: number;
  readonly whenFull: WhenStreamFull;
  readonly onDrop: ((value: T, dropped: number) => void) | undefined;
}

const POLICIES: readonly WhenStreamFull[] = ['error', 'drop-oldest', 'drop-newest'];

/** @throws TypeError or RangeError when an option has a value that it cannot have */
export function toBounds<T>({ capacity = Infinity, whenFull = 'error', onDrop }: StreamBounds<T>): CheckedBounds<T> {
  demandNumber(isCount(capacity), 'The option capacity must be a positive integer or Infinity', capacity);
  demandOneOf(whenFull, POLICIES, 'The option whenFull');
  demand(onDrop === undefined || typeof onDrop === 'function', 'The option onDrop must be a function', onDrop);
  return { capacity, whenFull, onDrop };
}
