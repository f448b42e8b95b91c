import type { SchedulerAction, Subscription } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';

/**
 * RxJS's test scheduler, which can be stopped, and says how many of its actions have run.
 *
 * Nothing may throw where it is told of a task, in the middle of the loop; so an action of its own throws, the next one
 * to run in the frame. What has been posted meanwhile comes after that, and never runs.
 */
export class MarbleScheduler extends TestScheduler {
  /** @param onAction told of each action before it runs */
  constructor(private readonly onAction: () => void) {
    super(() => undefined);
  }

  override schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay?: number, state?: T): Subscription {
    const { onAction } = this;
    return super.schedule(
      function (this: SchedulerAction<T>, current?: T): void {
        onAction();
        work.call(this, current);
      },
      delay,
      state,
    );
  }

  /** Throws what `makeError` makes from the `flush` that is going on, and drops all that is left to do. */
  stop(makeError: () => Error): void {
    super.schedule(() => {
      throw makeError();
    });
  }
}
