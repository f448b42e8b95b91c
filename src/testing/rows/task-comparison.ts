import type { Difference } from './compare-runs.js';
import type { TaskRun } from './task-run.js';
import { Columns, toTracks } from './tracks.js';

/** One row of an expectation and what became of it. */
export interface ComparedRow {
  readonly name: string;
  readonly expected: readonly TaskRun[];
  readonly actual: readonly TaskRun[];
  readonly difference: Difference | null;
}

/** The message of an expectation that was not met: rows aligned, a caret under the first frame that differs. */
export function comparison(rows: readonly ComparedRow[]): string {
  const worst = rows
    .filter(({ difference }) => difference !== null)
    .reduce((first, row) => (row.difference!.frame < first.difference!.frame ? row : first));
  const { frame, text } = worst.difference!;
  const tracks = rows.map(({ expected, actual }) => ({ expected: toTracks(expected), actual: toTracks(actual) }));
  const frames = rows.map(({ difference }) => (difference?.frame ?? -1) + 1);
  const columns = new Columns(
    tracks.flatMap(({ expected, actual }) => [...expected, ...actual]),
    Math.max(...frames),
  );

  const margin = Math.max(...rows.map(({ name }) => title(name).length)) + 2;
  const line = (name: string, kind: string, row: string): string =>
    `  ${name.padEnd(margin)}${kind.padEnd('expected'.length + 2)}${row}`.trimEnd();
  const lines = rows.flatMap(({ name, difference }, place) => {
    const { expected, actual } = tracks[place]!;
    if (difference === null) {
      return actual.map((track, index) => line(index === 0 ? title(name) : '', '', columns.write(track)));
    }
    return [
      ...expected.map((track, index) =>
        line(index === 0 ? title(name) : '', index === 0 ? 'expected' : '', columns.write(track)),
      ),
      ...actual.map((track, index) => line('', index === 0 ? 'actual' : '', columns.write(track))),
      line('', '', ' '.repeat(columns.placeOf(difference.frame)) + '^'),
    ];
  });
  return [
    `Tasks ran otherwise than expected, first in frame ${frame} of '${worst.name}': ${text}.`,
    '',
    line('', '', columns.ruler()),
    ...lines,
  ].join('\n');
}

function title(name: string): string {
  return name === '' ? '(unnamed)' : name;
}
