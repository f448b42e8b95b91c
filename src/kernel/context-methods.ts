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
 * Allows methods of contexts to be destructured, as in `({ sleep }) => sleep(10)`: each method is bound when it is read.
 * Each running task has a context, so creating its functions up front would cost every task.
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
