import { demand, demandNumber, demandOptions, toDuration } from '../base/demand.js';

/** Options of {@link exponentialDelay}. */
export interface ExponentialDelayOptions {
  /** By how much each delay is longer than the one before: 1 or more. Defaults to 2. */
  readonly factor?: number | undefined;
  /** The longest delay, in milliseconds. Defaults to `Infinity`. */
  readonly max?: number | undefined;
  /**
   * The share of each delay that is left to chance, from 0 to 1. Defaults to 0. With 1 a delay is anything from 0 up to its full
   * length ("full jitter"), with 0.5 it is half of that at least ("equal jitter").
   */
  readonly jitter?: number | undefined;
  /** Gives numbers from 0 to 1, as `Math.random` does, which is the default. */
  readonly random?: (() => number) | undefined;
}

/**
 * Delays that grow from attempt to attempt: a function for the option `delay` of `retrying`. It gives `first` milliseconds
 * for attempt 1, then `factor` times as many for each further one, at most `max`; less up to the share of `jitter`, so that
 * clients which have failed together do not come back together. In whole milliseconds.
 *
 * ```ts
 * retrying(load, { count: 5, delay: exponentialDelay(200, { max: 5_000, jitter: 1 }) });
 * ```
 *
 * @param first milliseconds, more than 0
 * @throws RangeError or TypeError when an argument is not what it must be
 */
export function exponentialDelay(first: number, options: ExponentialDelayOptions = {}): (attempt: number) => number {
  demandOptions(options, ['factor', 'max', 'jitter', 'random']);
  const { factor = 2, max = Infinity, jitter = 0, random = Math.random } = options;
  const isFirst = first > 0 && Number.isFinite(first);
  demandNumber(isFirst, 'The first delay must be a finite number of milliseconds, more than 0', first);
  const isFactor = factor >= 1 && Number.isFinite(factor);
  demandNumber(isFactor, 'The factor of delays must be a finite number, 1 or more', factor);
  toDuration('The option max of delays', max);
  const isShare = typeof jitter === 'number' && jitter >= 0 && jitter <= 1;
  demandNumber(isShare, 'The jitter of delays must be a number from 0 to 1', jitter);
  demand(typeof random === 'function', 'The option random must be a function', random);
  return (attempt) => {
    const longest = Math.min(max, first * factor ** (attempt - 1));
    return Math.round(jitter === 0 ? longest : longest * (1 - jitter * random()));
  };
}
