import { atLeast } from '../marks.js';
import { repeating } from '../peers/index.js';
import { type Peer, repeat } from '../peers/peer.js';
import type { Measure, Row } from '../rounds.js';
import type { Scale } from './sizes.js';

/** Runs between two looks at the clock. */
const STRIDE = 64;

/** Row 2: an action that arms itself again, with no delay. */
export function rearmRow(scale: Scale): Row {
  return {
    title: 'an action that arms itself again, delay 0',
    metrics: [{ unit: 'M runs/s', better: 'more' }],
    rounds: 5,
    contenders: repeating.map((peer) => ({ name: peer.name, measure: rearmFor(50 * scale, peer) })),
    marks: [atLeast(10, 'asapScheduler'), atLeast(0.5, 'queueScheduler')],
    notes: [
      'As many runs as fit into 50 ms. What is no scheduler of RxJS posts itself again, or returns its continuation.',
      'queueScheduler never leaves the stack; it, asapScheduler, p-queue, fastq, @most/scheduler and queueMicrotask do not let the host have its turn.',
    ],
  };
}

function rearmFor(milliseconds: number, peer: Peer): Measure {
  return () =>
    new Promise((resolve) => {
      const start = performance.now();
      let runs = 0;
      repeat(peer, () => {
        if (++runs % STRIDE !== 0) return true;
        const elapsed = performance.now() - start;
        if (elapsed < milliseconds) return true;
        resolve([runs / elapsed / 1e3]);
        return false;
      });
    });
}
