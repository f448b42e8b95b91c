/**
 * A source of time. There is one clock for real time, one per installation of fake timers, and one per
 * `testScheduler.run()`. Only its scheduler calls it.
 */
export interface Clock {
  /** Milliseconds, monotonic and finite, with fractions and an arbitrary origin. Used for deadlines. */
  now(): number;

  /**
   * Integer milliseconds since 1970 (or since frame 0): what runners' `now()` returns.
   *
   * @param mayStep whether nobody measures a delay by it, so that the time may jump with the wall clock
   */
  epoch(mayStep: boolean): number;

  /** Calls `run` in a separate macrotask that keeps the process alive. Its errors go to the host. */
  later(run: () => void): void;
}

/** There was nothing to do. */
export const NOTHING = 0;
/** Work was done, or there may be more after the next checkpoint. */
export const MORE = 1;
/** There is more to do, but the host should run first. */
export const REST = 2;
/** The same, and the host should also run work that it considers less urgent than the loop. */
export const PAUSE = 3;
/** The result of a step of the loop. */
export type Verdict = typeof NOTHING | typeof MORE | typeof REST | typeof PAUSE;

/** One step of the loop. `isFirst` means that the host has run since the last step. */
export type Step = (isFirst: boolean) => Verdict;

/** The host's way to call the loop step by step, until a step returns `NOTHING`. All microtasks run between two steps. */
export interface Pump {
  /** Whether the next step is certain to come and keeps the process alive, so that `wake` need not be called. */
  readonly isSure: boolean;
  /**
   * Ensures that the next step comes. If a host function throws, it passes the error on, and has changed nothing.
   *
   * @param keepAlive with false, a Node process may end before it comes
   */
  wake(keepAlive: boolean): void;
}

/** The outside world: a clock, a pump, one timed wake-up. A host never touches a wake-up of another host. */
export interface Host extends Clock {
  /**
   * Makes the pump of a loop. A host has only one.
   *
   * @param keepsAlive whether ready tasks keep the process alive
   */
  pump(step: Step, keepsAlive: () => boolean): Pump;

  /**
   * Calls `run` in a macrotask when `now()` has reached `deadline`, or a little before. There is only one timed wake-up. It
   * is only ever replaced by an earlier one, so that due tasks are never postponed.
   */
  wakeAt(deadline: number, run: () => void): void;

  /** Whether the timed wake-up keeps the process alive. */
  keepTimer(keepAlive: boolean): void;

  /** Whether a turn should end before its budget is spent, because the host has urgent work. */
  mustRest(): boolean;
}

/** The longest delay of `setTimeout`. A longer one would fire at once. */
export const LONGEST_TIMEOUT = 2 ** 31 - 1;
