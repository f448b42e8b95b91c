import { CHUNK_SIZE } from './dictionary.js';
import { DEBOUNCE_MS } from './experiment.js';
import { drawLanes, legend } from './lane-diagram.js';
import type { Options } from './options.js';
import type { Result } from './results.js';
import { table, type TableRow } from './table.js';
import { count, wrap } from './text.js';

/** What the numbers mean. They would mean nothing without it. */
export const DEFINITIONS = {
  keystrokes:
    `From the moment a key is pressed, by the person's clock, until the screen shows an answer to what was typed up ` +
    `to it or later. It includes the ${DEBOUNCE_MS} ms of debounceTime, which nobody can beat.`,
  eventLoopDelay:
    'How late something comes that is due every 2 ms, whether the loop stands still or not. The burst itself, which ' +
    'posts all chunks in one go before any of them can run, is part of it for all.',
  indexing: 'From subscribing to the dictionary until its last word is in the index; the median of the rounds.',
};

interface Row {
  readonly label: string;
  readonly value: (result: Result) => number;
  readonly ratio: (result: Result) => number;
}

/** The answer comes a good 50 ms after its key, and should be seen. */
const SHOWN_MS = 62;

const ROWS: readonly Row[] = [
  { label: 'keystroke answered p50', value: (r) => r.keystrokes.p50, ratio: (r) => r.ratio.p50 },
  { label: '                   p99', value: (r) => r.keystrokes.p99, ratio: (r) => r.ratio.p99 },
  { label: '                   max', value: (r) => r.keystrokes.max, ratio: (r) => r.ratio.max },
  { label: 'event-loop delay   p99', value: (r) => r.eventLoopDelay.p99, ratio: (r) => r.ratio.eventLoopDelayP99 },
  { label: 'dictionary indexed in', value: (r) => r.indexing.median, ratio: (r) => r.ratio.indexing },
];

/** The results as a text for people. */
export function toReport(results: readonly Result[], { rounds, feed }: Options, width: number): string {
  const { words } = results[0]!.indexing;
  return [
    '',
    ...wrap(
      `${count(words)} words are indexed, in chunks of ${CHUNK_SIZE} (${feed}), while somebody types a search. ` +
        `The same program on ${results.length} schedulers, in ${rounds} ${rounds === 1 ? 'round' : 'rounds'}.`,
      width,
    ),
    '',
    ...table(
      results.map(({ scheduler }) => scheduler),
      rowsOf(results),
      width,
    ),
    '',
    ...wrap(`Keystroke: ${DEFINITIONS.keystrokes}`, width),
    ...wrap(`Event loop: ${DEFINITIONS.eventLoopDelay}`, width),
    ...wrap(`Indexing: ${DEFINITIONS.indexing} "x" is the ratio to ${results[0]!.scheduler}.`, width),
    '',
    ...wrap('A slice of the first round, a column per millisecond where there is room:', width),
    ...results.flatMap(({ scheduler, slice }) => [
      '',
      `${scheduler}: '${slice.letter}' is answered after ${count(slice.answeredAfter)} ms`,
      ...drawLanes(slice, SHOWN_MS, width),
    ]),
    '',
    ...legend(results[0]!.slice).flatMap((line) => wrap(line, width)),
    '',
  ].join('\n');
}

function rowsOf(results: readonly Result[]): TableRow[] {
  const measured = ROWS.map(({ label, value, ratio }) => ({
    label,
    values: results.map((result) => `${count(value(result))} ms`),
    ratios: results.map(ratio),
  }));
  return [
    ...measured,
    { label: 'keystrokes measured', values: results.map(({ keystrokes }) => count(keystrokes.count)) },
  ];
}
