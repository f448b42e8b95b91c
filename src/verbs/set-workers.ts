import { demand } from '../base/errors.js';
import { toLimit } from '../runners/runner.js';
import { ThreadPool } from '../runners/thread-pool.js';

/**
 * Changes how many posted tasks of a pool and all its runners may be pending at once, on every clock. With fewer workers,
 * what runs goes on, and nothing begins until enough of it has ended. O(clocks).
 *
 * ```ts
 * setWorkers(pool, 8);
 * ```
 *
 * @param workers a positive integer, or `Infinity`
 * @throws RangeError or TypeError when an argument is not what it must be
 */
export function setWorkers(pool: ThreadPool, workers: number): void {
  demand(pool instanceof ThreadPool, 'setWorkers needs a pool', pool);
  pool.admission.setLimit(toLimit('workers', workers));
}
