import { fakeClockOf } from './fake-timers.js';

type Now = () => number;

const wallClock: Now = () => Date.now();

/**
 * The loop's own clock. It is monotonic and finite, even if the underlying functions are not.
 *
 * `performance.now` is captured when this module is loaded, unless it is fake then. Tests stub it to fix the time or to
 * count its calls. That must neither stall the loop nor consume values meant for other code. Without it, `Date.now` is used
 * until it exists.
 */
export class RealTime {
  private source: Now | null;
  /** Added to the source, so that time does not go back with another source, or a source that goes back. */
  private offset = 0;
  private latest = 0;

  constructor() {
    this.source = this.find() ?? wallClock;
  }

  now(): number {
    const time = this.read() + this.offset;
    if (time >= this.latest) return (this.latest = time);
    // The source returned `NaN` once, or started again at a lower number.
    if (time < this.latest) this.offset += this.latest - time;
    return this.latest;
  }

  private read(): number {
    try {
      if (this.source === null || this.source === wallClock) this.adopt(this.find() ?? wallClock);
      return this.source!();
    } catch {
      // Perhaps the environment was torn down. The next read may find another source.
      this.source = null;
      return NaN;
    }
  }

  /** With another source, time continues from its current value. */
  private adopt(source: Now): void {
    if (source === this.source) return;
    const time = source();
    // A source without a valid time cannot be used now, but perhaps at the next read.
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

/**
 * How far the wall clock may run ahead before the time follows at once: more than NTP adjusts, less than any sleep of the
 * machine.
 */
const STEP_MS = 1_000;

/**
 * The time of day: integer milliseconds since 1970.
 *
 * While a delay is pending, it is the loop's clock plus an offset, so that a wall clock that is set back does not stall a
 * `debounceTime`. It follows a wall clock that is more than a second ahead, as after a sleep of the machine. While no delay
 * is pending, it is the wall clock.
 */
export class TimeOfDay {
  private offset = NaN;

  /** The time of day, given the loop's clock `monotonic` and the wall clock `wall`. */
  at(monotonic: number, wall: number, mayStep: boolean): number {
    // Also for the first read, whose offset is `NaN`.
    if (mayStep || !(wall - (monotonic + this.offset) <= STEP_MS)) this.offset = wall - monotonic;
    // The fractions of the loop's clock must not reduce a wall clock of whole milliseconds by one.
    return Math.floor(monotonic + this.offset + 1e-6);
  }
}
