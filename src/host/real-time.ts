import { fakeClockOf } from './fake-timers.js';

type Now = () => number;

const wallClock: Now = () => Date.now();

/**
 * The loop's own clock: monotonic and finite, whatever the functions it is made of say.
 *
 * `performance.now` is taken when this module is loaded, unless it is a fake one then. Tests stub it to pin it or to count
 * its calls; neither may stall the loop or use up readings that are meant for others. Where there is none, `Date.now`
 * stands in until there is one.
 */
export class RealTime {
  private source: Now | null;
  /** Added to the source, so that another source, or one that goes back, does not turn time back. */
  private offset = 0;
  private latest = 0;

  constructor() {
    this.source = this.find() ?? wallClock;
  }

  now(): number {
    const time = this.read() + this.offset;
    if (time >= this.latest) return (this.latest = time);
    // `NaN` once, or a source that starts again at a lower number.
    if (time < this.latest) this.offset += this.latest - time;
    return this.latest;
  }

  private read(): number {
    try {
      if (this.source === null || this.source === wallClock) this.adopt(this.find() ?? wallClock);
      return this.source!();
    } catch {
      // A torn-down environment, perhaps: the next reading may find another.
      this.source = null;
      return NaN;
    }
  }

  /** From another source time goes on where it stands. */
  private adopt(source: Now): void {
    if (source === this.source) return;
    const time = source();
    // One that does not say what time it is cannot go on from there, but may the next time.
    if (Number.isNaN(time)) return;
    this.offset = this.latest - time;
    this.source = source;
  }

  private find(): Now | null {
    const { performance } = globalThis as { performance?: { now?: Now } };
    const now = performance?.now;
    if (typeof now !== 'function' || fakeClockOf(now) !== undefined || fakeClockOf(performance) !== undefined)
      return null;
    return now.bind(performance);
  }
}

/** How far the wall clock may run ahead before it is followed at once: more than NTP adjusts, less than any sleep. */
const STEP_MS = 1_000;

/**
 * The time of day for programs that measure with it: integer milliseconds since 1970.
 *
 * While a delay is pending it is the loop's clock plus an offset, so that no wall clock which is set back stalls a
 * `debounceTime`; it follows a wall clock that is found more than a second ahead, as after a sleep. While no delay is
 * pending it is the wall clock.
 */
export class TimeOfDay {
  private offset = NaN;

  /** The time of day when the loop's clock says `monotonic` and the wall clock says `wall`. */
  at(monotonic: number, wall: number, mayStep: boolean): number {
    // Also for the first reading, whose offset is `NaN`.
    if (mayStep || !(wall - (monotonic + this.offset) <= STEP_MS)) this.offset = wall - monotonic;
    // A wall clock in whole milliseconds must not become one less by the fractions of the other.
    return Math.floor(monotonic + this.offset + 1e-6);
  }
}
