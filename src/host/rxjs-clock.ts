import { Scheduler } from 'rxjs';

/** The value of `Date.now` while we test whether RxJS calls it. No clock can return this object. */
const SENTINEL = {} as unknown as number;
const sentinelNow = (): number => SENTINEL;

/**
 * RxJS's own time, of which `now` of its schedulers is a copy. Tests stub that copy to fix timestamps. This is the
 * original. It is deprecated only because applications should not derive schedulers from the class.
 */
// eslint-disable-next-line @typescript-eslint/no-deprecated
export const rxjsNow = (): number => Scheduler.now();

/**
 * Whether RxJS takes its time from a `TestScheduler`, as it does inside `testScheduler.run()`.
 *
 * The check uses the public API: RxJS calls `Date.now` in real time (and under fake timers), and the test scheduler in
 * `run()`. With a sentinel instead of `Date.now` during one call the result is exact, even in a `run()` under fake timers
 * whose clock is at 0. Because no clock is read, it costs a fifth of a bare `Date.now()`.
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

/** For hardened environments, where `Date` is frozen: time is virtual if RxJS's time is not between two real reads. */
function isFarFromDate(): boolean {
  const before = Date.now();
  const now = rxjsNow();
  return now < before || now > Date.now();
}
