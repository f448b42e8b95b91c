import { demand, demandNumber, demandOptions } from '../base/demand.js';
import { wait } from '../base/wait.js';
import type { Gate } from '../kernel/gate.js';
import { Sequence } from '../kernel/sequence.js';
import type { Bound } from '../runners/limits.js';
import { ownerOf, type RunnerOrKeys } from '../runners/owner-of.js';
import type { WaitOptions } from '../types.js';
import { schedulerInForce } from '../virtual/in-force.js';

/** Options of {@link whenRoom}. */
export interface RoomOptions extends WaitOptions {
  /**
   * The number of free places to wait for: a positive integer, at most the capacity. Defaults to 1. With half of the
   * capacity, a paused source resumes when the queue is half empty, and is not paused again at once.
   */
  readonly places?: number | undefined;
}

/**
 * Resolves when there is room for one more posted task, or for `places` tasks: in the bounds of a runner and its pool, in
 * the bound that all keys of a keyed runner share, or in `where` itself if it is a bound. Without a bound it resolves at
 * once.
 *
 * Callers get places in the order of their calls. The places are reserved until the next macrotask, so post right after the
 * `await`. O(1).
 *
 * ```ts
 * for await (const file of source) {
 *   await whenRoom(runner);
 *   runner.postTask(() => read(file));
 * }
 * ```
 *
 * @throws TypeError or RangeError when `where` is neither a bound nor a runner of this library, or an option is
 *   invalid
 */
export function whenRoom(where: RunnerOrKeys | Bound, options: RoomOptions = {}): Promise<void> {
  demandOptions(options, ['places', 'signal']);
  const { places = 1 } = options;
  demandNumber(Number.isInteger(places) && places > 0, 'The option places must be a positive integer', places);
  const scheduler = schedulerInForce();
  if ((where as Partial<Bound> | undefined)?.gateOn !== undefined) {
    const bound = where as Bound;
    demand('capacity' in bound, 'whenRoom needs a bound, which a rate limit is not', bound);
    const gates = fitting([bound.gateOn(scheduler)], places);
    return wait(options, (resolve) => waitAt(() => gates, places, resolve));
  }
  const owner = ownerOf('whenRoom', where as RunnerOrKeys);
  fitting(owner.workOn(scheduler).gates, places);
  return wait(options, (resolve) =>
    waitAt(
      // A key may have become idle in the meantime. Then it has another queue.
      () => owner.workOn(scheduler).gates,
      places,
      () => {
        const work = owner.workOn(scheduler);
        if (work instanceof Sequence) keepForAMacrotask(work);
        resolve();
      },
    ),
  );
}

/** @throws RangeError when so many places are never free */
function fitting(gates: readonly Gate[], places: number): readonly Gate[] {
  const capacity = Math.min(...gates.map((gate) => gate.capacity));
  demandNumber(places <= capacity, `The option places must be at most the capacity of the queue, ${capacity}`, places);
  return gates;
}

/** Takes places at all gates as soon as all of them have room. The returned function withdraws the request. */
function waitAt(gatesNow: () => readonly Gate[], places: number, resolve: () => void): () => void {
  let undo = (): void => undefined;
  const look = (): void => {
    const gates = gatesNow();
    const full = gates.find((gate) => !gate.hasRoom(places));
    if (full !== undefined) {
      undo = full.whenRoom(places, look);
      return;
    }
    for (const gate of gates) gate.reserve(places);
    resolve();
  };
  look();
  return () => undo();
}

/** Reserves the place in the key's current queue. */
function keepForAMacrotask(sequence: Sequence): void {
  if (sequence.group === null) return;
  sequence.keep();
  sequence.scheduler.clock.later(() => sequence.unkeep());
}
