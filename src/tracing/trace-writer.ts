import type { Row, Track, TrackGroup } from './trace-track.js';
import type { TraceFile } from './trace-file.js';

/** Anything that goes into `args`. */
export type TraceArgs = Readonly<Record<string, string | number | undefined>>;

/**
 * Writes events of the Trace Event Format: several at a time, all or none, so that each end has its beginning.
 *
 * Times are whole nanoseconds, and the format's are microseconds.
 */
export class TraceWriter {
  written = 0;
  dropped = 0;
  private events: string[] = [];
  /** What `events` name, and the file has not named. */
  private named: { isNamed: boolean }[] = [];

  constructor(
    private readonly file: TraceFile,
    private readonly groups: readonly TrackGroup[],
  ) {}

  slice(row: Row, name: string, start: number, end: number, category: string, args: TraceArgs): void {
    const color = args['outcome'] === 'failed' ? ',"cname":"terrible"' : '';
    this.event('X', row, name, start, `,"dur":${(end - start) / 1_000},"cat":"${category}"${color}${argsOf(args)}`);
  }

  /** From the slice of `from` that is open at `start`, to the one of `to` that begins at `end`. */
  flow(id: number, from: Row, start: number, to: Row, end: number, name: string): void {
    this.event('s', from, name, start, `,"id":${id},"cat":"${name}"`);
    this.event('f', to, name, end, `,"id":${id},"cat":"${name}","bp":"e"`);
  }

  /** A slice that may overlap others. */
  span(id: number, row: Row, name: string, start: number, end: number, category: string): void {
    this.event('b', row, name, start, `,"id":${id},"cat":"${category}"`);
    this.event('e', row, name, end, `,"id":${id},"cat":"${category}"`);
  }

  instant(row: Row, name: string, at: number, args: TraceArgs): void {
    this.event('i', row, name, at, `,"s":"t","cat":"task"${argsOf(args)}`);
  }

  counter({ pid, name, waiting }: Track, at: number): void {
    const title = JSON.stringify(`queue of ${name}`);
    this.events.push(`{"ph":"C","name":${title},"pid":${pid},"tid":0,"ts":${at / 1_000},"args":{"tasks":${waiting}}}`);
  }

  /** Hands over what was written since the last time; gives whether there was room. */
  commit(): boolean {
    const { events, named } = this;
    this.events = [];
    this.named = [];
    if (this.file.add(events.join(',\n'))) {
      this.written += events.length;
      return true;
    }
    for (const one of named) one.isNamed = false;
    // Names come again.
    this.dropped += events.filter((event) => !event.startsWith('{"ph":"M"')).length;
    return false;
  }

  /** Ends the file with what was lost. */
  end(at: number, row: Row): Promise<void> {
    const { written, dropped } = this;
    const totals = argsOf({ written, dropped });
    this.event(
      'i',
      row,
      dropped === 0 ? 'end of the trace' : `${dropped} events were dropped`,
      at,
      `,"s":"g"${totals}`,
    );
    const last = this.events.join(',\n');
    this.written += this.events.length;
    return this.file.end(last);
  }

  private event(phase: string, row: Row, name: string, at: number, rest: string): void {
    if (!row.isNamed) this.name(row);
    const { track, tid } = row;
    this.events.push(
      `{"ph":"${phase}","name":${JSON.stringify(name)},"pid":${track.pid},"tid":${tid},"ts":${at / 1_000}${rest}}`,
    );
  }

  private name(row: Row): void {
    const { pid } = row.track;
    const group = this.groups.find((one) => one.pid === pid)!;
    if (!group.isNamed) {
      this.metadata('process_name', pid, 0, 'name', group.title);
      this.metadata('process_sort_index', pid, 0, 'sort_index', pid);
      this.mark(group);
    }
    this.metadata('thread_name', pid, row.tid, 'name', row.title);
    this.metadata('thread_sort_index', pid, row.tid, 'sort_index', row.rank);
    this.mark(row);
  }

  private mark(one: { isNamed: boolean }): void {
    one.isNamed = true;
    this.named.push(one);
  }

  private metadata(what: string, pid: number, tid: number, key: string, value: string | number): void {
    const args = JSON.stringify({ [key]: value });
    this.events.push(`{"ph":"M","name":"${what}","pid":${pid},"tid":${tid},"args":${args}}`);
  }
}

function argsOf(args: TraceArgs): string {
  return `,"args":${JSON.stringify(args)}`;
}
