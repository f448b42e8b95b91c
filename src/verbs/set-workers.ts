import { demand } from '../base/demand.js';
import { toLimit } from '../runners/runner.js';
import { ThreadPool } from '../runners/thread-pool.js';

/**
 * Changes how many workers a pool has: how many posted tasks of the pool and all its runners may run at once, on every
 * clock. If the number is lowered, running tasks go on, and no task that needs a worker begins until enough of them have
 * ended. Best-effort tasks still leave one worker free. O(clocks).
 *
 * ```ts
 * setWorkers(pool, 8);
 * ```
 *
 * @param workers a positive integer, or `Infinity`
 * @throws TypeError when `pool` is not a pool
 * @throws RangeError or TypeError when `workers` is not a limit
 */
export function setWorkers(pool: ThreadPool, workers: number): void {
  demand(pool instanceof ThreadPool, 'setWorkers needs a pool', pool);
  pool.admission.setLimit(toLimit('workers', workers));
}
