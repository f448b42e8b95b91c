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
 * Makes a sequenced runner whose tasks run only while the page is idle, by `requestIdleCallback`. Use it for work that
 * nobody waits for. Tasks of a `'best-effort'` runner yield to the other tasks of the program. Tasks of this runner also
 * yield to frames, input and other scripts.
 *
 * - The tasks run one after another until the idle period is over, the `turnBudget` is spent, or input is waiting.
 * - After the `maxWait` of best-effort tasks (10 s, see `configure`) one task runs in any case.
 * - Without `requestIdleCallback`, as in Node and Safari, the tasks run while no other task of the program is ready.
 * - In virtual time and under fake timers the tasks run like those of any other runner.
 * - The runner belongs to no pool, so shut it down separately. At most one of its tasks is pending.
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
