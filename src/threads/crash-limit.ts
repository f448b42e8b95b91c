import { schedulerInForce } from '../virtual/in-force.js';
import type { ThreadsPlan } from './threads-options.js';

/** Detects that threads crash so often that a new one would not help. */
export class CrashLimit {
  /** The times of the crashes in the last period. */
  private readonly crashes: number[] = [];
  /** How many threads in a row have never served. Their time-outs may be longer than the period, so they do not expire. */
  private failedStarts = 0;

  constructor(private readonly plan: Pick<ThreadsPlan, 'maxRestarts' | 'restartPeriod'>) {}

  started(): void {
    this.failedStarts = 0;
  }

  /** Why there were too many crashes, including this one, or null. */
  crashed(hadServed: boolean): string | null {
    const { crashes } = this;
    const { maxRestarts, restartPeriod } = this.plan;
    const now = schedulerInForce().clock.now();
    crashes.push(now);
    while (crashes[0]! < now - restartPeriod) crashes.shift();
    if (!hadServed && ++this.failedStarts > maxRestarts) return `${this.failedStarts} in a row have not started`;
    return crashes.length > maxRestarts ? `${crashes.length} have crashed within ${restartPeriod} ms` : null;
  }
}
