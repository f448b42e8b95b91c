/**
 * Where time comes from. There is one clock for real time, one per installation of fake timers, one per
 * `testScheduler.run()`; the scheduler that owns it is the only one who calls it.
 */
export interface Clock {
  /** Milliseconds, monotonic and finite, with fractions; the origin is the clock's own. Deadlines are made of these. */
  now(): number;

  /**
   * Integer milliseconds since 1970 (or since frame 0): what runners' `now()` returns.
   *
   * @param mayStep whether nobody measures a delay by it, so that the time may step back or forth with the wall clock
   */
  epoch(mayStep: boolean): number;

  /** Calls `run` in a macrotask of its own that keeps the process alive; what it throws reaches the host. */
  later(run: () => void): void;
}

/** There was nothing to do. */
export const NOTHING = 0;
/** Something was done, or may be there to do after the next checkpoint. */
export const MORE = 1;
/** There is more to do, but the host goes first. */
export const REST = 2;
/** The same, and even work that the host finds less urgent than the loop gets a turn. */
export const PAUSE = 3;
/** What a step of the loop says. */
export type Verdict = typeof NOTHING | typeof MORE | typeof REST | typeof PAUSE;

/** One step of the loop. `isFirst` says that the host has had its turn since the last one. */
export type Step = (isFirst: boolean) => Verdict;

/** The host's way to call the loop step by step, until it says `NOTHING`: all microtasks run between two steps. */
export interface Pump {
  /** Whether the next step is certain to come, and keeps the process alive: then `wake` need not be called. */
  readonly isSure: boolean;
  /**
   * Sees to it that the next step comes. May throw what a function of the host throws, and then has changed nothing.
   *
   * @param keepAlive with false, a Node process may end before it comes
   */
  wake(keepAlive: boolean): void;
}

/** The outside world: a clock, a pump, one timed wake-up. No host ever touches a wake-up of another. */
export interface Host extends Clock {
  /**
   * The pump of a loop; a host has one.
   *
   * @param keepsAlive whether what is ready keeps the process alive
   */
  pump(step: Step, keepsAlive: () => boolean): Pump;

  /**
   * Calls `run` in a macrotask when `now()` has reached `deadline`, or a little before. There is one timed wake-up: an
   * armed one is replaced by one for an earlier time only, so that nothing puts off what is due.
   */
  wakeAt(deadline: number, run: () => void): void;

  /** Whether the timed wake-up keeps the process alive. */
  keepTimer(keepAlive: boolean): void;

  /** Whether a turn shall end before its budget is spent: somebody waits for the host. */
  mustRest(): boolean;
}

/** The longest delay that `setTimeout` takes; a longer one would fire at once. */
export const LONGEST_TIMEOUT = 2 ** 31 - 1;
