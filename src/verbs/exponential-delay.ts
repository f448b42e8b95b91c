import { demand, demandNumber, demandOptions, toDuration } from '../base/demand.js';

/** Options of {@link exponentialDelay}. */
export interface ExponentialDelayOptions {
  /** The ratio of each delay to the one before: 1 or more. Defaults to 2. */
  readonly factor?: number | undefined;
  /** The longest delay, in milliseconds. Defaults to `Infinity`. */
  readonly max?: number | undefined;
  /**
   * The random share of each delay, from 0 to 1. Defaults to 0. With 1 a delay is between 0 and its full length ("full
   * jitter"), with 0.5 between half and its full length ("equal jitter").
   */
  readonly jitter?: number | undefined;
  /** Returns random numbers from 0 to 1. Defaults to `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/**
 * Makes a function for the option `delay` of `retrying`, whose delays grow from attempt to attempt. The delay is `first`
 * milliseconds for attempt 1, and `factor` times the previous delay for each further attempt, but at most `max`. `jitter`
 * shortens each delay at random, so that clients that fail together do not retry together. Delays are whole milliseconds.
 *
 * ```ts
 * retrying(load, { count: 5, delay: exponentialDelay(200, { max: 5_000, jitter: 1 }) });
 * ```
 *
 * @param first milliseconds, more than 0
 * @throws RangeError or TypeError when an argument is invalid
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
    const longest = Math.min(max, first * factor ** (attempt - 1), Number.MAX_VALUE);
    return Math.round(jitter === 0 ? longest : longest * (1 - jitter * random()));
  };
}
