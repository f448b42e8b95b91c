import type { Clock, Host } from '../host/host.js';
import { clockInForce, realHost } from '../host/in-force.js';
import { VirtualClock } from '../host/virtual-clock.js';
import { FrameScheduler } from './frame-scheduler.js';
import type { TaskScheduler } from './task-scheduler.js';
import { TurnScheduler } from './turn-scheduler.js';

const real = /* @__PURE__ */ new TurnScheduler(realHost);

/** A scheduler lives as long as its clock. */
const others = /* @__PURE__ */ new WeakMap<Clock, TaskScheduler>();

/** Called with the scheduler of a clock that is not the real one, whenever that is asked for. Null, and free, by default. */
let onLookUp: ((scheduler: TaskScheduler) => void) | null = null;

/** The scheduler of the clock in force: where what is posted now goes. */
export function schedulerInForce(): TaskScheduler {
  const clock = clockInForce();
  return clock === realHost ? real : schedulerOf(clock);
}

/** From now on `clock` has this scheduler: for an environment, which drives one of its own. */
export function useScheduler(clock: Host, scheduler: TaskScheduler): void {
  others.set(clock, scheduler);
}

/** Whether the clock of `scheduler` may still go on: that of fake timers which are gone does not. */
export function isLive(scheduler: TaskScheduler): boolean {
  return scheduler === real || scheduler === schedulerInForce();
}

/**
 * Calls `visit` with the scheduler of real time and the one in force, and from now on with that of any other clock
 * before something is posted to it: every time, since it is not known which of them there are. With null it ends.
 */
export function visitSchedulers(visit: ((scheduler: TaskScheduler) => void) | null): void {
  onLookUp = visit;
  if (visit === null) return;
  visit(real);
  visit(schedulerInForce());
}

function schedulerOf(clock: Host | VirtualClock): TaskScheduler {
  let scheduler = others.get(clock);
  if (scheduler === undefined) {
    scheduler = clock instanceof VirtualClock ? new FrameScheduler(clock) : new TurnScheduler(clock);
    others.set(clock, scheduler);
  }
  onLookUp?.(scheduler);
  return scheduler;
}
