import { percentile } from '../demo/statistics.js';
import { SCHEDULER_NAMES, type SchedulerName } from './streams.js';

/** What is measured, in milliseconds. */
export type Measure = 'noticed' | 'answered' | 'loop';

/** What was measured under load, of each scheduler. */
export class Measurements {
  private readonly values = new Map<SchedulerName, Record<Measure, number[]>>(
    SCHEDULER_NAMES.map((name) => [name, { noticed: [], answered: [], loop: [] }]),
  );

  add(scheduler: SchedulerName, measure: Measure, ms: number): void {
    this.values.get(scheduler)![measure].push(ms);
  }

  count(scheduler: SchedulerName, measure: Measure): number {
    return this.values.get(scheduler)![measure].length;
  }

  /** `NaN` when nothing was measured. */
  percentile(scheduler: SchedulerName, measure: Measure, percent: number): number {
    return percentile(
      [...this.values.get(scheduler)![measure]].sort((a, b) => a - b),
      percent,
    );
  }
}
