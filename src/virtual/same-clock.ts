import { RealHost } from '../host/real-host.js';
import type { TaskScheduler } from '../kernel/scheduler.js';
import { realScheduler } from './in-force.js';

/**
 * Whether the tasks of `scheduler` are on the clock of `inForce`, the result of `schedulerInForce`. In real time frame runners
 * and idle runners have their own loops.
 */
export function isOnClockOf(scheduler: TaskScheduler, inForce: TaskScheduler): boolean {
  return scheduler === inForce || (inForce === realScheduler && scheduler.clock instanceof RealHost);
}
