import { filter, type Subscription } from 'rxjs';
import { observeTasks, type TaskPriority } from 'rxjs-task-runner';
import { Timeline } from './timeline.js';

/** When tasks of each lane ran on the loop, as the library tells it. */
export class LaneWatch {
  private readonly lanes: Readonly<Record<TaskPriority, Timeline>> = {
    'user-blocking': new Timeline(),
    'user-visible': new Timeline(),
    'best-effort': new Timeline(),
  };
  readonly observing: Subscription;

  constructor() {
    this.observing = observeTasks()
      // An action is synchronous: from its beginning to its end the loop did nothing else. Tasks of the page await a web worker.
      .pipe(filter(({ type, kind }) => kind === 'action' && (type === 'finished' || type === 'failed')))
      .subscribe(({ priority, at, ran, runner }) => {
        if (!DRAWING.has(runner)) this.lanes[priority].add(at - ran, at);
      });
  }

  of(priority: TaskPriority): Timeline {
    return this.lanes[priority];
  }
}

/** Runners that draw the picture: it does not show itself. */
export const DRAWING = new WeakSet();
