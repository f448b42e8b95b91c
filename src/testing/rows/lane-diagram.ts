import { PRIORITIES } from '../../kernel/traits.js';
import { labelOf, type LetterOf, type LetterOptions, plainLetters, uniqueLetters } from './letters.js';
import type { TaskRecord } from './task-record.js';
import { type TaskRun, toRun } from './task-run.js';
import { Columns, toTracks } from './tracks.js';

/** Options of {@link laneDiagram}. */
export interface LaneDiagramOptions extends LetterOptions {
  /** The start of the shown time span, by the clock of the records. Defaults to the first post. */
  readonly from?: number | undefined;
  /** The end of the shown time span. Defaults to the last event. */
  readonly to?: number | undefined;
  /** A row per lane (the default), or per runner. */
  readonly by?: 'lane' | 'runner' | undefined;
  /**
   * The number of columns to which real time is scaled. Defaults to 80. Frames are scaled if they do not fit in 120
   * columns.
   */
  readonly width?: number | undefined;
  /** Whether each letter stands for only one name (the default), or is chosen as in `expectTasks`. */
  readonly unique?: boolean | undefined;
}

const SCALED_WIDTH = 80;
const WIDEST = 120;

/** The row of a record: the name of its lane, or of its runner. */
export function rowOf({ priority, runner }: TaskRecord, by: 'lane' | 'runner'): string {
  return by === 'lane' ? priority : runner;
}

/** The names of the rows of a diagram: lanes by priority, runners in the order in which they were first used. */
export function rowsOf(records: readonly TaskRecord[], by: 'lane' | 'runner'): string[] {
  const names = new Set(records.map((record) => rowOf(record, by)));
  return by === 'lane' ? PRIORITIES.filter((priority) => names.has(priority)) : [...names];
}

/**
 * Draws a recording as text: time in columns, a row per lane or runner, and below them the meaning of the letters.
 *
 * If all times are whole frames and fit, it uses the notation of `expectTasks`, one column per frame. Otherwise, as for
 * real time, each column is a span of time: it shows the letter of the run that began in it, `+` for several, or `=` if a
 * run goes on.
 *
 * ```ts
 * const failed = recording.records.filter(({ outcome }) => outcome === 'failed');
 * console.log(laneDiagram(failed, { by: 'runner' }));
 * ```
 */
export function laneDiagram(records: readonly TaskRecord[], options: LaneDiagramOptions = {}): string {
  const { by = 'lane', width, unique = true } = options;
  const begun = records.filter(({ started }) => started !== null).sort((a, b) => a.nth! - b.nth!);
  const { from, to } = stretchOf(begun, options);
  const shown = begun.filter((record) => record.started! <= to && (record.ended ?? Infinity) >= from);
  const letterOf = unique ? uniqueLetters(shown, options) : plainLetters(options);
  const drawn = shown.filter((record) => letterOf(record) !== null);
  if (drawn.length === 0) return '(no task ran)';

  const names = rowsOf(drawn, by);
  const margin = Math.max(...names.map((name) => title(name).length)) + 2;
  const row = (name: string, text: string): string => (title(name).padEnd(margin) + text).trimEnd();
  const legend = legendOf(drawn, letterOf).map((line) => row(' ', line));
  const runsIn = (name: string, scale: number): TaskRun[] =>
    drawn
      .filter((record) => rowOf(record, by) === name)
      .map((record) => toRun(record, letterOf(record)!, from, scale)!);

  if (isWhole(drawn, from)) {
    const tracks = names.map((name) => toTracks(runsIn(name, 1).map(withoutPast)));
    const columns = new Columns(tracks.flat());
    if (columns.placeOf(columns.width) <= (width ?? WIDEST)) {
      const rows = names.flatMap((name, place) =>
        tracks[place]!.map((track, index) => row(index === 0 ? name : ' ', columns.write(track))),
      );
      return [row(' ', columns.ruler(from)), ...rows, ...legend].join('\n');
    }
  }
  const columns = width ?? SCALED_WIDTH;
  const scale = Math.max((to - from) / columns, Number.MIN_VALUE);
  const rows = names.map((name) => row(name, squeeze(runsIn(name, scale), columns)));
  return [...rows, row(' ', `a column is ${figure(scale)} ms, ${figure(to - from)} ms in all`), ...legend].join('\n');
}

function title(name: string): string {
  return name === '' ? '(unnamed)' : name;
}

/** From the first post to the last thing that happened. */
function stretchOf(records: readonly TaskRecord[], { from, to }: LaneDiagramOptions): { from: number; to: number } {
  let first = Infinity;
  let last = -Infinity;
  for (const { posted, started, ended, settled } of records) {
    first = Math.min(first, posted);
    last = Math.max(last, started!, ended ?? -Infinity, settled ?? -Infinity);
  }
  return { from: from ?? first, to: to ?? last };
}

/** Of a run that began before the first column, what is left of it: no letter, and all held. */
function withoutPast(run: TaskRun): TaskRun {
  return run.start >= 0 ? run : { ...run, letter: '=', start: 0, frames: Math.max(1, run.frames + run.start) };
}

function isWhole(records: readonly TaskRecord[], from: number): boolean {
  return records.every(({ started, ended, settled }) =>
    [started, ended, settled].every((time) => time === null || Number.isInteger(time - from)),
  );
}

/** One row, where a column is whatever happened in it. */
function squeeze(runs: readonly TaskRun[], columns: number): string {
  const cells = new Array<string>(columns).fill('-');
  const put = (column: number, text: string): void => {
    const place = Math.min(column, columns - 1);
    if (place < 0 || text === cells[place]) return;
    if (text === '=') cells[place] = cells[place] === '-' ? '=' : cells[place]!;
    else cells[place] = cells[place] === '-' || cells[place] === '=' ? text : '+';
  };
  for (const { letter, start, frames, isOpen } of runs) {
    put(start, letter);
    const end = isOpen ? columns : Math.min(columns, start + frames);
    for (let column = Math.max(0, start + 1); column < end; column++) put(column, '=');
  }
  return cells.join('');
}

function figure(milliseconds: number): string {
  return String(Number(milliseconds.toPrecision(3)));
}

/** What each letter stands for, and each sign that is used. */
function legendOf(records: readonly TaskRecord[], letterOf: LetterOf): string[] {
  const labels = new Map<string, Set<string>>();
  for (const record of records) {
    const letter = letterOf(record)!;
    labels.set(letter, (labels.get(letter) ?? new Set()).add(labelOf(record)));
  }
  const entries = [...labels].map(([letter, label]) => `${letter}: ${[...label].join(', ')}`);
  if (records.some(({ outcome }) => outcome === 'cancelled' || outcome === 'rejected')) entries.push('!: cancelled');
  if (records.some(({ outcome }) => outcome === 'failed')) entries.push('#: failed');
  if (records.some(({ ended }) => ended === null)) entries.push('>: has not ended');
  return wrap(entries);
}

function wrap(entries: readonly string[]): string[] {
  const lines: string[] = [];
  for (const entry of entries) {
    const last = lines.at(-1);
    if (last === undefined || last.length + entry.length > SCALED_WIDTH) lines.push(entry);
    else lines[lines.length - 1] = `${last} · ${entry}`;
  }
  return lines;
}
