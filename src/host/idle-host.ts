import { callbackFunction, type IdlePeriod } from './callback-functions.js';
import { CallbackPump } from './callback-pump.js';
import { later, setRef } from './host-functions.js';
import { LONGEST_TIMEOUT, NOTHING, type Pump, type Step } from './host.js';
import { RealHost } from './real-host.js';

/** Milliseconds between two checks whether the loop is idle, if the host has no idle periods. */
const LOOK_TIME = 5;

/**
 * Real time, with steps while the page is idle, by `requestIdleCallback`, or while the program's loop is idle if there is
 * no such function. After `maxWait()` milliseconds there is one step in any case.
 */
export class IdleHost extends RealHost {
  /** The idle period of the current callback, if any. */
  private period: IdlePeriod | null = null;
  /** When the wait for an idle loop began, and whether another check is scheduled. */
  private waitsSince = Infinity;
  private isLooking = false;

  constructor(
    private readonly isLoopIdle: () => boolean,
    private readonly maxWait: () => number,
  ) {
    super();
  }

  override mustRest(): boolean {
    const isOver = this.period === null ? !this.isLoopIdle() : this.period.timeRemaining() <= 0;
    return isOver || super.mustRest();
  }

  protected override makePump(step: Step, keepsAlive: () => boolean): Pump {
    const hasPeriods = callbackFunction('requestIdleCallback') !== undefined;
    return hasPeriods ? this.pumpByPeriods(step, keepsAlive) : this.pumpByLooks(step, keepsAlive);
  }

  private pumpByPeriods(step: Step, keepsAlive: () => boolean): Pump {
    return new CallbackPump(step, keepsAlive, (run) => {
      const requestIdle = callbackFunction('requestIdleCallback');
      // The page that it belonged to is gone.
      if (requestIdle === undefined) return later(run, LOOK_TIME);
      const begin = (period: IdlePeriod): void => {
        this.period = period;
        run();
      };
      return requestIdle(begin, { timeout: Math.min(this.maxWait(), LONGEST_TIMEOUT) });
    });
  }

  private pumpByLooks(step: Step, keepsAlive: () => boolean): Pump {
    const pump: Pump = super.makePump((isFirst) => {
      if (isFirst && !this.mayRun()) {
        this.lookAgain(() => pump.wake(keepsAlive()), keepsAlive());
        return NOTHING;
      }
      this.waitsSince = Infinity;
      return step(isFirst);
    }, keepsAlive);
    return pump;
  }

  private mayRun(): boolean {
    if (this.isLoopIdle()) return true;
    const now = this.now();
    this.waitsSince = Math.min(this.waitsSince, now);
    return now - this.waitsSince >= this.maxWait();
  }

  private lookAgain(wake: () => void, keepAlive: boolean): void {
    if (this.isLooking) return;
    this.isLooking = true;
    const look = (): void => {
      this.isLooking = false;
      wake();
    };
    setRef(later(look, LOOK_TIME), keepAlive);
  }
}
