import { fakeClockOf } from './fake-timers.js';

/** The functions of the outside world by which the loop is woken. */
export interface HostFunctions {
  setTimeout: typeof globalThis.setTimeout;
  clearTimeout: typeof globalThis.clearTimeout;
  /** Absent in browsers. */
  setImmediate: typeof globalThis.setImmediate | undefined;
  /** Absent in some test environments. */
  MessageChannel: typeof globalThis.MessageChannel | undefined;
}

const seen: HostFunctions = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setImmediate: globalThis.setImmediate,
  MessageChannel: globalThis.MessageChannel,
};

/** The `setTimeout` there is now, fake or not: by it one knows what time is in force. */
export function timeoutNow(): unknown {
  return globalThis.setTimeout;
}

/**
 * The functions as they are on `globalThis` now, but never fake ones: while fake timers are installed, or when all timers
 * are gone because a test environment was torn down, real work goes on with the real functions seen last.
 */
export function hostFunctions(): HostFunctions {
  const { setTimeout, clearTimeout, setImmediate, MessageChannel } = globalThis as Partial<HostFunctions>;
  const areSame = setTimeout === seen.setTimeout && clearTimeout === seen.clearTimeout;
  if (areSame && setImmediate === seen.setImmediate && MessageChannel === seen.MessageChannel) return seen;
  if (typeof setTimeout !== 'function') return seen;
  if (fakeClockOf(setTimeout) === undefined && typeof clearTimeout === 'function') {
    seen.setTimeout = setTimeout;
    seen.clearTimeout = clearTimeout;
  }
  // Each by its own marker: fake timers can be asked to replace some functions only.
  if (fakeClockOf(setImmediate) === undefined) seen.setImmediate = asFunction(setImmediate);
  seen.MessageChannel = asFunction(MessageChannel);
  return seen;
}

/** Calls `run` in `ms` milliseconds, and gives the handle. A page does not let `setTimeout` be called as a method of another object. */
export function later(run: () => void, ms: number): unknown {
  const { setTimeout } = hostFunctions();
  return setTimeout(run, ms);
}

/** Anything but a function counts as absent. */
function asFunction<F>(value: F | undefined): F | undefined {
  return typeof value === 'function' ? value : undefined;
}

/** Node's handles of timers and immediates, and its ports. */
interface Refable {
  ref?(): unknown;
  unref?(): unknown;
}

/** Whether it keeps the process alive; without effect on what is no handle of Node. */
export function setRef(handle: unknown, keepsAlive: boolean): void {
  const refable = handle as Refable | null | undefined;
  if (typeof refable !== 'object' || refable === null) return;
  if (keepsAlive) refable.ref?.();
  else refable.unref?.();
}
