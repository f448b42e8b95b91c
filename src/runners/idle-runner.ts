import { IdleHost } from '../host/idle-host.js';
import { settings } from '../kernel/settings.js';
import { BEST_EFFORT } from '../kernel/traits.js';
import { TurnScheduler } from '../kernel/turn-scheduler.js';
import { realScheduler } from '../virtual/in-force.js';
import { LoopRunner, type StandaloneRunnerOptions } from './loop-runner.js';
import type { Runner } from './runner.js';

/** The loop of all idle runners. */
let idle: TurnScheduler | null = null;

/**
 * A sequenced runner whose tasks run only while the page is idle, by `requestIdleCallback`: for what nobody waits for. A
 * `'best-effort'` runner goes after the other tasks of the program; this one goes after frames, input and other scripts, too.
 *
 * - Its tasks run one after the other until the idle period is over, the `turnBudget` is spent, or input waits.
 * - After the `maxWait` of best-effort tasks (10 s, see `configure`) one task runs in any case.
 * - Where there is no `requestIdleCallback`, as in Node and Safari, its tasks run while no other task of the program is ready.
 * - In virtual time, and under fake timers, its tasks run as those of every other runner.
 * - It belongs to no pool: one task at a time is pending, and it is shut down by itself.
 *
 * ```ts
 * const idle = createIdleTaskRunner({ name: 'cache' });
 * idle.postTask(async (context) => {
 *   for (const page of pages) {
 *     warmUp(page);
 *     if (context.shouldYield()) await context.yield();
 *   }
 * });
 * ```
 *
 * @throws RangeError or TypeError when an option is invalid
 */
export function createIdleTaskRunner(options?: StandaloneRunnerOptions): Runner {
  idle ??= new TurnScheduler(
    new IdleHost(
      () => realScheduler.lanes.isEmpty,
      () => settings.maxWait[BEST_EFFORT],
    ),
  );
  return new LoopRunner(idle, options);
}
