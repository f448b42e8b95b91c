import { demand, demandNumber, demandOptions, isCount, toDuration } from '../base/demand.js';

/** Options of `Threads`, and of `inlineThreads`. */
export interface ThreadsOptions {
  /** The maximum number of threads: a positive integer. Defaults to 4. */
  readonly size?: number | undefined;
  /**
   * How many tasks may run on a thread at once: a positive integer. Defaults to 1. Higher values hide the round-trip time.
   */
  readonly perThread?: number | undefined;
  /** How many values of a generator may be in transit at once. Defaults to 16. */
  readonly credit?: number | undefined;
  /** The name of the threads. Defaults to `'thread'`. */
  readonly name?: string | undefined;
  /** Whether all threads start at once, instead of on demand. Defaults to false. */
  readonly eager?: boolean | undefined;
  /**
   * Milliseconds within which a new thread must serve its tasks. Defaults to 30,000. The time starts again whenever the
   * loop has stood still, as in a frozen page.
   */
  readonly startTimeout?: number | undefined;
  /**
   * The maximum number of crashes within `restartPeriod`, or of threads in a row that do not start: an integer, 0 or more,
   * or `Infinity`. With more, all threads end. Defaults to 5.
   */
  readonly maxRestarts?: number | undefined;
  /** The period for `maxRestarts`, in milliseconds. Defaults to 60,000. */
  readonly restartPeriod?: number | undefined;
}

/** The same, checked and complete. */
export type ThreadsPlan = { readonly [K in keyof ThreadsOptions]-?: NonNullable<ThreadsOptions[K]> };

const NAMES = [
  'size',
  'perThread',
  'credit',
  'name',
  'eager',
  'startTimeout',
  'maxRestarts',
  'restartPeriod',
] as const satisfies readonly (keyof ThreadsOptions)[];

/** @throws TypeError or RangeError when an option is invalid */
export function toPlan(options: ThreadsOptions = {}): ThreadsPlan {
  demandOptions(options, NAMES);
  const { size = 4, perThread = 1, credit = 16, name = 'thread', eager = false } = options;
  const { startTimeout = 30_000, maxRestarts = 5, restartPeriod = 60_000 } = options;
  for (const [key, value] of Object.entries({ size, perThread, credit })) {
    demandNumber(isCount(value) && value < Infinity, `The option ${key} must be a positive integer`, value);
  }
  demand(typeof name === 'string', 'The option name must be a string', name);
  demand(typeof eager === 'boolean', 'The option eager must be true or false', eager);
  const isLimit = maxRestarts === 0 || isCount(maxRestarts);
  demandNumber(isLimit, 'The option maxRestarts must be an integer, 0 or more, or Infinity', maxRestarts);
  toDuration('The option startTimeout', startTimeout);
  toDuration('The option restartPeriod', restartPeriod);
  return { size, perThread, credit, name, eager, startTimeout, maxRestarts, restartPeriod };
}
