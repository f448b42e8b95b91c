import type { PostedTask } from '../kernel/posted-task.js';
import type { WebTaskPriority } from './priority.js';
import type { TaskQueue } from './task-queue.js';

/** What has the priority of a {@link TaskSignal}, or one that is fixed. */
export interface PrioritySource {
  readonly priority: WebTaskPriority;
  /** What waits with this priority, in the order of the posts, and where; null when the priority cannot change. */
  readonly waiting: Map<PostedTask<void>, TaskQueue> | null;
}

/** Follows a change of priority: what waits moves, and keeps the order of its posts. */
export function moveWaiting({ waiting, priority }: PrioritySource): void {
  if (waiting === null) return;
  for (const queue of new Set(waiting.values())) {
    queue.move(
      [...waiting.keys()].filter((task) => waiting.get(task) === queue),
      priority,
    );
  }
}
