import type { Clock } from './host.js';

/** A wake-up that somebody else's clock keeps. */
export interface WakeUpHandle {
  /** From inside of the call: it must be called again, with the same delay, and keep its place among others. */
  again(): unknown;
  /** It must not be called any more. */
  stop(): void;
  /** Whether the clock has it still, where that can be known: somebody may have cleared all timers. */
  isArmed?(): boolean | undefined;
}

/** A clock that belongs to somebody else, RxJS or a fake: each task has a wake-up of its own there, as with asyncScheduler. */
export interface SlotClock extends Clock {
  /** Whether what is posted now goes to this clock. */
  isInForce(): boolean;
  /** Whether a wake-up can be asked for. */
  readonly canWake: boolean;
  /** Whether wake-ups that were passed over, by one that fires later, belong to something that is over. */
  readonly passedOverIsOver: boolean;
  /** How many milliseconds a delay of 0 takes now. */
  readonly leastDelay: number;
  /** Arms a wake-up exactly where asyncScheduler would. A delay that never ends arms nothing. */
  arm(call: () => void, delay: number): WakeUpHandle;
  /** Calls `run` from one of its wake-ups; what that throws goes to whoever drives the clock. */
  throughDriver(run: () => void): void;
  /** Called once, when the clock is certainly over; never by a clock that may go on. */
  onEnd: () => void;
}
