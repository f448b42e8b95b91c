import { type TaskRun, textOf } from './task-run.js';

/** A `=` inside of a group, where time does not pass. */
const HELD_IN_GROUP = '\u0000';
/** So many equal columns stay as they are; of more, the inner ones are written as a time. */
const SHORT_GAP = 12;

interface Block {
  readonly start: number;
  readonly text: string;
}

/** Rows of equal length in which a run is written in the columns of its frames. */
export type Tracks = readonly string[];

/**
 * Writes runs into as few rows as they need: a run goes to the first row that is free where it begins. Runs that begin
 * in one frame and touch no other are a group.
 */
export function toTracks(runs: readonly TaskRun[]): Tracks {
  const tracks: string[] = [];
  for (const { start, text } of blocksOf(runs)) {
    // Behind a run that has not ended nothing is free.
    let place = tracks.findIndex((track) => track.length <= start && !/>\)?$/.test(track));
    if (place < 0) place = tracks.push('') - 1;
    tracks[place] = tracks[place]!.padEnd(start, '-') + text;
  }
  return tracks.length === 0 ? [''] : tracks;
}

function* blocksOf(runs: readonly TaskRun[]): Generator<Block> {
  const sorted = [...runs].sort((a, b) => a.start - b.start);
  for (let first = 0; first < sorted.length;) {
    const { start } = sorted[first]!;
    let next = first;
    while (sorted[next]?.start === start) next++;
    const together = sorted.slice(first, next);
    const brief = together.filter(({ frames, isOpen }) => frames === 1 && !isOpen);
    const text = brief.map(({ letter, sign }) => letter + (sign?.kind ?? '')).join('');
    if (brief.length > 0) yield { start, text: text.length === 1 ? text : `(${text})` };
    for (const run of together) if (!brief.includes(run)) yield { start, text: maskGroup(textOf(run)) };
    first = next;
  }
}

function maskGroup(text: string): string {
  return text.startsWith('(') ? text.replaceAll('=', HELD_IN_GROUP) : text;
}

/** The columns of several rows side by side, where long stretches in which nothing changes are written as a time. */
export class Columns {
  private readonly gaps: { readonly from: number; readonly to: number; readonly text: string }[] = [];
  /** How many frames the widest row has. */
  readonly width: number;

  constructor(tracks: Tracks, width = 0) {
    this.width = tracks.reduce((widest, track) => Math.max(widest, track.length), width);
    const rows = tracks.map((track) => track.padEnd(this.width, '-'));
    const isSame = (column: number): boolean =>
      rows.every((row) => (row[column] === '-' || row[column] === '=') && row[column] === row[column - 1]);
    for (let column = 1; column < this.width; column++) {
      let end = column;
      while (end < this.width && isSame(end)) end++;
      if (end - column > SHORT_GAP) {
        this.gaps.push({ from: column, to: end - 1, text: ` ${end - 1 - column}ms ` });
        column = end;
      }
    }
  }

  /** One row as text; all have the same length. */
  write(track: string): string {
    const row = track.padEnd(this.width, '-');
    let text = '';
    let at = 0;
    for (const { from, to, text: time } of this.gaps) {
      text += row.slice(at, from) + time;
      at = to;
    }
    return (text + row.slice(at)).replaceAll(HELD_IN_GROUP, '=');
  }

  /** Where a frame stands in the text. */
  placeOf(frame: number): number {
    let place = frame;
    for (const { from, to, text } of this.gaps) {
      if (frame >= to) place += text.length - (to - from);
      else if (frame >= from) return place - frame + from + 1;
    }
    return place;
  }

  /** The frames as figures, one every ten columns and behind each stretch that is left out. */
  ruler(first = 0): string {
    const marks = new Set<number>();
    for (let frame = (10 - (first % 10)) % 10; frame < this.width; frame += 10) marks.add(frame);
    if (first % 10 !== 0) marks.add(0);
    for (const { from, to } of this.gaps) {
      for (let frame = from; frame < to; frame++) marks.delete(frame);
      marks.add(to);
    }
    let text = '';
    for (const frame of [...marks].sort((a, b) => a - b)) {
      const place = this.placeOf(frame);
      if (place < text.length + (text === '' ? 0 : 1)) continue;
      text = text.padEnd(place) + String(first + frame);
    }
    return text;
  }
}
