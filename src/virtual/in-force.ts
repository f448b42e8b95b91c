import { type FakeTimers, fakeClockOf } from '../host/fake-timers.js';
import { timeoutNow } from '../host/host-functions.js';
import { RealHost } from '../host/real-host.js';
import { isRxjsVirtual, rxjsNow } from '../host/rxjs-clock.js';
import { areDomainsLoaded, currentFakeAsync, type FakeAsyncTime } from '../host/zone.js';
import { Action } from '../kernel/action.js';
import type { TaskScheduler } from '../kernel/scheduler.js';
import { TurnScheduler } from '../kernel/turn-scheduler.js';
import { FakeAsyncClock, FakeTimersClock } from '../host/fake-clock.js';
import { RunClock } from './run-clock.js';
import { SlotScheduler } from './slot-scheduler.js';
import { followSurroundings } from './surroundings.js';

/** The scheduler of real time. */
export const realScheduler = /* @__PURE__ */ new TurnScheduler(/* @__PURE__ */ new RealHost());

/** A scheduler lives as long as its fake clock. */
const ofFakes = /* @__PURE__ */ new WeakMap<FakeTimers | FakeAsyncTime, SlotScheduler>();
let run: { readonly clock: RunClock; readonly scheduler: SlotScheduler } | null = null;
let environment: TaskScheduler | null = null;

/** A `setTimeout` that is known to be neither fake nor zone.js's. */
let plainTimeout: unknown = undefined;

/** From now on all posts outside of a `testScheduler.run()` go to `scheduler`, until this is called with null. */
export function useEnvironment(scheduler: TaskScheduler | null): void {
  environment = scheduler;
}

/** The scheduler set by `useEnvironment`. */
export function currentEnvironment(): TaskScheduler | null {
  return environment;
}

/**
 * The time of runners: integer milliseconds since 1970 by the clock in force, or frames in a `testScheduler.run()`. Works
 * without `this`, as RxJS requires.
 */
export function now(): number {
  return isRxjsVirtual() ? rxjsNow() : outsideOfRun().epoch();
}

/**
 * Returns the scheduler of the clock in force, to which posts go: that of `testScheduler.run()`, else of an environment,
 * else of fake timers, else the real one.
 *
 * Called at every post, so it costs less than one read of the time.
 */
export function schedulerInForce(): TaskScheduler {
  return isRxjsVirtual() ? currentRun() : outsideOfRun();
}

function outsideOfRun(): TaskScheduler {
  if (environment !== null) return environment;
  const timeout = timeoutNow();
  return timeout === plainTimeout && !areDomainsLoaded() ? realScheduler : fakeOrReal(timeout);
}

function fakeOrReal(setTimeout: unknown): TaskScheduler {
  const timers = fakeClockOf(setTimeout);
  if (timers !== undefined) return schedulerOf(timers, () => new FakeTimersClock(timers, fakeInForce));
  if (followSurroundings()) {
    const test = currentFakeAsync();
    return test === null ? realScheduler : schedulerOf(test, () => new FakeAsyncClock(test));
  }
  plainTimeout = setTimeout;
  return realScheduler;
}

function fakeInForce(): FakeTimers | undefined {
  return fakeClockOf(timeoutNow());
}

function schedulerOf(
  key: FakeTimers | FakeAsyncTime,
  makeClock: () => FakeTimersClock | FakeAsyncClock,
): SlotScheduler {
  let scheduler = ofFakes.get(key);
  if (scheduler === undefined) ofFakes.set(key, (scheduler = new SlotScheduler(makeClock())));
  return scheduler;
}

function currentRun(): TaskScheduler {
  if (run?.clock.isInForce() === true) return run.scheduler;
  run?.clock.end();
  const clock = new RunClock();
  const begun = (run = { clock, scheduler: new SlotScheduler(clock) });
  void Promise.resolve().then(() => {
    clock.end();
    if (run === begun) run = null;
  });
  return begun.scheduler;
}

Action.schedulerInForce = schedulerInForce;
