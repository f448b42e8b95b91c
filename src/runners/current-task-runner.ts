import { currentOwner } from '../kernel/current.js';
import type { TaskRunner } from '../types.js';

/**
 * The runner (or the pool) whose task is running now, or `undefined` outside of any task.
 *
 * Exact in synchronous code. After an `await` a task is not running but resumed: use its `context.runner` there. O(1).
 *
 * ```ts
 * const origin = currentTaskRunner() ?? ui;
 * button.onclick = () => void origin.postTask(refresh); // back to where this code runs now
 * ```
 */
export function currentTaskRunner(): TaskRunner | undefined {
  return currentOwner() ?? undefined;
}
