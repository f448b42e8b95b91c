import { asyncScheduler, type SchedulerAction, type Subscription } from 'rxjs';
import type { Clock } from './host.js';
import { isRxjsVirtual } from './rxjs-clock.js';

/**
 * The time inside one `testScheduler.run()`: frames, which RxJS makes of everything that goes through
 * `asyncScheduler`.
 *
 * A `run()` has no name that could be asked for. A new one is recognised by frames that go back, and an old one is over
 * in the first real microtask after it began: `run()` is synchronous.
 */
export class VirtualClock implements Clock {
  /** Called once, when this `run()` is certainly over. */
  onEnd: () => void = () => undefined;
  private isOver = false;
  private latest = -Infinity;

  /** Whether the `run()` now in force can be this one. */
  isInForce(): boolean {
    return !this.isOver && isRxjsVirtual() && asyncScheduler.now() >= this.latest;
  }

  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.onEnd();
  }

  now(): number {
    return (this.latest = asyncScheduler.now());
  }

  epoch(): number {
    return this.now();
  }

  later(run: () => void): void {
    asyncScheduler.schedule(() => {
      this.throughRun(run);
    });
  }

  /** Calls `run`. What it throws leaves `testScheduler.run()`, which is over then. */
  throughRun(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.end();
      throw error;
    }
  }

  /** A wake-up of its own in `delay` frames, exactly where `asyncScheduler` would run `work`. */
  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay: number, state: T): Subscription {
    return asyncScheduler.schedule(work, delay, state);
  }
}
