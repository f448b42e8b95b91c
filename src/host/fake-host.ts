import type { FakeClock } from './fake-timers.js';
import { type Host, LONGEST_TIMEOUT } from './host.js';
import { SteadyEpoch } from './steady-epoch.js';

/**
 * One installation of fake timers. Wake-ups are asked of the clock itself, not of the globals: so they are armed and
 * cancelled in that clock even after the real timers are back.
 */
export class FakeHost implements Host {
  readonly standsStill = true;
  readonly turnLimit = Infinity;
  private readonly steady = new SteadyEpoch();
  private immediate: unknown = null;
  private timer: unknown = null;

  constructor(private readonly clock: FakeClock) {}

  // `setSystemTime` moves `clock.now` and no timer; `clock.performance` is what stays monotonic then.
  now(): number {
    return this.clock.performance?.now() ?? this.clock.now;
  }

  epoch(): number {
    return this.steady.at(this.now(), this.clock.now);
  }

  wake(run: () => void): boolean {
    this.clock.clearTimeout(this.immediate);
    this.immediate = this.clock.setTimeout(run, 0);
    return false;
  }

  isWakeDoubtful(): boolean {
    // Somebody may have cleared all timers of the clock, as one does between two tests.
    return true;
  }

  keepWake(): void {
    // Fake timers keep no process alive.
  }

  wakeAt(deadline: number, run: () => void): void {
    this.disarm();
    this.timer = this.clock.setTimeout(
      () => {
        this.timer = null;
        run();
      },
      Math.min(Math.ceil(deadline - this.now()), LONGEST_TIMEOUT),
    );
  }

  disarm(): void {
    if (this.timer === null) return;
    this.clock.clearTimeout(this.timer);
    this.timer = null;
  }

  keepTimer(): void {
    // As above.
  }

  later(run: () => void): void {
    this.clock.setTimeout(run, 0);
  }
}
