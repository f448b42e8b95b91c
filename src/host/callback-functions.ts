import { fakeClockOf } from './fake-timers.js';

/** The remaining idle period. */
export interface IdlePeriod {
  /** Milliseconds, 0 once it is over. */
  timeRemaining(): number;
}

interface CallbackFunctions {
  requestAnimationFrame: (run: () => void) => unknown;
  requestIdleCallback: (run: (period: IdlePeriod) => void, options: { readonly timeout: number }) => unknown;
}

const seen: { [K in keyof CallbackFunctions]?: CallbackFunctions[K] | undefined } = {};

/** The current function of the page. While a fake one is installed, the last real one. */
export function callbackFunction<K extends keyof CallbackFunctions>(name: K): CallbackFunctions[K] | undefined {
  const current = (globalThis as Partial<CallbackFunctions>)[name];
  if (fakeClockOf(current) === undefined) seen[name] = typeof current === 'function' ? current : undefined;
  return seen[name];
}
