import { wait } from '../base/wait.js';
import { FOLLOW } from '../kernel/traits.js';
import { ownerOf } from '../runners/owner-of.js';
import type { TaskRunner, WaitOptions } from '../types.js';
import { schedulerInForce } from '../virtual/in-force.js';

/**
 * Resolves when the bounded queue of `runner` has room for one more, in the order of asking; at once where it has no
 * bounds. The place is kept until the next macrotask. O(1).
 *
 * ```ts
 * for await (const file of source) {
 *   await whenRoom(runner);
 *   runner.postTask(() => read(file));
 * }
 * ```
 *
 * @throws TypeError when `runner` is none of this library, or an option has a value that it cannot have
 */
export function whenRoom(runner: TaskRunner, options?: WaitOptions): Promise<void> {
  const owner = ownerOf('whenRoom', runner);
  return wait(options, (resolve) => owner.sequenceOn(schedulerInForce(), FOLLOW, true).whenRoom(resolve));
}
