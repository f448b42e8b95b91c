import { CHUNK_SIZE } from './dictionary.js';
import { DEBOUNCE_MS } from './experiment.js';
import { drawLanes, LEGEND } from './lane-diagram.js';
import type { Options } from './options.js';
import type { Result } from './results.js';

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

const ROWS: readonly Row[] = [
  { label: 'keystroke answered p50', value: (r) => r.keystrokes.p50, ratio: (r) => r.ratio.p50 },
  { label: '                   p99', value: (r) => r.keystrokes.p99, ratio: (r) => r.ratio.p99 },
  { label: '                   max', value: (r) => r.keystrokes.max, ratio: (r) => r.ratio.max },
  { label: 'event-loop delay   p99', value: (r) => r.eventLoopDelay.p99, ratio: (r) => r.ratio.eventLoopDelayP99 },
  { label: 'dictionary indexed in', value: (r) => r.indexing.median, ratio: (r) => r.ratio.indexing },
];

const LABEL_WIDTH = 24;
const VALUE_WIDTH = 12;
const RATIO_WIDTH = 7;

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
    ...table(results, width),
    '',
    ...wrap(`Keystroke: ${DEFINITIONS.keystrokes}`, width),
    ...wrap(`Event loop: ${DEFINITIONS.eventLoopDelay}`, width),
    ...wrap(`Indexing: ${DEFINITIONS.indexing} "x" is the ratio to ${results[0]!.scheduler}.`, width),
    '',
    ...wrap('A slice of the first round, a column per millisecond where there is room:', width),
    ...results.flatMap(({ scheduler, slice }) => [
      '',
      `${scheduler}: '${slice.letter}' is answered after ${count(slice.answeredAfter)} ms`,
      ...drawLanes(slice, width),
    ]),
    '',
    ...LEGEND.flatMap((line) => wrap(line, width)),
    '',
  ].join('\n');
}

function table(results: readonly Result[], width: number): string[] {
  const fullWidth = LABEL_WIDTH + results.length * (VALUE_WIDTH + RATIO_WIDTH) - RATIO_WIDTH;
  // Where it is narrow there is no room for the ratios. The first contender has none: they are ratios to it.
  const ratioWidth = (index: number): number => (index > 0 && fullWidth <= width ? RATIO_WIDTH : 0);
  const cell = (value: string, ratio: string, index: number): string =>
    value.padStart(VALUE_WIDTH) + ratio.padStart(ratioWidth(index)).slice(0, ratioWidth(index));
  const head = results.map(({ scheduler }, index) => {
    const room = VALUE_WIDTH + ratioWidth(index);
    return (scheduler.length < room ? scheduler : scheduler.replace('Scheduler', '')).padStart(room);
  });
  const rows = ROWS.map(({ label, value, ratio }) => {
    const cells = results.map((result, index) =>
      cell(`${count(value(result))} ms`, `${ratio(result).toFixed(1)} x`, index),
    );
    return label.padEnd(LABEL_WIDTH) + cells.join('');
  });
  const counts = results.map(({ keystrokes }, index) => cell(count(keystrokes.count), '', index));
  return [
    ' '.repeat(LABEL_WIDTH) + head.join(''),
    ...rows,
    ('keystrokes measured'.padEnd(LABEL_WIDTH) + counts.join('')).trimEnd(),
  ];
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > Math.min(width, 100)) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line];
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
