import { cpus, loadavg } from 'node:os';
import { DEBOUNCE_MS } from '../demo/experiment.js';
import { drawLanes, legend } from '../demo/lane-diagram.js';
import { round } from '../demo/statistics.js';
import { table, type TableRow } from '../demo/table.js';
import { count, wrap } from '../demo/text.js';
import type { Options } from './options.js';
import type { Result } from './results.js';

/** What the numbers mean. They would mean nothing without it. */
export const DEFINITIONS = {
  keystrokes:
    `From the moment a key is pressed, by the person's clock, until the screen shows an answer to what was typed up ` +
    `to it or later. It includes the ${DEBOUNCE_MS} ms of debounceTime, which nobody can beat.`,
  eventLoopDelay: 'How late something comes that is due every 2 ms, whether the loop stands still or not.',
  searches:
    'Each key cancels the search for the keys before it. Loops that hear of a key only once the search is over have ' +
    'nothing to cancel any more.',
  total: 'From the start until the last key is answered; the median of the rounds. Most of it is typing.',
  processorTime: 'Of the whole process, with all its threads; the median of the rounds.',
};

/** What it was measured on. */
export const MACHINE = {
  node: process.version,
  processor: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  /** How many threads wanted a core in the minute before, which others then may want still. */
  loadBefore: round(loadavg()[0]!),
};

/** How much of the slice must be seen. */
const SHOWN_MS = 500;

/** The results as a text for people. */
export function toReport(results: readonly Result[], words: number, options: Options, width: number): string {
  const { rounds, seconds, threads } = options;
  const first = results[0]!;
  return [
    '',
    ...wrap(
      `Somebody types for ${seconds} s, and each key searches ${count(words)} words for those in which the text stands, ` +
        `with typing errors. The same program with the search on its loop, on its loop and yielding, and divided among ` +
        `${threads} threads; rounds: ${rounds}.`,
      width,
    ),
    ...wrap(
      `Node ${MACHINE.node}, ${MACHINE.cores} cores, ${MACHINE.processor}; load average before: ${MACHINE.loadBefore}.`,
      width,
    ),
    '',
    ...table(
      results.map(({ name }) => name),
      rowsOf(results),
      width,
    ),
    '',
    ...wrap(`Keystroke: ${DEFINITIONS.keystrokes}`, width),
    ...wrap(`Event loop: ${DEFINITIONS.eventLoopDelay}`, width),
    ...wrap(`Searches: ${DEFINITIONS.searches}`, width),
    ...wrap(`Total: ${DEFINITIONS.total} Processor time: ${DEFINITIONS.processorTime}`, width),
    '',
    'A slice of the first round:',
    ...results.flatMap(({ name, slice }) => [
      '',
      `${name}: '${slice.letter}' is answered after ${count(slice.answeredAfter)} ms`,
      ...drawLanes(slice, SHOWN_MS, width),
    ]),
    '',
    ...legend(first.slice).flatMap((line) => wrap(line, width)),
    '',
  ].join('\n');
}

function rowsOf(results: readonly Result[]): TableRow[] {
  const row = (label: string, unit: string, value: (result: Result) => number): TableRow => ({
    label,
    values: results.map((result) => `${count(value(result))}${unit}`),
  });
  return [
    row('keystroke answered p50', ' ms', ({ keystrokes }) => keystrokes.p50),
    row('                   p99', ' ms', ({ keystrokes }) => keystrokes.p99),
    row('event-loop delay   p99', ' ms', ({ eventLoopDelay }) => eventLoopDelay.p99),
    row('                   max', ' ms', ({ eventLoopDelay }) => eventLoopDelay.max),
    row('total', ' ms', ({ total }) => total),
    row('processor time', ' ms', ({ processorTime }) => processorTime),
    row('keystrokes', '', ({ keystrokes }) => keystrokes.count),
    row('searches begun', '', ({ searches }) => searches.begun),
    row('         answered', '', ({ searches }) => searches.answered),
    row('         cancelled', '', ({ searches }) => searches.cancelled),
  ];
}
