import { asyncScheduler, type SchedulerAction, type Subscription } from 'rxjs';
import type { TimerHost } from './host.js';
import { isRxjsVirtual } from './rxjs-clock.js';

/**
 * The time inside one `testScheduler.run()`: frames, which RxJS makes of everything that goes through
 * `asyncScheduler`.
 *
 * A `run()` has no name that could be asked for. An old one is over in the first real microtask after it began, since
 * `run()` is synchronous. A new one in the same synchronous stretch is recognised by frames, or handles, that go back.
 */
export class VirtualClock implements TimerHost {
  /** Called once, when this `run()` is certainly over. */
  onEnd: () => void = () => undefined;
  private isOver = false;
  private latest = -Infinity;
  private latestHandle = newHandle();

  /** Whether the `run()` now in force is this one, as far as can be known. */
  isInForce(): boolean {
    if (this.isOver || !isRxjsVirtual() || asyncScheduler.now() < this.latest) return false;
    const handle = newHandle();
    if (handle <= this.latestHandle) return false;
    this.latestHandle = handle;
    return true;
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

  wakeAt(): void {
    // Each task has a wake-up of its own here.
  }

  disarm(): void {
    // As above.
  }

  keepTimer(): void {
    // As above.
  }

  /** A wake-up in `delay` frames, exactly where `asyncScheduler` would run `work`. */
  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay: number, state: T): Subscription {
    return asyncScheduler.schedule(work, delay, state);
  }
}

/**
 * The handle that RxJS's virtual `setInterval` gives now: it counts up within one `run()`, from 1. It is the `id` of an
 * action, which no type of RxJS mentions; where there is none all runs of a synchronous stretch are one, as far as
 * frames do not tell.
 */
function newHandle(): number {
  const probe = asyncScheduler.schedule(() => undefined);
  const { id } = probe as { id?: unknown };
  probe.unsubscribe();
  return typeof id === 'number' ? id : NaN;
}
