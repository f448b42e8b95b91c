import { RealHost } from '../host/real-host.js';
import type { TaskScheduler } from '../kernel/scheduler.js';
import { realScheduler } from './in-force.js';

/**
 * Whether what `scheduler` runs is on the clock that `inForce`, as `schedulerInForce` has given it, stands for. Frame and idle
 * runners have loops of their own in real time.
 */
export function isOnClockOf(scheduler: TaskScheduler, inForce: TaskScheduler): boolean {
  return scheduler === inForce || (inForce === realScheduler && scheduler.clock instanceof RealHost);
}
