import type { Row } from '../rounds.js';
import { burstRows } from './burst.js';
import { delayRows } from './delays.js';
import { handOverRows } from './hand-over.js';
import { insightRows } from './insight.js';
import { memoryRows } from './memory.js';
import { observeOnRows } from './observe-on.js';
import { rearmRow } from './rearm.js';
import { scaleRow } from './scale.js';
import type { Scale } from './sizes.js';
import { threadPaysRows } from './thread-pays.js';
import { threadRows } from './threads.js';
import { unusedRows } from './unused.js';
import { urgencyRows } from './urgency.js';

/** All rows, in the order they are run in. */
export function allRows(scale: Scale): Row[] {
  return [
    ...burstRows(scale),
    rearmRow(scale),
    ...observeOnRows(scale),
    ...handOverRows(scale),
    ...delayRows(scale),
    ...urgencyRows(scale),
    ...memoryRows(scale),
    scaleRow(scale),
    ...threadRows(scale),
    ...threadPaysRows(scale),
    ...insightRows(scale),
    // At the end, because of what it leaves behind.
    ...unusedRows(scale),
  ];
}
