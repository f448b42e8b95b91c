import type { TaskEvent, TaskEventType } from '../inspect/task-event.js';
import { PRIORITIES } from '../kernel/traits.js';
import { type Quote, Quotes } from './quotes.js';
import { bytesOf, TextBytes } from './text-bytes.js';
import type { TraceFile } from './trace-file.js';
import type { Row, Track, TrackGroup } from './trace-track.js';

/** Where a slice is. */
export type SliceKind = 'task' | 'lane' | 'thread' | 'post';
/** What an arrow leads from: a post, or a call of a thread. */
export type FlowKind = 'post' | 'call';
/** What has become of a task; one that runs when the trace ends has no ending. */
export type Outcome = TaskEventType | 'running';

/** How events begin, before their name, with a comma and a line end. */
const SLICES = /* @__PURE__ */ textOfEach(
  ['task', 'lane', 'thread', 'post'],
  (kind) => `,\n{"ph":"X","cat":"${kind}","name":`,
);
const DELAY = /* @__PURE__ */ bytesOf(',\n{"ph":"b","cat":"delay","name":');
const DELAY_END = /* @__PURE__ */ bytesOf(',\n{"ph":"e","cat":"delay","name":');
const INSTANT = /* @__PURE__ */ bytesOf(',\n{"ph":"i","s":"t","cat":"task","name":');
/** Arrows, whose name is what they are. */
const FLOWS = /* @__PURE__ */ textOfEach(['post', 'call'], (kind) => `,\n{"ph":"s","cat":"${kind}","name":"${kind}"`);
const FLOW_ENDS = /* @__PURE__ */ textOfEach(
  ['post', 'call'],
  (kind) => `,\n{"ph":"f","bp":"e","cat":"${kind}","name":"${kind}"`,
);

const DURATION = /* @__PURE__ */ bytesOf(',"dur":');
const ID = /* @__PURE__ */ bytesOf(',"id":');
const RUNNER = /* @__PURE__ */ bytesOf(',"args":{"runner":');
const ARGS = /* @__PURE__ */ eachOf(
  ['posted', 'started', 'finished', 'failed', 'rejected', 'cancelled', 'running'],
  (outcome) => {
    const color = outcome === 'failed' ? ',"cname":"terrible"' : '';
    return eachOf(PRIORITIES, (priority) =>
      textOfEach(
        ['task', 'action'],
        (kind) => `${color},"args":{"outcome":"${outcome}","priority":"${priority}","kind":"${kind}"`,
      ),
    );
  },
);
const WAITED = /* @__PURE__ */ bytesOf(',"waited":');
const POSTED_FROM = /* @__PURE__ */ bytesOf(',"postedFrom":');
const ERROR = /* @__PURE__ */ bytesOf(',"error":');
const END = /* @__PURE__ */ bytesOf('}');

function eachOf<K extends string, V>(keys: readonly K[], valueOf: (key: K) => V): Readonly<Record<K, V>> {
  return Object.fromEntries(keys.map((key) => [key, valueOf(key)])) as Record<K, V>;
}

function textOfEach<K extends string>(keys: readonly K[], textOf: (key: K) => string): Readonly<Record<K, Uint8Array>> {
  return eachOf(keys, (key) => bytesOf(textOf(key)));
}

/**
 * Writes events of the Trace Event Format: several at a time, all or none, so that each end has its beginning.
 *
 * Times are whole nanoseconds, and the format's are microseconds. Events are put together from bytes that are there already,
 * for they are most of what tracing costs.
 */
export class TraceWriter {
  written = 0;
  dropped = 0;
  private readonly quotes = new Quotes();
  /** What is not handed over yet: how many events it has, beside those that name rows, and what these name. */
  private readonly text = new TextBytes();
  private events = 0;
  private metadataEvents = 0;
  private named: { isNamed: boolean }[] = [];

  constructor(
    private readonly file: TraceFile,
    private readonly groups: readonly TrackGroup[],
  ) {}

  /** A name as the other verbs want it. */
  quote(name: string): Quote {
    return this.quotes.of(name);
  }

  /** What a lane, a thread or code outside of tasks does; of a lane, for which runner. */
  slice(kind: SliceKind, row: Row, name: Quote, start: number, end: number, runner?: string): void {
    this.begin(name.after(SLICES[kind]), row, start)
      .add(DURATION)
      .addThousandths(end - start);
    if (runner !== undefined) this.text.add(RUNNER).add(this.quotes.of(runner).bytes).add(END);
    this.text.add(END);
  }

  /** A task, from its beginning to its end. */
  task(row: Row, name: Quote, start: number, end: number, event: TaskEvent, outcome: Outcome): void {
    this.begin(name.after(SLICES.task), row, start)
      .add(DURATION)
      .addThousandths(end - start);
    this.addArgs(event, outcome);
    this.text.add(END);
  }

  /** A task that ends without having begun. */
  instant(row: Row, at: number, event: TaskEvent): void {
    this.begin(this.quotes.of(`${event.name}: ${event.type}`).after(INSTANT), row, at);
    this.addArgs(event, event.type);
    this.text.add(END);
  }

  /** From the slice of `from` that is open at `start`, to the one of `to` that begins at `end`. */
  flow(kind: FlowKind, id: number, from: Row, start: number, to: Row, end: number): void {
    this.begin(FLOWS[kind], from, start).add(ID).addCount(id).add(END);
    this.begin(FLOW_ENDS[kind], to, end).add(ID).addCount(id).add(END);
  }

  /** A slice that may overlap others. */
  delay(id: number, row: Row, name: Quote, start: number, end: number): void {
    this.begin(name.after(DELAY), row, start).add(ID).addCount(id).add(END);
    this.begin(name.after(DELAY_END), row, end).add(ID).addCount(id).add(END);
  }

  counter({ pid, name, waiting }: Track, at: number): void {
    const title = JSON.stringify(`queue of ${name}`);
    const ts = at / 1_000;
    this.addEvent(`{"ph":"C","name":${title},"pid":${pid},"tid":0,"ts":${ts},"args":{"tasks":${waiting}}}`);
    this.events++;
  }

  /** Hands over what was written since the last time; gives whether there was room. */
  commit(): boolean {
    const isIn = this.file.add(this.text.view);
    if (isIn) this.written += this.events + this.metadataEvents;
    // Names come again.
    else this.dropped += this.events;
    for (const one of this.named) one.isNamed = isIn;
    this.clear();
    return isIn;
  }

  /** Ends the file with what was lost. */
  end(at: number, row: Row): Promise<void> {
    const { dropped } = this;
    if (!row.isNamed) this.name(row);
    this.written += this.metadataEvents;
    const title = dropped === 0 ? 'end of the trace' : `${dropped} events were dropped`;
    const { pid } = row.track;
    const args = `{"written":${this.written},"dropped":${dropped}}`;
    const ts = at / 1_000;
    this.addEvent(`{"ph":"i","name":"${title}","pid":${pid},"tid":${row.tid},"ts":${ts},"s":"g","args":${args}}`);
    this.written++;
    return this.file.end(this.text.view);
  }

  private begin(opening: Uint8Array, row: Row, at: number): TextBytes {
    if (!row.isNamed) this.name(row);
    this.events++;
    return this.text.add(opening).add(row.place).addThousandths(at);
  }

  private addArgs({ priority, kind, waited, task, error }: TaskEvent, outcome: Outcome): void {
    const { text, quotes } = this;
    text.add(ARGS[outcome][priority][kind]);
    // In milliseconds; `NaN` when nobody saw it being posted.
    if (waited >= 0) text.add(WAITED).addThousandths(Math.round(waited * 1e3));
    const { postedFrom } = task;
    if (postedFrom !== undefined) text.add(POSTED_FROM).add(quotes.of(postedFrom).bytes);
    if (error !== undefined) text.add(ERROR).add(quotes.of(textOf(error)).bytes);
    text.add(END);
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
    this.addEvent(`{"ph":"M","name":"${what}","pid":${pid},"tid":${tid},"args":${args}}`);
    this.metadataEvents++;
  }

  /** One that is rare. */
  private addEvent(event: string): void {
    this.text.add(bytesOf(`,\n${event}`));
  }

  private clear(): void {
    this.text.clear();
    this.events = this.metadataEvents = 0;
    this.named.length = 0;
  }
}

/** An error may be anything, and may throw when it is asked what it is. */
function textOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'an error without a text';
  }
}
