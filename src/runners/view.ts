import type { SchedulerAction, Subscription } from 'rxjs';
import type { Lane } from '../kernel/traits.js';
import type { RunnerView, TaskRunner } from '../types.js';

/** A runner that makes actions of any priority. */
export interface Viewed extends TaskRunner {
  scheduleIn<T>(
    lane: Lane,
    work: (this: SchedulerAction<T>, state?: T) => void,
    delay: number | undefined,
    state: T | undefined,
  ): Subscription;
}

/** The same queue as its runner's, for actions of one priority. */
export class PriorityView implements RunnerView {
  constructor(
    readonly runner: Viewed,
    private readonly lane: Lane,
    readonly now: () => number,
  ) {}

  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay?: number, state?: T): Subscription {
    return this.runner.scheduleIn(this.lane, work, delay, state);
  }
}
