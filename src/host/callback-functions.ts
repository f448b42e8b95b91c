import { fakeClockOf } from './fake-timers.js';

/** What there is of an idle period. */
export interface IdlePeriod {
  /** Milliseconds, 0 once it is over. */
  timeRemaining(): number;
}

interface CallbackFunctions {
  requestAnimationFrame: (run: () => void) => unknown;
  requestIdleCallback: (run: (period: IdlePeriod) => void, options: { readonly timeout: number }) => unknown;
}

const seen: { [K in keyof CallbackFunctions]?: CallbackFunctions[K] | undefined } = {};

/** The function of the page as it is now; while a fake one is installed, the real one seen last. */
export function callbackFunction<K extends keyof CallbackFunctions>(name: K): CallbackFunctions[K] | undefined {
  const current = (globalThis as Partial<CallbackFunctions>)[name];
  if (fakeClockOf(current) === undefined) seen[name] = typeof current === 'function' ? current : undefined;
  return seen[name];
}
