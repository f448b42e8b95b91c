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
   * A thread for its tasks, of the entry `threads`: `threads.pinned('database')`. It ends once the runner is shut down. Tasks
   * of that thread run there; every other function still runs on the loop. By default there is no thread.
   */
  readonly thread?: EndsWithRunner | undefined;
}

/** What a runner can be given to end with it. */
interface EndsWithRunner {
  endWith(runner: Runner): void;
}

const FINISHES = /* @__PURE__ */ toTraits({ shutdownBehavior: 'block-shutdown' });

/**
 * A sequenced runner with a worker of its own, outside of every pool: for what must not wait until a busy pool has a worker
 * free, such as a connection that all tasks share.
 *
 * - Tasks start in posting order and never overlap.
 * - No task of a pool delays it but by priority: its worker is never held by anything else.
 * - `shutdown()` finishes what is queued, since its tasks default to `'block-shutdown'`; `stop()` drops it, and cancels what
 *   runs.
 *
 * Without the option `thread`, "single thread" means one worker, not a thread of the operating system, and no loop of its own:
 * the one loop runs its tasks, by their priority. Synchronous code of others still delays it by up to one of their tasks.
 *
 * ```ts
 * const database = createSingleThreadTaskRunner({ name: 'database', thread: threads.pinned('database') });
 * const rows = await database.postTask(threads.pinned('database').tasks.query('select 1'));
 * ```
 *
 * @throws RangeError or TypeError when an option has a value that it cannot have
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
