import { demand } from '../base/errors.js';
import { wait } from '../base/wait.js';
import type { Gate } from '../kernel/gate.js';
import { Sequence } from '../kernel/sequence.js';
import type { Bound } from '../runners/limits.js';
import { ownerOf, type RunnerOrKeys } from '../runners/owner-of.js';
import type { WaitOptions } from '../types.js';
import { schedulerInForce } from '../virtual/in-force.js';

/**
 * Resolves when there is room for one more posted task: in the bounded queue of a runner and that of its pool, in the one
 * that the keys of a keyed runner share, or in a bound. In the order of asking; at once where nothing is bounded. The place
 * is kept until the next macrotask. O(1).
 *
 * ```ts
 * for await (const file of source) {
 *   await whenRoom(runner);
 *   runner.postTask(() => read(file));
 * }
 * ```
 *
 * @throws TypeError when it is neither a bound nor a runner of this library, or an option has a value that it cannot have
 */
export function whenRoom(where: RunnerOrKeys | Bound, options?: WaitOptions): Promise<void> {
  const scheduler = schedulerInForce();
  if ((where as Partial<Bound> | undefined)?.gateOn !== undefined) {
    const bound = where as Bound;
    demand('capacity' in bound, 'whenRoom needs a bound, which a rate limit is not', bound);
    return wait(options, (resolve) => waitAt(() => [bound.gateOn(scheduler)], resolve));
  }
  const owner = ownerOf('whenRoom', where as RunnerOrKeys);
  return wait(options, (resolve) => {
    // A key may be idle meanwhile: then it has another queue.
    return waitAt(
      () => owner.workOn(scheduler).gates,
      () => {
        const work = owner.workOn(scheduler);
        if (work instanceof Sequence) keepForAMacrotask(work);
        resolve();
      },
    );
  });
}

/** Takes a place at all gates as soon as all have room; what it returns takes the wish back. */
function waitAt(gatesNow: () => readonly Gate[], resolve: () => void): () => void {
  let undo = (): void => undefined;
  const look = (): void => {
    const gates = gatesNow();
    const full = gates.find((gate) => !gate.hasRoom);
    if (full !== undefined) {
      undo = full.whenRoom(look);
      return;
    }
    for (const gate of gates) gate.reserve();
    resolve();
  };
  look();
  return () => undo();
}

/** The place is kept in the queue that the key has now. */
function keepForAMacrotask(sequence: Sequence): void {
  if (sequence.group === null) return;
  sequence.keep();
  sequence.scheduler.clock.later(() => sequence.unkeep());
}
