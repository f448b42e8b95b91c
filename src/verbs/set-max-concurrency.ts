import { demand } from '../base/demand.js';
import { Runner, toLimit } from '../runners/runner.js';
import { ThreadPool } from '../runners/thread-pool.js';

/**
 * Changes how many tasks of a parallel runner may run at once, on every clock. If the limit is lowered, running tasks go
 * on, and no task of the runner begins until enough of them have ended. O(clocks).
 *
 * ```ts
 * setMaxConcurrency(downloads, 2);
 * ```
 *
 * @param maxConcurrency a positive integer, or `Infinity`
 * @throws TypeError when `runner` was not made by `createParallelTaskRunner`
 * @throws RangeError or TypeError when `maxConcurrency` is not a limit
 */
export function setMaxConcurrency(runner: Runner, maxConcurrency: number): void {
  const isParallel = runner instanceof Runner && !runner.isSequenced && !(runner instanceof ThreadPool);
  demand(isParallel, 'setMaxConcurrency needs a runner that createParallelTaskRunner has made', runner);
  runner.setLimit(toLimit('maxConcurrency', maxConcurrency));
}
