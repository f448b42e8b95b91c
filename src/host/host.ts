/**
 * Where time comes from. There is one clock for real time, one per installation of fake timers, one per
 * `testScheduler.run()`; the scheduler that owns it is the only one who calls it.
 */
export interface Clock {
  /** Milliseconds, monotonic, with fractions; the origin is the clock's own. Deadlines are made of these. */
  now(): number;

  /** Integer milliseconds since 1970 (or since frame 0), monotonic: what runners' `now()` gives. */
  epoch(): number;

  /** Calls `run` in a macrotask of its own that keeps the process alive; what it throws reaches the host. */
  later(run: () => void): void;
}

/** A clock with a timed wake-up. */
export interface TimerHost extends Clock {
  /**
   * Calls `run` when `now()` has reached `deadline`, or a little before. There is one timed wake-up: one that is armed
   * for a later time is replaced, and one for an earlier time may stand for this one too. `now` is what the clock says,
   * for who has looked already.
   */
  wakeAt(deadline: number, run: () => void, now?: number): void;

  /** Nothing is waited for any more: the timed wake-up may be taken back. */
  disarm(): void;

  /** Whether the timed wake-up keeps the process alive. */
  keepTimer(keepAlive: boolean): void;
}

/** The outside world: a clock, a wake-up, a timed wake-up. No host ever touches a wake-up of another. */
export interface Host extends TimerHost {
  /** Whether time stands still while code runs. */
  readonly standsStill: boolean;

  /** How many tasks one turn may run at the most. */
  readonly turnLimit: number;

  /**
   * Calls `run` soon, in a macrotask of its own. One wake-up is outstanding at a time, unless that is doubtful. In Node,
   * one that does not keep alive lets the process end before it comes. Gives whether it is sure to come; if not,
   * `isWakeDoubtful` is to be asked before one relies on it.
   */
  wake(run: () => void, keepAlive: boolean): boolean;

  /** Makes the wake-up that is outstanding keep the process alive after all. */
  keepWake(): void;

  /** Whether the wake-up that is outstanding may never come: then another one may be asked for. */
  isWakeDoubtful(): boolean;
}

/** The longest delay that `setTimeout` takes; a longer one would fire at once. */
export const LONGEST_TIMEOUT = 2 ** 31 - 1;
