import type { Span } from './lane-recorder.js';
import type { Mark, Slice } from './slice.js';

const LABEL_WIDTH = 12;

/** What the signs of a diagram mean. */
export function legend({ lanes }: Slice): string[] {
  return [
    'person: the key that is pressed; screen: the key whose answer appears',
    `${Object.keys(lanes).join(', ')}: it ran (#) or ran for less than half of the column (:)`,
    'event loop: it came round to what is due outside of the schedulers (|)',
  ];
}

/**
 * Draws which lane ran when: a row per lane, and a column per millisecond, or more if the terminal is narrow.
 *
 * @param shown milliseconds of the slice that must be seen; more of it where there is room
 */
export function drawLanes(slice: Slice, shown: number, width: number): string[] {
  const columns = Math.max(10, Math.min(width - LABEL_WIDTH, slice.to - slice.from));
  const msPerColumn = Math.max(1, Math.ceil(shown / columns));
  const columnOf = (at: number): number => Math.floor((at - slice.from) / msPerColumn);

  const marks = (list: readonly Mark[]): string => {
    const row = new Array<string>(columns).fill(' ');
    for (const { at, letter } of list) if (columnOf(at) < columns) row[columnOf(at)] = letter;
    return row.join('');
  };
  const lane = (spans: readonly Span[]): string => {
    const ran = new Array<number>(columns).fill(0);
    for (const [from, to] of spans) {
      for (let column = columnOf(from); column <= columnOf(to) && column < columns; column++) {
        const begin = slice.from + column * msPerColumn;
        ran[column]! += Math.max(0, Math.min(to, begin + msPerColumn) - Math.max(from, begin));
      }
    }
    return ran.map((ms) => (ms >= msPerColumn / 2 ? '#' : ms > 0 ? ':' : ' ')).join('');
  };
  const rows: [label: string, row: string][] = [
    ['person', marks(slice.pressed)],
    ...Object.entries(slice.lanes).map(([name, spans]): [string, string] => [name, lane(spans)]),
    ['event loop', marks(slice.loop.map((at) => ({ at, letter: '|' })))],
    ['screen', marks(slice.answered)],
    ['', ruler(columns, msPerColumn, -slice.from)],
  ];
  return rows.map(([label, row]) => (label.padEnd(LABEL_WIDTH) + row).trimEnd());
}

/** A tick every ten columns from the press of the key. */
function ruler(columns: number, msPerColumn: number, before: number): string {
  let row = ' '.repeat(Math.floor(before / msPerColumn));
  for (let ms = 0; row.length < columns; ms += 10 * msPerColumn) {
    row += (ms === 0 ? '0 ms' : String(ms)).padEnd(10);
  }
  return row.slice(0, columns);
}
