import { Barrier } from '../engine/barrier.js';
import type { Sequence } from '../engine/sequence.js';
import type { WaitOptions } from '../engine/task-options.js';
import { wait } from './wait.js';

/** Puts a barrier at the end of each sequence that has something to do, and waits for them all. */
export function flush(options: WaitOptions | undefined, sequences: readonly Sequence[]): Promise<void> {
  const busy = sequences.filter((sequence) => !sequence.isIdle);
  return wait<unknown>(options, (resolve, reject) => {
    const barriers = busy.map((sequence) => new Barrier(sequence));
    for (const barrier of barriers) barrier.sequence.scheduler.arm(barrier, 0);
    Promise.all(barriers.map(({ promise }) => promise)).then(resolve, reject);
    return () => {
      for (const barrier of barriers) barrier.unsubscribe();
    };
  }) as Promise<void>;
}
