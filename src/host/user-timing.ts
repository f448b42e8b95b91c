/** The performance functions that the library uses, in Node and browsers. */
export interface UserTiming {
  measure(name: string, options: { start: number; end: number; detail: unknown }): unknown;
  clearMeasures(name: string): void;
}

/** The current functions, looked up at each use; `undefined` if there are none. */
export function userTiming(): UserTiming | undefined {
  const { performance } = globalThis as { performance?: Partial<UserTiming> };
  const isThere = typeof performance?.measure === 'function' && typeof performance.clearMeasures === 'function';
  return isThere ? (performance as UserTiming) : undefined;
}
