import { hub, type Listener } from '../../kernel/events.js';
import type { TaskScheduler } from '../../kernel/scheduler.js';
import type { Task } from '../../kernel/task.js';

/** Tells `listener` of the tasks of one clock, until the function that this returns is called. */
export function listenOn(scheduler: TaskScheduler, listener: Omit<Listener, 'moved'>): () => void {
  const isHere = (task: Task): boolean => task.sequence.scheduler === scheduler;
  return hub.listen({
    posted: (task) => isHere(task) && listener.posted?.(task),
    started: (task) => isHere(task) && listener.started?.(task),
    left: (task) => isHere(task) && listener.left?.(task),
    ended: (task) => isHere(task) && listener.ended?.(task),
    failed: (task, error) => isHere(task) && listener.failed?.(task, error),
    settled: (task) => isHere(task) && listener.settled?.(task),
  });
}
