import { type TaskRun, textOf } from './task-run.js';

/** The first frame in which two rows differ, and how. */
export interface Difference {
  readonly frame: number;
  readonly text: string;
}

/**
 * Compares the runs that a row should show, by track, with those it shows in the order in which they began.
 *
 * The runs of one frame must be the same; their order must be that of each track. Which tracks they are written in, and
 * in which order the tracks are, means nothing.
 */
export function compareRuns(expected: readonly (readonly TaskRun[])[], actual: readonly TaskRun[]): Difference | null {
  const starts = new Set([...expected.flat(), ...actual].map(({ start }) => start));
  let first: Difference | null = null;
  for (const frame of [...starts].sort((a, b) => a - b)) {
    const tracks = expected.map((track) => track.filter(({ start }) => start === frame));
    const difference = compareFrame(
      frame,
      tracks,
      actual.filter(({ start }) => start === frame),
    );
    if (difference !== null && (first === null || difference.frame < first.frame)) first = difference;
  }
  return first;
}

function compareFrame(
  frame: number,
  tracks: readonly (readonly TaskRun[])[],
  actual: readonly TaskRun[],
): Difference | null {
  const expected = tracks.flat();
  const missing = without(expected, actual);
  const surplus = without(actual, expected);
  if (missing.length > 0 || surplus.length > 0) {
    const text = `expected ${list(expected)}, got ${list(actual)}`;
    return { frame: frame + Math.min(...offsets(missing, surplus)), text };
  }
  const texts = actual.map(textOf);
  if (tracks.every((track) => isSubsequence(track.map(textOf), texts))) return null;
  return { frame, text: `expected the order ${list(expected)}, got ${list(actual)}` };
}

/** The runs of one list that the other has not. */
function without(runs: readonly TaskRun[], others: readonly TaskRun[]): TaskRun[] {
  const left = others.map(textOf);
  return runs.filter((run) => {
    const place = left.indexOf(textOf(run));
    if (place >= 0) left.splice(place, 1);
    return place < 0;
  });
}

/** How far behind their start they differ: later than at once when only lengths or signs do. */
function* offsets(missing: readonly TaskRun[], surplus: readonly TaskRun[]): Generator<number> {
  const left = [...surplus];
  for (const run of missing) {
    const place = left.findIndex(({ letter }) => letter === run.letter);
    if (place < 0) yield 0;
    else yield firstDifference(run, left.splice(place, 1)[0]!);
  }
  if (left.length > 0) yield 0;
}

function firstDifference(a: TaskRun, b: TaskRun): number {
  if (a.sign?.at === a.start || b.sign?.at === b.start) return 0;
  const [one, other] = [textOf(a), textOf(b)];
  let offset = 0;
  while (one[offset] === other[offset]) offset++;
  return offset;
}

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let place = 0;
  for (const text of part) {
    place = whole.indexOf(text, place) + 1;
    if (place === 0) return false;
  }
  return true;
}

function list(runs: readonly TaskRun[]): string {
  return runs.length === 0 ? 'nothing' : runs.map(textOf).join(' ');
}
