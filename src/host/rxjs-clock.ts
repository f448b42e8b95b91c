import { Scheduler } from 'rxjs';

/** What `Date.now` returns while we test whether RxJS calls it. No clock can return this object. */
const SENTINEL = {} as unknown as number;
const sentinelNow = (): number => SENTINEL;

/**
 * The time of RxJS itself, of which `now` of its schedulers is a copy. Tests stub that copy, to pin timestamps: this is the
 * original, and deprecated only because one should not make schedulers of one's own from the class.
 */
// eslint-disable-next-line @typescript-eslint/no-deprecated
export const rxjsNow = (): number => Scheduler.now();

/**
 * Whether RxJS takes its time from a `TestScheduler`, as it does inside `testScheduler.run()`.
 *
 * The question is put to the public API: RxJS asks `Date.now` in real time (and under fake timers), and the test scheduler
 * in `run()`. With a sentinel in the place of `Date.now` for the length of that one call the answer is exact, even in a
 * `run()` under fake timers whose clock stands at 0; and since no clock is read, it costs a fifth of a bare `Date.now()`.
 */
export function isRxjsVirtual(): boolean {
  const { Date } = globalThis;
  const { now } = Date;
  try {
    Date.now = sentinelNow;
  } catch {
    return isFarFromDate();
  }
  try {
    return rxjsNow() !== SENTINEL;
  } finally {
    Date.now = now;
  }
}

/** For hardened environments, where `Date` is frozen: virtual when RxJS's time is not between two real readings. */
function isFarFromDate(): boolean {
  const before = Date.now();
  const now = rxjsNow();
  return now < before || now > Date.now();
}
