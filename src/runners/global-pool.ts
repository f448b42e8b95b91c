import type { ShutdownOptions, ShutdownReport } from '../types.js';
import { toLimits } from './limits.js';
import { Runner } from './runner.js';
import { type RunnerOptions, toRunnerTraits } from './runner-options.js';
import { ThreadPool, type ThreadPoolOptions } from './thread-pool.js';

let pool: ThreadPool | null = null;

/**
 * Creates the global pool of the program. After its shutdown you can create another one.
 *
 * ```ts
 * initGlobalThreadPool(4);
 * const runner = createTaskRunner({ priority: 'best-effort', name: 'indexing' });
 * ```
 *
 * @param workers how many posted tasks may run at once, or all options of a `ThreadPool`
 * @throws Error when there already is a global pool
 * @throws RangeError or TypeError when an option is invalid
 */
export function initGlobalThreadPool(workers?: number | ThreadPoolOptions): ThreadPool {
  if (pool !== null) {
    throw new Error('initGlobalThreadPool was called twice: shut the global pool down before you make another.');
  }
  return (pool = new ThreadPool(typeof workers === 'object' ? workers : { workers, name: 'global' }));
}

/**
 * Returns the global pool of the program.
 *
 * ```ts
 * console.table(pendingTasks(globalThreadPool()));
 * ```
 *
 * @throws Error before `initGlobalThreadPool`, and after `shutdownGlobalThreadPool`
 */
export function globalThreadPool(): ThreadPool {
  if (pool === null) {
    throw new Error('There is no global pool: call initGlobalThreadPool() before the first post to a global runner.');
  }
  return pool;
}

/**
 * Creates a sequenced runner of the global pool. You may call it before the global pool exists, at module level. The runner
 * is bound to the global pool that exists at its first post.
 *
 * ```ts
 * const account = createTaskRunner({ name: 'account' });
 * ```
 *
 * @throws TypeError or RangeError when an option is invalid
 */
export function createTaskRunner(options?: RunnerOptions): Runner {
  return new Runner(toRunnerTraits(options), toLimits(options), () => globalThreadPool().admission);
}

/**
 * Shuts the global pool down, as `ThreadPool.shutdown` does. Its runners stay bound to it, and reject posts. Without a
 * global pool it does nothing, and the report is empty.
 *
 * ```ts
 * const { abandoned } = await shutdownGlobalThreadPool({ timeout: 5_000 });
 * ```
 */
export function shutdownGlobalThreadPool(options?: ShutdownOptions): Promise<ShutdownReport> {
  const last = pool;
  if (last === null) return Promise.resolve({ ran: [], skipped: [], abandoned: [] });
  const report = last.shutdown(options);
  pool = null;
  return report;
}
