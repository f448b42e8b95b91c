import type { TaskContext } from '../types.js';

const METHODS = [
  'shouldYield',
  'yield',
  'sleep',
  'waitFor',
  'abort',
  'letGoAfter',
  'alarm',
  'yieldThen',
  'sleepThen',
] as const satisfies readonly (keyof TaskContext)[];

/**
 * Lets the methods of contexts be taken out of them, as in `({ sleep }) => sleep(10)`: each is bound when it is read. A
 * context is made for each task that runs, and functions of its own would cost every one of them.
 */
export function bindWhenRead(prototype: TaskContext): void {
  for (const name of METHODS) {
    const method: (this: never) => unknown = prototype[name] as never;
    Object.defineProperty(prototype, name, {
      configurable: true,
      get(this: never) {
        return method.bind(this);
      },
    });
  }
}
