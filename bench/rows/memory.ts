import { atMost } from '../marks.js';
import { delaying, posting } from '../peers/index.js';
import { type Arming, burst, type Peer } from '../peers/peer.js';
import type { Measure, Row } from '../rounds.js';
import { type Scale, sized } from './sizes.js';

const noop = (): void => undefined;

/** Row 7: bytes on the heap per pending task, without what holds its handle. */
export function memoryRows(scale: Scale): Row[] {
  const count = sized(100_000, scale);
  return [
    {
      title: 'memory of a task that is queued',
      metrics: [{ unit: 'bytes', better: 'less' }],
      rounds: 3,
      warmUp: 1,
      contenders: posting.map((peer) => ({ name: peer.name, measure: queuedBytes(count, peer) })),
      marks: [atMost(152, 'bytes')],
    },
    {
      title: 'memory of a task that is delayed',
      metrics: [
        { unit: 'bytes', better: 'less' },
        { unit: 'bytes left when all are cancelled', better: 'less' },
      ],
      rounds: 3,
      warmUp: 1,
      contenders: delaying.map(({ name, delays }) => ({ name, measure: delayedBytes(count, delays) })),
      marks: [atMost(200, 'bytes'), atMost(1, 'bytes', 'left when all are cancelled:', 1)],
    },
  ];
}

function queuedBytes(count: number, peer: Peer): Measure {
  return () =>
    new Promise((resolve) => {
      const { post } = peer;
      const handles = new Array<unknown>(count).fill(null);
      let left = count;
      let bytes = 0;
      const work = (): void => {
        if (--left === 0) resolve([bytes]);
      };
      burst(peer, () => {
        const before = usedHeap();
        for (let i = 0; i < count; i++) handles[i] = post(work);
        bytes = (usedHeap() - before) / count;
        handles.fill(null);
      });
    });
}

function delayedBytes(count: number, { arm, cancel }: Arming): Measure {
  return async () => {
    const handles = new Array<unknown>(count).fill(null);
    const before = usedHeap();
    for (let i = 0; i < count; i++) handles[i] = arm(noop, 1e6);
    const pending = usedHeap();
    for (const handle of handles) cancel(handle);
    handles.fill(null);
    return [(pending - before) / count, (usedHeap() - before) / count];
  };
}

function usedHeap(): number {
  globalThis.gc!();
  return process.memoryUsage().heapUsed;
}
