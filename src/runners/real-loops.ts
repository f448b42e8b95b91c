import type { TaskScheduler } from '../kernel/scheduler.js';
import { realScheduler } from '../virtual/in-force.js';

/** The loops of real time beside that of all other runners: of frames, and of idle time. */
const loops = /* @__PURE__ */ new WeakSet<TaskScheduler>();

/** `loop` works in real time, too. */
export function addRealLoop(loop: TaskScheduler): void {
  loops.add(loop);
}

/** Whether what `scheduler` runs is on the clock that `inForce`, as `schedulerInForce` has given it, stands for. */
export function isOnClockOf(scheduler: TaskScheduler, inForce: TaskScheduler): boolean {
  return scheduler === inForce || (inForce === realScheduler && loops.has(scheduler));
}
