import { demand } from '../base/demand.js';
import { Admission } from '../kernel/admission.js';
import { toTraits } from '../kernel/traits.js';
import { toLimits } from './limits.js';
import type { StandaloneRunnerOptions } from './loop-runner.js';
import { toRunnerTraits } from './runner-options.js';
import { Runner } from './runner.js';

/** Options of {@link createSingleThreadTaskRunner}. */
export interface SingleThreadOptions extends StandaloneRunnerOptions {
  /**
   * A thread for its tasks, from the entry `threads`: `threads.pinned('database')`. The thread ends after the runner has
   * shut down. Tasks served by that thread run there, and all other functions still run on the loop. By default there is no
   * thread.
   */
  readonly thread?: EndsWithRunner | undefined;
}

/** A resource that ends with the runner. */
interface EndsWithRunner {
  endWith(runner: Runner): void;
}

const FINISHES = /* @__PURE__ */ toTraits({ shutdownBehavior: 'block-shutdown' });

/**
 * Makes a sequenced runner with a dedicated worker, outside of every pool. Use it for work that must not wait for a free
 * worker of a busy pool, such as a shared connection.
 *
 * - Tasks start in posting order and never overlap.
 * - Tasks of pools delay it only by their priority, because no other task holds its worker.
 * - `shutdown()` runs the queued tasks, because they default to `'block-shutdown'`. `stop()` drops them and cancels the
 *   running task.
 *
 * Without the option `thread`, "single thread" means one worker, not an operating-system thread. The shared loop runs its
 * tasks by priority. Synchronous code of other runners still delays it by up to one of their tasks.
 *
 * ```ts
 * const database = createSingleThreadTaskRunner({ name: 'database', thread: threads.pinned('database') });
 * const rows = await database.postTask(threads.pinned('database').tasks.query('select 1'));
 * ```
 *
 * @throws RangeError or TypeError when an option is invalid
 */
export function createSingleThreadTaskRunner(options: SingleThreadOptions = {}): Runner {
  const traits = toRunnerTraits(options, ['onTaskError', 'thread'], FINISHES);
  const { onTaskError, thread } = options;
  const isThread = thread === undefined || typeof (thread as Partial<EndsWithRunner> | null)?.endWith === 'function';
  demand(isThread, "The option thread must be a pinned thread, as threads.pinned('name') gives", thread);
  const runner = new Runner(traits, toLimits(options), Admission.of(traits.name, 1, onTaskError));
  thread?.endWith(runner);
  return runner;
}
