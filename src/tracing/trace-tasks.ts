import { disposeBy } from '../base/dispose.js';
import { demand, demandNumber, demandOptions } from '../base/errors.js';
import { listenToThreadCalls, type ThreadCall, type ThreadCallListener } from '../inspect/thread-calls.js';
import type { ObservedTask, TaskEvent } from '../inspect/task-event.js';
import { PRIORITIES } from '../kernel/traits.js';
import type { TaskPriority } from '../types.js';
import { type Following, followTasks, type Stretch, type TaskFollower } from './follow-tasks.js';
import { TraceFile } from './trace-file.js';
import { type NodeSink, sinkOf, type WebSink } from './trace-sink.js';
import { type Row, type Track, TrackGroup } from './trace-track.js';
import { TraceWriter } from './trace-writer.js';

/** Options of `traceTasks`. */
export interface TraceOptions {
  /** What stands before the names of the three groups of tracks: of the program, say. Defaults to the empty string. */
  readonly name?: string | undefined;
  /** How many characters may wait for a slow stream. Defaults to 4,194,304. */
  readonly buffer?: number | undefined;
}

/** What a trace has come to. */
export interface TraceReport {
  /** Events that are in the stream. */
  readonly written: number;
  /** Events that are not, since the stream was slow. */
  readonly dropped: number;
}

/** A trace that is being written. */
export interface TaskTrace {
  /** `await using` stops it at the end of the block, where the runtime knows `Symbol.asyncDispose`. */
  readonly [Symbol.asyncDispose]: () => Promise<TraceReport>;
  /** How many events were dropped so far. */
  readonly dropped: number;
  /**
   * Ends the trace, and closes the stream. What runs is shown as far as it got. The same promise each time; it rejects with the
   * error of the stream if that has failed, at which the trace has ended.
   */
  stop(): Promise<TraceReport>;
}

/**
 * Writes what tasks do, from now on, as a JSON array of Chrome's trace events, for https://ui.perfetto.dev and `chrome://tracing`.
 *
 * - A track for each lane shows the code that ran on the loop; one for each name of a runner shows its tasks from their
 *   beginning to their end, across `await`; one for each thread of `Threads` shows the calls that it served.
 * - Arrows lead from a post to the run, and from a task to its call on a thread. A delay is an asynchronous slice. A counter
 *   for each name of a runner has the tasks that have not begun.
 * - Times are those of the clock in force at this call, in real time those of `performance.now()`. Tasks of other clocks are left out.
 * - The stream may be cut off after any write: the text is an array whose `]` may be missing.
 * - Memory is bounded: when the stream is slow, events are dropped, and the last one says how many.
 * - It costs about 15 times as much as a task that does nothing, tens of microseconds, and about 550 bytes of the stream.
 *
 * ```ts
 * const trace = traceTasks(createWriteStream('run.trace.json'));
 * await work();
 * await trace.stop();
 * ```
 *
 * @param stream takes bytes: a `WritableStream` without a writer, or a `Writable` of Node
 * @throws TypeError or RangeError when an argument is not what it must be
 */
export function traceTasks(stream: WebSink | NodeSink, options: TraceOptions = {}): TaskTrace {
  demandOptions(options);
  const { name = '', buffer = 4_194_304 } = options;
  demand(typeof name === 'string', 'The name of a trace must be a string', name);
  demandNumber(buffer > 0, 'The buffer of a trace must be a number of characters, more than 0', buffer);
  return new Tracer(stream, name, buffer);
}

/** A task that has not ended. */
interface TracedTask {
  readonly track: Track;
  /** What was heard of its post. */
  readonly post: Post | null;
  isWaiting: boolean;
  /** Where it runs, once it does. */
  row: Row | null;
  startedAt: number;
  event: TaskEvent;
}

interface Post {
  readonly at: number;
  /** Whose task has posted it; null for code outside of tasks. */
  readonly from: Row | null;
}

/** A call that a thread serves. */
interface TracedCall {
  readonly name: string;
  readonly row: Row;
  readonly sentAt: number;
  readonly startedAt: number;
  /** The row of the task that has made it. */
  readonly from: Row | null;
}

/** Between two values of one counter, in nanoseconds. */
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

  /** Weak, since an action may be let go without a word. */
  private readonly tasks = new WeakMap<ObservedTask, TracedTask>();
  private readonly running = new Set<TracedTask>();
  private readonly callers = new WeakMap<ThreadCall, TracedTask | null>();
  private readonly calls = new Set<TracedCall>();
  /** Stretches that go on, one and those that it is called from, and the moments at which they began. */
  private readonly stretches: { readonly stretch: Stretch; readonly start: number }[] = [];
  private readonly uncounted = new Set<Track>();

  private lastMoment = -Infinity;
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
    const from = (poster && this.tasks.get(poster)?.row) ?? null;
    const task = this.open(event, { at: this.moment(event.at), from });
    task.isWaiting = true;
    this.count(task.track, 1);
  }

  started(event: TaskEvent): void {
    const task = this.tasks.get(event.task) ?? this.open(event, null);
    this.begun(task);
    task.event = event;
    task.row = task.track.take();
    task.startedAt = this.moment(event.at);
    this.running.add(task);
  }

  ended(event: TaskEvent): void {
    const task = this.tasks.get(event.task) ?? this.open(event, null);
    this.tasks.delete(event.task);
    this.begun(task);
    task.event = event;
    const end = this.moment(this.following.now());
    if (task.row === null) this.writeUnbegun(task, end);
    else this.writeRun(task, task.row, end, event.type);
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
    const from = caller !== null && this.running.has(caller) ? caller.row : null;
    const now = this.following.now();
    const [sentAt, startedAt] = [this.moment(now), this.moment(now)];
    const traced: TracedCall = { name: call.task, row: this.threads.track(thread).take(), sentAt, startedAt, from };
    this.calls.add(traced);
    call.whenEnded(() => this.returned(traced));
  }

  private returned(call: TracedCall): void {
    if (this.calls.delete(call)) this.writeCall(call, this.moment(this.following.now()));
  }

  // What it makes of that.

  private open(event: TaskEvent, post: Post | null): TracedTask {
    const track = this.runners.track(event.runner.name || 'unnamed');
    const task: TracedTask = { track, post, isWaiting: false, row: null, startedAt: NaN, event };
    this.tasks.set(event.task, task);
    return task;
  }

  private begun(task: TracedTask): void {
    if (!task.isWaiting) return;
    task.isWaiting = false;
    this.count(task.track, -1);
  }

  private writeRun(task: TracedTask, row: Row, end: number, outcome: string): void {
    const { post, startedAt, event } = task;
    const { writer } = this;
    this.running.delete(task);
    task.track.give(row);
    task.row = null;
    writer.slice(row, event.name, startedAt, end, 'task', argsOf(event, outcome));
    if (post !== null) {
      const id = ++this.lastId;
      const from = post.from ?? this.outside;
      if (post.from === null) writer.slice(from, event.name, post.at, post.at + 1, 'post', {});
      writer.flow(id, from, post.at, row, startedAt, 'post');
      this.writeDelay(id, event, row, post.at, startedAt);
    }
    writer.commit();
  }

  /** It was refused, dropped or cancelled. */
  private writeUnbegun({ track, post, event }: TracedTask, end: number): void {
    const row = track.take();
    track.give(row);
    this.writer.instant(row, `${event.name}: ${event.type}`, end, argsOf(event, event.type));
    if (post !== null) this.writeDelay(++this.lastId, event, row, post.at, end);
    this.writer.commit();
  }

  private writeDelay(id: number, event: TaskEvent, row: Row, postedAt: number, end: number): void {
    const readyAt = Math.round(end - event.waited * 1e6);
    // A delay has whole milliseconds, mostly; what is less comes of rounding.
    if (readyAt - postedAt < 1e5) return;
    this.writer.span(id, row, event.name, postedAt, Math.min(readyAt, end), 'delay');
  }

  private writeStretch(end: number): void {
    const { stretch, start } = this.stretches.pop()!;
    const { name, runner } = stretch.task;
    this.writer.slice(this.lanes.get(stretch.priority)!, name, start, end, 'lane', { runner: runner.name });
    this.writer.commit();
  }

  private writeCall({ name, row, sentAt, startedAt, from }: TracedCall, end: number): void {
    row.track.give(row);
    this.writer.slice(row, name, startedAt, end, 'thread', {});
    if (from !== null) this.writer.flow(++this.lastId, from, sentAt, row, startedAt, 'call');
    this.writer.commit();
  }

  /** Not each change: a burst would be a counter and little else. */
  private count(track: Track, change: number): void {
    track.waiting += change;
    this.uncounted.add(track);
    const at = this.lastMoment;
    for (const one of this.uncounted) {
      const isOver = one.waiting === 0 && one.counted !== 0;
      if (isOver || at - one.countedAt >= COUNTER_STEP) this.writeCount(one);
    }
  }

  private writeCount(track: Track): void {
    this.uncounted.delete(track);
    const at = this.moment(this.following.now());
    this.writer.counter(track, at);
    if (!this.writer.commit()) return;
    track.counted = track.waiting;
    track.countedAt = at;
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
    for (const task of this.running) this.writeRun(task, task.row!, now, 'running');
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

function argsOf({ priority, kind, waited, task, error }: TaskEvent, outcome: string): Record<string, string | number> {
  const { postedFrom } = task;
  return {
    outcome,
    priority,
    kind,
    ...(waited >= 0 && { waited }),
    ...(postedFrom !== undefined && { postedFrom }),
    ...(error !== undefined && { error: textOf(error) }),
  };
}

/** An error may be anything, and may throw when it is asked what it is. */
function textOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'an error without a text';
  }
}
