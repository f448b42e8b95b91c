import { asyncScheduler } from 'rxjs';

/** What `Date.now` gives while we look whether RxJS asks it. No clock can return this object. */
const SENTINEL = {} as unknown as number;
const sentinelNow = (): number => SENTINEL;

/**
 * Whether RxJS takes its time from a `TestScheduler`, as it does inside `testScheduler.run()`.
 *
 * The question is put to the public API: `asyncScheduler.now()` asks `Date.now` in real time (and under fake timers),
 * and the test scheduler in `run()`. With a sentinel in the place of `Date.now` for the length of that one call the
 * answer is exact, even in a `run()` under fake timers whose clock stands at 0; and since no clock is read, it costs a
 * fifth of a bare `Date.now()`.
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
    return asyncScheduler.now() !== SENTINEL;
  } finally {
    Date.now = now;
  }
}

/** For hardened environments, where `Date` is frozen: virtual when RxJS's time is not between two real readings. */
function isFarFromDate(): boolean {
  const before = Date.now();
  const now = asyncScheduler.now();
  return now < before || now > Date.now();
}
