import { asyncScheduler, type SchedulerAction } from 'rxjs';
import { isRxjsVirtual, rxjsNow } from '../host/rxjs-clock.js';
import type { SlotClock, WakeUpHandle } from '../host/slot-clock.js';

/**
 * The time inside one `testScheduler.run()`: frames, to which RxJS maps everything that goes through `asyncScheduler`.
 *
 * A `run()` has no identity that one could query. It is over in the first real microtask after it began, because `run()` is
 * synchronous. A new `run()` in the same synchronous code is recognised by frames, or handles, that go back.
 */
export class RunClock implements SlotClock {
  readonly passedOverIsOver = true;
  readonly leastDelay = 0;
  onEnd: () => void = () => undefined;
  private isOver = false;
  private latest = -Infinity;
  private latestHandle = newHandle();

  /** Whether the current `run()` is this one, as far as can be known. */
  isInForce(): boolean {
    if (this.isOver || !isRxjsVirtual() || rxjsNow() < this.latest) return false;
    const handle = newHandle();
    if (handle <= this.latestHandle) return false;
    this.latestHandle = handle;
    return true;
  }

  get canWake(): boolean {
    return this.isInForce();
  }

  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.onEnd();
  }

  /** The frame; `NaN` once the `run()` is over. */
  now(): number {
    return isRxjsVirtual() ? (this.latest = rxjsNow()) : NaN;
  }

  epoch(): number {
    return this.now();
  }

  later(run: () => void): void {
    asyncScheduler.schedule(() => {
      this.throughDriver(run);
    });
  }

  /** Errors of `run` end `testScheduler.run()`. */
  throughDriver(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.end();
      throw error;
    }
  }

  arm(call: () => void, delay: number): WakeUpHandle {
    const action = asyncScheduler.schedule(call, delay) as SchedulerAction<undefined>;
    return {
      again: () => action.schedule(undefined, delay),
      stop: () => {
        // Outside of its `run()` this would clear another interval with the same number.
        if (this.isInForce()) action.unsubscribe();
      },
    };
  }
}

/**
 * The handle that RxJS's virtual `setInterval` returns now: it counts up within one `run()`, from 1. It is the `id` of an
 * action, which RxJS's types do not mention. Without it, runs in the same synchronous code can only be told apart by
 * frames. A real handle has no meaning here: in Node it is an object, in browsers a number of the page.
 */
function newHandle(): number {
  if (!isRxjsVirtual()) return NaN;
  const probe = asyncScheduler.schedule(() => undefined);
  const { id } = probe as { id?: unknown };
  probe.unsubscribe();
  return typeof id === 'number' ? id : NaN;
}
