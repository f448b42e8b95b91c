import { currentOwner } from '../kernel/current.js';
import type { TaskRunner } from '../types.js';

/**
 * Returns the runner (or the pool) whose task is running now, or `undefined` outside of tasks.
 *
 * Exact in synchronous code. After an `await` use `context.runner` instead. O(1).
 *
 * ```ts
 * const origin = currentTaskRunner() ?? ui;
 * button.onclick = () => void origin.postTask(refresh); // back to where this code runs now
 * ```
 */
export function currentTaskRunner(): TaskRunner | undefined {
  return currentOwner() ?? undefined;
}
