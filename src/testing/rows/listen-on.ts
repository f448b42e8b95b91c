import type { Clock } from '../../host/host.js';
import { hub, type Listener } from '../../kernel/events.js';
import type { TaskScheduler } from '../../kernel/scheduler.js';
import type { Task } from '../../kernel/task.js';
import { isOnClockOf } from '../../virtual/same-clock.js';

/**
 * Tells `listener` of the tasks of one clock, until the function that this returns is called, or the clock ends: a `run()`
 * is over, a `TaskEnvironment` disposed of. A listener that stayed would cost every later task of the program.
 *
 * Fake timers and real time have no end that anybody tells of.
 */
export function listenOn(scheduler: TaskScheduler, listener: Omit<Listener, 'moved'>): () => void {
  const isHere = (task: Task): boolean => isOnClockOf(task.sequence.scheduler, scheduler);
  const stop = hub.listen({
    posted: (task) => isHere(task) && listener.posted?.(task),
    started: (task) => isHere(task) && listener.started?.(task),
    left: (task) => isHere(task) && listener.left?.(task),
    ended: (task) => isHere(task) && listener.ended?.(task),
    failed: (task, error) => isHere(task) && listener.failed?.(task, error),
    settled: (task) => isHere(task) && listener.settled?.(task),
  });
  callAtEnd(scheduler.clock, stop);
  return stop;
}

/** Calls `stop` when all else has been told of the end. */
function callAtEnd(clock: Clock & { onEnd?: () => void }, stop: () => void): void {
  const { onEnd } = clock;
  if (onEnd === undefined) return;
  clock.onEnd = () => {
    try {
      onEnd();
    } finally {
      stop();
    }
  };
}
