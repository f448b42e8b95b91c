import { bytesOf } from './text-bytes.js';

/** So many tracks may a group have, and one for what has yet another name. */
const MOST_TRACKS = 1_000;
const OTHERS = 'others';

/** One row of a track: a thread, in the words of the format. No two slices in it overlap. */
export interface Row {
  readonly track: Track;
  readonly tid: number;
  readonly title: string;
  /** What its events have between their name and their time. */
  readonly place: Uint8Array;
  /** Its place among all rows: behind the other rows of its track. */
  readonly rank: number;
  /** Whether its name is in the file. */
  isNamed: boolean;
}

/**
 * What has one name in a trace: a lane, a runner, a thread. It has as many rows as things ever ran there at once, and each
 * thing that starts takes a row which is free.
 */
export class Track {
  /** Tasks that were posted to it and have not begun, and how many of them were written last. */
  waiting = 0;
  counted = 0;
  private readonly free: Row[] = [];
  private rows = 0;
  private rank = 0;

  /** @param nextTid numbers rows, over all tracks */
  constructor(
    readonly pid: number,
    readonly name: string,
    private readonly nextTid: () => number,
  ) {}

  take(): Row {
    const row = this.free.pop();
    if (row !== undefined) return row;
    const number = ++this.rows;
    const title = number === 1 ? this.name : `${this.name} (${number})`;
    const tid = this.nextTid();
    if (number === 1) this.rank = tid;
    const place = bytesOf(`,"pid":${this.pid},"tid":${tid},"ts":`);
    return { track: this, tid, title, place, rank: this.rank * MOST_TRACKS + number, isNamed: false };
  }

  give(row: Row): void {
    this.free.push(row);
  }
}

/** The tracks of one kind: a process, in the words of the format. */
export class TrackGroup {
  isNamed = false;
  private readonly tracks = new Map<string, Track>();

  constructor(
    readonly pid: number,
    readonly title: string,
    private readonly nextTid: () => number,
  ) {}

  /** Things of one name share a track: so many keys of a keyed runner need one, and no more memory than it. */
  track(name: string): Track {
    const known = this.tracks.get(name);
    if (known !== undefined) return known;
    if (this.tracks.size >= MOST_TRACKS && name !== OTHERS) return this.track(OTHERS);
    const track = new Track(this.pid, name, this.nextTid);
    this.tracks.set(name, track);
    return track;
  }
}
