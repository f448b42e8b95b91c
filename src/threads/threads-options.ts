import { demand, demandNumber, demandOptions, isCount, toDuration } from '../base/demand.js';

/** Options of `Threads`, and of `inlineThreads`. */
export interface ThreadsOptions {
  /** How many threads there are at most: a positive integer. Defaults to 4. */
  readonly size?: number | undefined;
  /** How many tasks may run on a thread at once: a positive integer. Defaults to 1; more hides the way to it and back. */
  readonly perThread?: number | undefined;
  /** How many values of a generator may be on their way before the program has taken them. Defaults to 16. */
  readonly credit?: number | undefined;
  /** What threads are called. Defaults to `'thread'`. */
  readonly name?: string | undefined;
  /** Whether all threads start at once, and not when they are needed. Defaults to false. */
  readonly eager?: boolean | undefined;
  /**
   * Milliseconds in which a new thread must serve its tasks. Defaults to 30,000. It has as much time again each time the loop stood
   * still meanwhile, as in a page that was frozen.
   */
  readonly startTimeout?: number | undefined;
  /**
   * More crashes than so many within `restartPeriod`, or more threads in a row that do not start, end all threads: an
   * integer, 0 or more, or `Infinity`. Defaults to 5.
   */
  readonly maxRestarts?: number | undefined;
  /** Milliseconds. Defaults to 60,000. */
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

/** @throws TypeError or RangeError when an option has a value that it cannot have */
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
