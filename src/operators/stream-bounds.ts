import { demand, demandNumber, demandOneOf, isCount } from '../base/demand.js';

/**
 * What happens to a value when there is no room:
 *
 * - `'error'` (the default): the stream fails with a `TaskRejectedError` whose `reason` is `'full'`, as if its source had
 *   failed, and the source is unsubscribed from;
 * - `'drop-oldest'`: the value that has waited longest is dropped to make room;
 * - `'drop-newest'`: the new value is dropped.
 */
export type WhenStreamFull = 'error' | 'drop-oldest' | 'drop-newest';

/** How many values of a stream may wait for a runner, and what happens to further values. Per subscription. */
export interface StreamBounds<T> {
  /** A positive integer, or `Infinity`. */
  readonly capacity?: number | undefined;
  /** What happens to a value when there is no room. Defaults to `'error'`. */
  readonly whenFull?: WhenStreamFull | undefined;
  /**
   * Called synchronously with every dropped value, and the number of values dropped so far. If it throws, the stream fails.
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

/** @throws TypeError or RangeError when an option is invalid */
export function toBounds<T>({ capacity = Infinity, whenFull = 'error', onDrop }: StreamBounds<T>): CheckedBounds<T> {
  demandNumber(isCount(capacity), 'The option capacity must be a positive integer or Infinity', capacity);
  demandOneOf(whenFull, POLICIES, 'The option whenFull');
  demand(onDrop === undefined || typeof onDrop === 'function', 'The option onDrop must be a function', onDrop);
  return { capacity, whenFull, onDrop };
}
