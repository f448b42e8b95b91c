import type { SchedulerAction, SchedulerLike, Subscription } from 'rxjs';
import { Timeline } from './timeline.js';

/** A scheduler that passes everything on to another one, and notes what waits and what ran when. */
export class WatchedScheduler implements SchedulerLike {
  readonly ran = new Timeline();
  /** How many actions without a delay have not begun. What has a delay waits for nothing but its time. */
  waiting = 0;

  constructor(private readonly inner: SchedulerLike) {}

  now(): number {
    return this.inner.now();
  }

  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay = 0, state?: T): Subscription {
    const { ran } = this;
    let isWaiting = delay <= 0;
    if (isWaiting) this.waiting++;
    const stopWaiting = (): void => {
      if (isWaiting) this.waiting--;
      isWaiting = false;
    };
    const watched = function (this: SchedulerAction<T>, state?: T): void {
      stopWaiting();
      const from = performance.now();
      try {
        work.call(this, state);
      } finally {
        ran.add(from, performance.now());
      }
    };
    const action = this.inner.schedule(watched, delay, state);
    action.add(stopWaiting);
    return action;
  }
}
