/**
 * The part of a clock of `@sinonjs/fake-timers` (as used by sinon, jest and vitest) that is needed here.
 * Source: https://github.com/sinonjs/fake-timers, "API Reference".
 */
export interface FakeTimers {
  readonly now: number;
  readonly performance?: { now(): number };
  /** Whether a timer is being called. A delay of 0 takes a millisecond then. */
  readonly duringTick?: unknown;
  /** What is armed, by the numbers of the handles; in older versions an object, which has no `has`. */
  readonly timers?: Partial<ReadonlyMap<number, unknown>>;
  setTimeout(run: () => void, delay: number): unknown;
  clearTimeout(handle: unknown): void;
  setInterval(run: () => void, delay: number): unknown;
  clearInterval(handle: unknown): void;
}

/**
 * The fake clock behind a host function, or `undefined` when it is real.
 *
 * Fake functions are recognised by their marker `clock`. A comparison with a function captured at import would be wrong:
 * zone.js and monitoring tools wrap `setTimeout` in production, and that is still real time.
 */
export function fakeClockOf(hostFunction: unknown): FakeTimers | undefined {
  const clock = (hostFunction as { clock?: Partial<FakeTimers> | null } | undefined)?.clock;
  return typeof clock?.setTimeout === 'function' ? (clock as FakeTimers) : undefined;
}
