import { fakeClockOf } from './fake-timers.js';
import { type Host, LONGEST_TIMEOUT } from './host.js';
import { MessageWake } from './message-wake.js';
import { inNeutralContext } from './neutral-context.js';
import { SteadyEpoch } from './steady-epoch.js';

interface Refable {
  ref(): unknown;
  unref(): unknown;
}

interface HostFunctions {
  setTimeout: typeof globalThis.setTimeout;
  clearTimeout: typeof globalThis.clearTimeout;
  /** Absent in browsers. */
  setImmediate: typeof globalThis.setImmediate | undefined;
}

/**
 * Real time, in Node, browsers and everything between: which functions there are is asked at each use.
 *
 * `setImmediate` wakes where it exists (Node, Deno, Bun), since a `MessageChannel` would keep the process alive; a
 * `MessageChannel` elsewhere, since `setTimeout` is clamped to 4 ms in browsers once it is nested; else `setTimeout`.
 */
export class RealHost implements Host {
  readonly standsStill = false;
  /** The end of a turn whose time stands still all the same, because somebody replaced `performance` alone. */
  readonly turnLimit = 100_000;
  private readonly steady = new SteadyEpoch();
  private readonly messageWake = new MessageWake();
  private readonly functions: HostFunctions = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    setImmediate: globalThis.setImmediate,
  };
  private performance: { now(): number } = globalThis.performance;
  /** While it is this one nobody has taken its place, and nobody will put another one back: no more than a hint. */
  private readonly firstImmediate = this.functions.setImmediate;
  private immediate: unknown = null;
  private timer: unknown = null;
  /** The functions that the outstanding wake-ups were asked of. */
  private wokenBy: HostFunctions['setImmediate' | 'setTimeout'] = undefined;
  private timedBy: HostFunctions['setTimeout'] | null = null;
  private timerDue = Infinity;
  private timerKeepsAlive = false;

  now(): number {
    // Looked up apart from the others, since it is asked more often than all of them together.
    const { performance } = globalThis;
    if (fakeClockOf(performance) === undefined) this.performance = performance;
    return this.performance.now();
  }

  epoch(): number {
    return this.steady.at(this.now(), Date.now());
  }

  wake(run: () => void, keepAlive: boolean): boolean {
    const { setImmediate, setTimeout } = this.real();
    const turn = (): void => inNeutralContext(run);
    this.wokenBy = setImmediate;
    if (setImmediate === undefined) {
      this.immediate = this.messageWake.post(turn) ? null : setTimeout(turn, 0);
    } else if (keepAlive) {
      this.immediate = setImmediate(turn);
    } else {
      // With no immediate that keeps alive Node waits for the next event, whenever that is; a timer it sees to in time.
      const timer = setTimeout(turn, 0);
      this.wokenBy = setTimeout;
      if (isRefable(timer)) timer.unref();
      this.immediate = timer;
    }
    return setImmediate === this.firstImmediate;
  }

  isWakeDoubtful(): boolean {
    // Somebody has replaced the function for a while, without the marker of fake timers, and put it back.
    const { setImmediate, setTimeout } = this.real();
    return this.wokenBy !== setImmediate && this.wokenBy !== setTimeout;
  }

  keepWake(): void {
    if (isRefable(this.immediate)) this.immediate.ref();
  }

  wakeAt(deadline: number, run: () => void, now = this.now()): void {
    const { setTimeout, clearTimeout } = this.real();
    const isTimerSound = this.timer !== null && this.timedBy === setTimeout && this.timerDue > now;
    if (isTimerSound && this.timerDue <= deadline) return;
    if (this.timer !== null) clearTimeout(this.timer as number);
    // Node counts a time-out from the start of the loop's iteration, so it may come early; the scheduler then asks
    // again for the rest, which rounds up to a whole millisecond.
    const delay = Math.min(Math.ceil(deadline - now), LONGEST_TIMEOUT);
    this.timerDue = Math.max(deadline, now + 1);
    this.timedBy = setTimeout;
    this.timer = setTimeout(() => {
      this.timer = null;
      inNeutralContext(run);
    }, delay);
    if (!this.timerKeepsAlive && isRefable(this.timer)) this.timer.unref();
  }

  disarm(): void {
    // A debounced stream disarms at each value. To leave the timer where it is, unreferenced, costs one wake-up too many
    // once in a while; to clear it would cost a `setTimeout` per value.
  }

  keepTimer(keepAlive: boolean): void {
    if (this.timerKeepsAlive === keepAlive) return;
    this.timerKeepsAlive = keepAlive;
    if (!isRefable(this.timer)) return;
    if (keepAlive) this.timer.ref();
    else this.timer.unref();
  }

  later(run: () => void): void {
    const { setImmediate, setTimeout } = this.real();
    if (setImmediate === undefined) setTimeout(run, 0);
    else setImmediate(run);
  }

  /**
   * The functions as they are on `globalThis` now, but never fake ones: while fake timers are installed, real work goes
   * on with the real functions seen last.
   */
  private real(): HostFunctions {
    const { functions } = this;
    if (fakeClockOf(globalThis.setTimeout) === undefined) {
      functions.setTimeout = globalThis.setTimeout;
      functions.clearTimeout = globalThis.clearTimeout;
    }
    // Each by its own marker: fake timers can be asked to replace some functions only.
    if (fakeClockOf(globalThis.setImmediate) === undefined) functions.setImmediate = globalThis.setImmediate;
    return functions;
  }
}

function isRefable(handle: unknown): handle is Refable {
  return typeof (handle as Partial<Refable> | null)?.unref === 'function';
}
