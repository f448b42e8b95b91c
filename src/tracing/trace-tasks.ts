import { demand, demandNumber, demandOptions } from '../base/demand.js';
import { disposeBy } from '../base/dispose.js';
import { listenToThreadCalls, type ThreadCall, type ThreadCallListener } from '../inspect/thread-calls.js';
import type { TaskEvent } from '../inspect/task-event.js';
import { TaskNotes } from '../inspect/task-notes.js';
import { PRIORITIES } from '../kernel/traits.js';
import type { TaskPriority } from '../types.js';
import { type Following, followTasks, type Stretch, type TaskFollower } from './follow-tasks.js';
import type { Quote } from './quotes.js';
import { TraceFile } from './trace-file.js';
import { type NodeSink, sinkOf, type WebSink } from './trace-sink.js';
import { type Row, type Track, TrackGroup } from './trace-track.js';
import { type Outcome, TraceWriter } from './trace-writer.js';

/** Options of `traceTasks`. */
export interface TraceOptions {
  /**
   * A prefix for the names of the three groups of tracks, such as the name of the program. Defaults to the empty string.
   */
  readonly name?: string | undefined;
  /** How many bytes may wait for a slow stream. Defaults to 4,194,304. */
  readonly buffer?: number | undefined;
}

/** The result of a trace. */
export interface TraceReport {
  /** The number of events in the stream. */
  readonly written: number;
  /** The number of events that were dropped because the stream was slow. */
  readonly dropped: number;
}

/** A trace in progress. */
export interface TaskTrace {
  /** `await using` stops the trace at the end of the block, if the runtime supports `Symbol.asyncDispose`. */
  readonly [Symbol.asyncDispose]: () => Promise<TraceReport>;
  /** The number of events dropped so far. */
  readonly dropped: number;
  /**
   * Ends the trace, and closes the stream. Running tasks are shown up to this moment. Returns the same promise each time.
   * If the stream has failed, the trace has already ended, and the promise rejects with the error of the stream.
   */
  stop(): Promise<TraceReport>;
}

/**
 * Writes a trace of all tasks, from now on, as a JSON array of Chrome's trace events, for https://ui.perfetto.dev and
 * `chrome://tracing`.
 *
 * - A track for each lane shows the code that ran on the loop. A track for each runner name shows its tasks from start to
 *   end, across `await`. A track for each thread of `Threads` shows the calls that it served.
 * - Arrows lead from a post to the run, and from a task to its call on a thread. A delay is an asynchronous slice. A
 *   counter for each runner name shows the number of tasks that have not begun.
 * - Times are those of the clock in force at this call: in real time, of `performance.now()`. Tasks of other clocks are
 *   left out.
 * - The stream may be cut off after any write: the text is an array whose `]` may be missing.
 * - Memory is bounded: if the stream is slow, events are dropped, and the last event gives their number.
 * - It costs a few microseconds per task (see docs/monitoring.md), and about 550 bytes of the stream.
 *
 * ```ts
 * const trace = traceTasks(createWriteStream('run.trace.json'));
 * await work();
 * await trace.stop();
 * ```
 *
 * @param stream a stream of bytes: a `WritableStream` without a writer, or a `Writable` of Node
 * @throws TypeError or RangeError when an argument is invalid
 */
export function traceTasks(stream: WebSink | NodeSink, options: TraceOptions = {}): TaskTrace {
  demandOptions(options, ['name', 'buffer']);
  const { name = '', buffer = 4_194_304 } = options;
  demand(typeof name === 'string', 'The name of a trace must be a string', name);
  demandNumber(
    typeof buffer === 'number' && buffer > 0,
    'The buffer of a trace must be a number of bytes, more than 0',
    buffer,
  );
  return new Tracer(stream, name, buffer);
}

/** A task that has not ended. */
class TracedTask {
  isWaiting = false;
  /** Where it runs, once it does, and what was told of that. */
  row: Row | null = null;
  startedAt = NaN;
  started: TaskEvent | null = null;

  /**
   * @param name as the file has it
   * @param postedAt `NaN` if nobody saw that
   * @param from whose task has posted it; null for code outside of tasks
   */
  constructor(
    readonly keptIn: TaskNotes<TracedTask>,
    readonly track: Track,
    readonly name: Quote,
    readonly postedAt: number,
    readonly from: Row | null,
  ) {}
}

/** A call that a thread serves. */
interface TracedCall {
  /** As the file has it. */
  readonly name: Quote;
  readonly row: Row;
  readonly sentAt: number;
  readonly startedAt: number;
  /** The row of the task that has made it. */
  readonly from: Row | null;
}

/** Between two looks at the counters, in nanoseconds. */
const COUNTER_STEP = 1_000_000;

class Tracer implements TaskTrace, TaskFollower, ThreadCallListener {
  declare readonly [Symbol.asyncDispose]: () => Promise<TraceReport>;

  private readonly writer: TraceWriter;
  private readonly following: Following;
  private readonly stopListening: () => void;

  private readonly runners: TrackGroup;
  private readonly threads: TrackGroup;
  private readonly lanes = new Map<TaskPriority, Row>();
  /** Where what is posted by no task is shown to be posted. */
  private readonly outside: Row;

  private readonly tasks = new TaskNotes<TracedTask>();
  private readonly running = new Set<TracedTask>();
  private readonly callers = new WeakMap<ThreadCall, TracedTask | null>();
  private readonly calls = new Set<TracedCall>();
  /** Stretches that go on, one and those that it is called from, and the moments at which they began. */
  private readonly stretches: { readonly stretch: Stretch; readonly start: number }[] = [];
  private readonly uncounted = new Set<Track>();

  private lastMoment = -Infinity;
  private nextCount = -Infinity;
  private lastTid = 0;
  private lastId = 0;
  private stopping: Promise<TraceReport> | null = null;

  constructor(stream: WebSink | NodeSink, name: string, buffer: number) {
    const title = (text: string): string => (name === '' ? text : `${name}: ${text}`);
    const nextTid = (): number => ++this.lastTid;
    const lanes = new TrackGroup(1, title('lanes'), nextTid);
    this.runners = new TrackGroup(2, title('runners'), nextTid);
    this.threads = new TrackGroup(3, title('threads'), nextTid);
    for (const priority of PRIORITIES) this.lanes.set(priority, lanes.track(priority).take());
    this.outside = this.runners.track('outside of tasks').take();
    const file = new TraceFile(sinkOf(stream), buffer, () => this.unfollow());
    this.writer = new TraceWriter(file, [lanes, this.runners, this.threads]);
    this.following = followTasks(this);
    this.stopListening = listenToThreadCalls(this);
  }

  get dropped(): number {
    return this.writer.dropped;
  }

  stop(): Promise<TraceReport> {
    return (this.stopping ??= this.end());
  }

  // What it hears of tasks.

  posted(event: TaskEvent): void {
    const poster = this.following.current();
    const from = poster === null ? null : (this.tasks.get(poster)?.row ?? null);
    const task = this.open(event, this.moment(event.at), from);
    task.isWaiting = true;
    this.count(task.track, 1);
  }

  started(event: TaskEvent): void {
    const task = this.tasks.get(event.task) ?? this.open(event);
    this.begun(task);
    task.started = event;
    task.row = task.track.take();
    task.startedAt = this.moment(event.at);
    this.running.add(task);
  }

  ended(event: TaskEvent, mayBeRefused: boolean): void {
    const task = this.tasks.get(event.task) ?? (mayBeRefused ? this.open(event) : null);
    if (task === null) return;
    this.tasks.delete(event.task);
    this.begun(task);
    const end = this.moment(event.at);
    if (task.row === null) this.writeUnbegun(task, end, event);
    else this.writeRun(task, task.row, end, event, event.type);
  }

  entered(stretch: Stretch): void {
    this.stretches.push({ stretch, start: this.moment(stretch.start) });
  }

  left({ end }: Stretch): void {
    // There is none once the trace has ended.
    if (this.stretches.length > 0) this.writeStretch(this.moment(end));
  }

  // What it hears of threads.

  made(call: ThreadCall): void {
    const caller = this.following.current();
    if (caller !== null) this.callers.set(call, this.tasks.get(caller) ?? null);
    else if (this.following.isInForce()) this.callers.set(call, null);
  }

  sent(call: ThreadCall, thread: string): void {
    const caller = this.callers.get(call);
    if (caller === undefined) return;
    const from = caller?.row ?? null;
    const now = this.following.now();
    const [sentAt, startedAt] = [this.moment(now), this.moment(now)];
    const traced: TracedCall = {
      name: this.writer.quote(call.task),
      row: this.threads.track(thread).take(),
      sentAt,
      startedAt,
      from,
    };
    this.calls.add(traced);
    call.whenEnded(() => this.returned(traced));
  }

  private returned(call: TracedCall): void {
    if (this.calls.delete(call)) this.writeCall(call, this.moment(this.following.now()));
  }

  // What it makes of that.

  private open({ runner, name, task }: TaskEvent, postedAt = NaN, from: Row | null = null): TracedTask {
    const track = this.runners.track(runner.name || 'unnamed');
    const traced = new TracedTask(this.tasks, track, this.writer.quote(name), postedAt, from);
    this.tasks.set(task, traced);
    return traced;
  }

  private begun(task: TracedTask): void {
    if (!task.isWaiting) return;
    task.isWaiting = false;
    this.count(task.track, -1);
  }

  private writeRun(task: TracedTask, row: Row, end: number, event: TaskEvent, outcome: Outcome): void {
    const { track, name, postedAt, startedAt } = task;
    const { writer } = this;
    this.running.delete(task);
    track.give(row);
    task.row = null;
    writer.task(row, name, startedAt, end, event, outcome);
    if (postedAt >= 0) {
      const id = ++this.lastId;
      const from = task.from ?? this.outside;
      if (task.from === null) writer.slice('post', from, name, postedAt, postedAt + 1);
      writer.flow('post', id, from, postedAt, row, startedAt);
      this.writeDelay(id, task, row, startedAt, event);
    }
    writer.commit();
  }

  /** It was refused, dropped or cancelled. */
  private writeUnbegun(task: TracedTask, end: number, event: TaskEvent): void {
    const row = task.track.take();
    task.track.give(row);
    this.writer.instant(row, end, event);
    if (task.postedAt >= 0) this.writeDelay(++this.lastId, task, row, end, event);
    this.writer.commit();
  }

  private writeDelay(id: number, { name, postedAt }: TracedTask, row: Row, end: number, event: TaskEvent): void {
    const readyAt = Math.round(end - event.waited * 1e6);
    // A delay has whole milliseconds, mostly; what is less comes of rounding.
    if (readyAt - postedAt < 1e5) return;
    this.writer.delay(id, row, name, postedAt, Math.min(readyAt, end));
  }

  private writeStretch(end: number): void {
    const { stretch, start } = this.stretches.pop()!;
    const { name, runner } = stretch.task;
    const { writer } = this;
    writer.slice('lane', this.lanes.get(stretch.priority)!, writer.quote(name), start, end, runner.name);
    writer.commit();
  }

  private writeCall({ name, row, sentAt, startedAt, from }: TracedCall, end: number): void {
    row.track.give(row);
    this.writer.slice('thread', row, name, startedAt, end);
    if (from !== null) this.writer.flow('call', ++this.lastId, from, sentAt, row, startedAt);
    this.writer.commit();
  }

  /** Not each change: a burst would be a counter and little else. But the last one, and soon. */
  private count(track: Track, change: number): void {
    track.waiting += change;
    this.uncounted.add(track);
    const at = this.lastMoment;
    if (track.waiting === 0 && track.counted !== 0) this.writeCount(track);
    if (at < this.nextCount) return;
    this.nextCount = at + COUNTER_STEP;
    for (const one of this.uncounted) this.writeCount(one);
  }

  private writeCount(track: Track): void {
    this.uncounted.delete(track);
    this.writer.counter(track, this.moment(this.following.now()));
    if (this.writer.commit()) track.counted = track.waiting;
  }

  /**
   * Nanoseconds, and each of them once: where clocks are coarse, a slice would have no length, and what is in it could not be told
   * from what is beside it.
   */
  private moment(at: number): number {
    return (this.lastMoment = Math.max(Math.round(at * 1e6), this.lastMoment + 1));
  }

  private async end(): Promise<TraceReport> {
    this.unfollow();
    // The inner one ends first.
    while (this.stretches.length > 0) this.writeStretch(this.moment(this.following.now()));
    const now = this.moment(this.following.now());
    for (const task of this.running) this.writeRun(task, task.row!, now, task.started!, 'running');
    for (const call of this.calls) this.writeCall(call, now);
    this.calls.clear();
    for (const track of this.uncounted) this.writeCount(track);
    await this.writer.end(this.moment(this.following.now()), this.outside);
    const { written, dropped } = this.writer;
    return { written, dropped };
  }

  private unfollow(): void {
    this.following.stop();
    this.stopListening();
  }
}

disposeBy(Tracer.prototype, 'asyncDispose', 'stop');
