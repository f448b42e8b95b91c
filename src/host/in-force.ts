import { asyncScheduler } from 'rxjs';
import { FakeHost } from './fake-host.js';
import { type FakeClock, fakeClockOf } from './fake-timers.js';
import { RealHost } from './real-host.js';
import { isRxjsVirtual } from './rxjs-clock.js';
import { VirtualClock } from './virtual-clock.js';

export const realHost = /* @__PURE__ */ new RealHost();

const fakeHosts = /* @__PURE__ */ new WeakMap<FakeClock, FakeHost>();
let virtualClock: VirtualClock | null = null;

/** Integer milliseconds since 1970, monotonic, by the clock in force; frames in a `testScheduler.run()`. */
export function now(): number {
  return isRxjsVirtual() ? asyncScheduler.now() : hostInForce().epoch();
}

/**
 * The clock in force: that of `testScheduler.run()`, else of the fake timers, else the real one.
 *
 * Asked at every post, and so made to cost less than one reading of the time.
 */
export function clockInForce(): RealHost | FakeHost | VirtualClock {
  return isRxjsVirtual() ? currentRun() : hostInForce();
}

function hostInForce(): RealHost | FakeHost {
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
