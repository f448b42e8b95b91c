import { fakeClockOf } from './fake-timers.js';

/** The host functions that wake the loop. */
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

/** The current `setTimeout`, fake or not. It tells which time is in force. */
export function timeoutNow(): unknown {
  return globalThis.setTimeout;
}

/**
 * The current functions of `globalThis`, but never fake ones. While fake timers are installed, or after a test environment
 * was torn down, real work goes on with the last real functions.
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
  // Each is checked by its own marker, because fake timers may replace only some functions.
  if (fakeClockOf(setImmediate) === undefined) seen.setImmediate = asFunction(setImmediate);
  seen.MessageChannel = asFunction(MessageChannel);
  return seen;
}

/**
 * Calls `run` after `ms` milliseconds, and returns the handle. In a page `setTimeout` cannot be called as a method of
 * another object.
 */
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

/** Sets whether it keeps the process alive. Has no effect on values that are not Node handles. */
export function setRef(handle: unknown, keepsAlive: boolean): void {
  const refable = handle as Refable | null | undefined;
  if (typeof refable !== 'object' || refable === null) return;
  if (keepsAlive) refable.ref?.();
  else refable.unref?.();
}
