import { heapSize } from './platform.js';
import { collectGarbage, macrotask } from './support.js';

/** Bytes on the heap, once all garbage is gone. */
export async function heapUsed(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await macrotask();
    collectGarbage();
  }
  return heapSize();
}

/**
 * How much the heap has grown per task when `rounds` rounds of `tasks` tasks each are over. `round` returns when all of
 * them have settled, and keeps nothing. The first ones are not measured: the engine compiles, and tables grow.
 */
export async function growthPerTask(rounds: number, tasks: number, round: (tasks: number) => unknown): Promise<number> {
  for (let i = 0; i < Math.max(2, rounds / 100); i++) await round(tasks);
  const before = await heapUsed();
  for (let i = 0; i < rounds; i++) await round(tasks);
  return ((await heapUsed()) - before) / (rounds * tasks);
}
