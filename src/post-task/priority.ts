import { demandOneOf } from '../base/demand.js';

/** How urgent a task is, with the web's names: `'background'` is the library's `'best-effort'`. */
export type WebTaskPriority = 'user-blocking' | 'user-visible' | 'background';

const WEB_PRIORITIES: readonly unknown[] = ['user-blocking', 'user-visible', 'background'];

export function isWebPriority(value: unknown): value is WebTaskPriority {
  return WEB_PRIORITIES.includes(value);
}

/** @throws TypeError when the web has no such priority */
export function demandPriority(name: string, value: unknown): asserts value is WebTaskPriority {
  demandOneOf(value, WEB_PRIORITIES, name);
}
