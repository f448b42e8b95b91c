import { atLeast, type Mark } from '../marks.js';
import { posting } from '../peers/index.js';
import { burst, type Peer } from '../peers/peer.js';
import { type Measure, repeated, type Row } from '../rounds.js';
import { inWords, type Scale, sized, timesFor } from './sizes.js';

const marks: Readonly<Record<number, readonly Mark[]>> = {
  10_000: [atLeast(1, 'asapScheduler'), atLeast(4, 'scheduler (React)'), atLeast(4, 'asyncScheduler')],
  100_000: [atLeast(5, 'scheduler (React)'), atLeast(10, 'asyncScheduler'), atLeast(20, 'asapScheduler')],
  1_000_000: [atLeast(1, 'scheduler (React)'), atLeast(1, 'setImmediate')],
};

/** Row 1: work posted in one go, and run. */
export function burstRows(scale: Scale): Row[] {
  return [10_000, 100_000, 1_000_000].map((size) => ({
    title: `schedule, burst of ${inWords(size)}`,
    metrics: [{ unit: 'M tasks/s', better: 'more' }],
    rounds: 7,
    contenders: posting
      .filter(({ longest = Infinity }) => size <= longest)
      .map((peer) => ({ name: peer.name, measure: burstOf(size, scale, peer) })),
    marks: marks[size] ?? [],
    notes: size > 100_000 ? ['Left out: what takes minutes.'] : [],
  }));
}

/** Posts `size` times, and waits until all have run: M tasks per second. */
export function burstOf(size: number, scale: Scale, peer: Peer): Measure {
  const count = sized(size, scale);
  return repeated(
    timesFor(size),
    () =>
      new Promise((resolve) => {
        const { post } = peer;
        let left = count;
        const start = performance.now();
        const work = (): void => {
          if (--left === 0) resolve(count / (performance.now() - start) / 1e3);
        };
        burst(peer, () => {
          for (let i = 0; i < count; i++) post(work);
        });
      }),
  );
}
