import type { SchedulerAction, Subscription } from 'rxjs';
import type { RunnerView } from '../engine/task-runner.js';
import type { Lane } from '../engine/traits.js';
import type { BaseTaskRunner } from './base-task-runner.js';

/** The same queue as its runner's, for actions of one priority. */
export class PriorityView implements RunnerView {
  readonly now: () => number;

  constructor(
    readonly runner: BaseTaskRunner,
    private readonly lane: Lane,
  ) {
    this.now = runner.now;
  }

  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay?: number, state?: T): Subscription {
    return this.runner.scheduleIn(this.lane, work, delay, state);
  }
}
