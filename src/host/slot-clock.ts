import type { Clock } from './host.js';

/** A wake-up of a foreign clock. */
export interface WakeUpHandle {
  /** Called during the wake-up: it must fire again, with the same delay, and keep its place among others. */
  again(): unknown;
  /** It must not fire any more. */
  stop(): void;
  /** Whether the clock has it still, where that can be known: somebody may have cleared all timers. */
  isArmed?(): boolean | undefined;
}

/** A foreign clock, of RxJS or of fake timers. Each task has its own wake-up there, as with asyncScheduler. */
export interface SlotClock extends Clock {
  /** Whether posts go to this clock now. */
  isInForce(): boolean;
  /** Whether a wake-up can be requested. */
  readonly canWake: boolean;
  /** Whether wake-ups that a later one has passed over belong to a run that is over. */
  readonly passedOverIsOver: boolean;
  /** How many milliseconds a delay of 0 takes now. */
  readonly leastDelay: number;
  /** Arms a wake-up exactly as asyncScheduler would. An infinite delay arms nothing. */
  arm(call: () => void, delay: number): WakeUpHandle;
  /** Calls `run` from one of its wake-ups. Errors go to the code that drives the clock. */
  throughDriver(run: () => void): void;
  /** Called once, when the clock is certainly over. A clock that may go on never calls it. */
  onEnd: () => void;
}
