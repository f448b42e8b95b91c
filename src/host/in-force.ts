import { asyncScheduler } from 'rxjs';
import { FakeHost } from './fake-host.js';
import { type FakeClock, fakeClockOf } from './fake-timers.js';
import type { Host } from './host.js';
import { RealHost } from './real-host.js';
import { isRxjsVirtual } from './rxjs-clock.js';
import { VirtualClock } from './virtual-clock.js';

export const realHost = /* @__PURE__ */ new RealHost();

const fakeHosts = /* @__PURE__ */ new WeakMap<FakeClock, FakeHost>();
let virtualClock: VirtualClock | null = null;
let environment: Host | null = null;

/** From now on, and until it is called with null, everything outside of a `testScheduler.run()` is on `host`. */
export function useEnvironment(host: Host | null): void {
  environment = host;
}

/** The host that `useEnvironment` has put in force. */
export function currentEnvironment(): Host | null {
  return environment;
}

/** Integer milliseconds since 1970, monotonic, by the clock in force; frames in a `testScheduler.run()`. */
export function now(): number {
  return isRxjsVirtual() ? asyncScheduler.now() : hostInForce().epoch();
}

/**
 * The clock in force: that of `testScheduler.run()`, else of an environment, else of fake timers, else the real one.
 *
 * Asked at every post, and so made to cost less than one reading of the time.
 */
export function clockInForce(): Host | VirtualClock {
  return isRxjsVirtual() ? currentRun() : hostInForce();
}

function hostInForce(): Host {
  if (environment !== null) return environment;
  const fakeClock = fakeClockOf(globalThis.setTimeout);
  return fakeClock === undefined ? realHost : fakeHostOf(fakeClock);
}

function currentRun(): VirtualClock {
  if (virtualClock?.isInForce() === true) return virtualClock;
  virtualClock?.end();
  const clock = (virtualClock = new VirtualClock());
  void Promise.resolve().then(() => {
    clock.end();
    if (virtualClock === clock) virtualClock = null;
  });
  return clock;
}

function fakeHostOf(clock: FakeClock): FakeHost {
  let host = fakeHosts.get(clock);
  if (host === undefined) fakeHosts.set(clock, (host = new FakeHost(clock)));
  return host;
}
