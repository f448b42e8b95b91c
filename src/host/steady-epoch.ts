/** How far the wall clock may run ahead before we follow it: more than any adjustment by NTP, less than any sleep. */
const STEP_MS = 1000;

/**
 * The time of day for programs that measure with it: integer epoch milliseconds that never go back.
 *
 * It is the monotonic clock plus an offset. The offset only ever steps forward, when the wall clock is found more
 * than a second ahead: after the machine slept (some monotonic clocks stop then), or when somebody set the clock.
 */
export class SteadyEpoch {
  private offset = NaN;

  /** The time of day when the monotonic clock says `monotonic` and the wall clock says `wall`. */
  at(monotonic: number, wall: number): number {
    // Not `offset === NaN`: the first reading, which also fails the comparison below, sets the offset.
    if (!(wall - (monotonic + this.offset) <= STEP_MS)) this.offset = wall - monotonic;
    return Math.floor(monotonic + this.offset);
  }
}
