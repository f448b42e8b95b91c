/** One line of a diagram: what it shows at which frame. */
export interface Row {
  readonly label: string;
  /** By frame, in ascending order. */
  readonly cells: ReadonlyMap<number, string>;
  /** Whether it goes on after its last cell. */
  readonly isOpen: boolean;
}

/** Columns of a diagram, without the labels. */
const WIDTH = 88;
/** Columns without anything that are worth being written as a time progression. */
const LONG_GAP = 12;
/** Frames between two numbers of the ruler. */
const TICK = 5;

/** A stretch of time in which nothing happens, as RxJS writes it: ` 120ms `. */
interface Gap {
  readonly column: number;
  readonly text: string;
}

/** Which column a frame is in. */
interface Layout {
  readonly columns: ReadonlyMap<number, number>;
  readonly gaps: readonly Gap[];
  readonly width: number;
}

/**
 * Draws rows one below the other, so that a frame is in the same column of all of them, under a ruler; and a caret below
 * the frame that is marked.
 *
 * - A frame is one column, as in RxJS's marbles. Where a group such as `(ab)` would cover what comes after it, time is
 *   stretched, since RxJS has no way to write that.
 * - Where all would be wider than a screen, long gaps are written as time progressions, which RxJS reads as they stand;
 *   where that does not help, the diagram is broken into lines, and only those about the mark are shown.
 */
export function drawTimeline(rows: readonly Row[], mark: number | null): string[] {
  const plain = layOut(rows, false);
  const layout = plain.width <= WIDTH ? plain : layOut(rows, true);
  const indent = Math.max('frame'.length, ...rows.map(({ label }) => label.length)) + 2;
  const lines = [
    { label: 'frame', text: drawRuler(layout) },
    ...rows.map((row) => ({ label: row.label, text: drawRow(row, layout) })),
  ];
  const caret = mark === null ? null : (layout.columns.get(mark) ?? 0);
  const count = Math.ceil(layout.width / WIDTH);
  const marked = caret === null ? 0 : Math.floor(caret / WIDTH);
  const shown: string[] = [];
  for (let part = Math.max(0, marked - 1); part < Math.min(count, marked + 2); part++) {
    if (shown.length > 0) shown.push('');
    for (const { label, text } of lines) {
      shown.push((label.padEnd(indent) + text.slice(part * WIDTH, (part + 1) * WIDTH).join('')).trimEnd());
    }
    if (caret !== null && part === marked) shown.push(`${' '.repeat(indent + caret - part * WIDTH)}^ frame ${mark}`);
  }
  const left = count - Math.min(count, marked + 2) + Math.max(0, marked - 1);
  if (left > 0) shown.push(`… and ${left} more ${left === 1 ? 'line' : 'lines'} of ${WIDTH} columns …`);
  return shown;
}

/** The frames of some rows as one line of marbles. */
export function drawLine(row: Row): string {
  const layout = layOut([row], true);
  return drawRow(row, layout).join('').trimEnd();
}

function layOut(rows: readonly Row[], isCompressed: boolean): Layout {
  const frames = [...new Set(rows.flatMap(({ cells }) => [...cells.keys()]))].sort((a, b) => a - b);
  const columns = new Map<number, number>();
  const gaps: Gap[] = [];
  const free = rows.map(() => 0);
  let previous = { frame: Math.min(0, frames[0] ?? 0), column: 0 };
  for (const frame of frames) {
    let column = previous.column + Math.ceil(frame - previous.frame);
    // Two fractions of one frame.
    if (frame > previous.frame) column = Math.max(column, previous.column + 1);
    const start = Math.max(0, ...free);
    if (isCompressed && column - start >= LONG_GAP) {
      const text = ` ${column - start}ms `;
      gaps.push({ column: start, text });
      column = start + text.length;
    }
    rows.forEach(({ cells }, index) => {
      if (cells.has(frame)) column = Math.max(column, free[index]!);
    });
    rows.forEach(({ cells }, index) => {
      const cell = cells.get(frame);
      if (cell !== undefined) free[index] = column + Array.from(cell).length;
    });
    columns.set(frame, column);
    previous = { frame, column };
  }
  return { columns, gaps, width: Math.max(0, ...free) + 1 };
}

function drawRow({ cells, isOpen }: Row, { columns, gaps, width }: Layout): string[] {
  const line: string[] = [];
  const write = (column: number, text: string): void => {
    while (line.length < column) line.push('-');
    Array.from(text).forEach((character, index) => {
      line[column + index] = character;
    });
  };
  const last = Math.max(-1, ...cells.keys());
  const end = isOpen ? width : (columns.get(last) ?? 0);
  write(end, '');
  for (const gap of gaps) if (gap.column < end) write(gap.column, gap.text);
  for (const [frame, cell] of cells) write(columns.get(frame)!, cell);
  return line;
}

/** Numbers at every fifth frame, and where time goes on after a gap; each stands at its first digit. */
function drawRuler({ columns, gaps }: Layout): string[] {
  const line: string[] = [];
  const write = (column: number, frame: number): void => {
    if (line.length > 0 && line.length >= column) return;
    while (line.length < column) line.push(' ');
    line.push(...Array.from(String(frame)));
  };
  let previous = { frame: Math.min(0, ...columns.keys()), column: 0 };
  write(0, previous.frame);
  for (const [frame, column] of columns) {
    if (gaps.some((gap) => gap.column >= previous.column && gap.column < column)) write(column, frame);
    else {
      for (let tick = (Math.floor(previous.frame / TICK) + 1) * TICK; tick < frame; tick += TICK) {
        write(column - Math.ceil(frame - tick), tick);
      }
      if (frame % TICK === 0) write(column, frame);
    }
    previous = { frame, column };
  }
  return line;
}
