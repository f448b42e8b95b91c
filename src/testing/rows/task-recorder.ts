import { RunClock } from '../../virtual/run-clock.js';
import { Action } from '../../kernel/action.js';
import { PostedTask } from '../../kernel/posted-task.js';
import { IDLE } from '../../kernel/place.js';
import type { Task } from '../../kernel/task.js';
import type { TaskScheduler } from '../../kernel/scheduler.js';
import { PRIORITIES } from '../../kernel/traits.js';
import { CallSite } from '../../inspect/call-site.js';
import { MarbleAssertionError } from '../marbles/marble-assertion-error.js';
import { listenOn } from './listen-on.js';
import { shorten } from '../report/place.js';
import { OpenRecord, type TaskRecord } from './task-record.js';

/** A check at the end of a test. */
export interface TaskCheck {
  /** `file:line` where the check was requested. */
  readonly where: string;
  /** Returns null, or a description of the failure with diagrams. */
  evaluate(): string | null;
}

const recorders = /* @__PURE__ */ new WeakMap<TaskScheduler, TaskRecorder>();

/** The recorder that was attached to a clock last, and records still. */
export function recorderOf(scheduler: TaskScheduler): TaskRecorder | undefined {
  return recorders.get(scheduler);
}

/**
 * Records which task of which runner ran when, on one clock.
 *
 * - There is a record per run, in the order of posts: one for each posted task, and one each time an action is armed.
 * - Every record is settled (done, failed, cancelled, rejected) or live (pending, running), never both.
 * - An action that is re-armed from outside of its run is only noticed when it starts, and is recorded as posted then.
 *
 * It keeps everything that it has recorded in memory, and each post costs a stack trace. So use it in tests, or to look at
 * a part of a program's run, not all the time.
 *
 * ```ts
 * const recorder = recordTasks();
 * await work();
 * console.log(recorder.records.map(({ name, started }) => `${name}: ${started}`), recorder.live.length);
 * recorder.detach();
 * ```
 */
export class TaskRecorder {
  // It is a `Listener` and does not say so, since the build takes what is internal out of the declarations.

  /** The expectations to evaluate when the recording is complete: see `expectTasks`. */
  readonly checks: TaskCheck[] = [];
  /** When the recording began. In a `testScheduler.run()` that is frame 0. */
  readonly origin: number;

  private readonly all: OpenRecord[] = [];
  /** The run of a task that has not ended. */
  private readonly open = new Map<Task, OpenRecord>();
  /** Where actions were posted that may be armed again. */
  private readonly sites = new WeakMap<Task, CallSite>();
  /** The actions whose teardown tells of their end. */
  private readonly watched = new WeakSet<Task>();
  private readonly unobserve: () => void;
  private latest = -Infinity;
  private begun = 0;

  constructor(private readonly scheduler: TaskScheduler) {
    this.origin = scheduler.clock instanceof RunClock ? 0 : scheduler.clock.now();
    this.unobserve = listenOn(scheduler, this);
    recorders.set(scheduler, this);
  }

  /** All runs so far, in the order of posts. */
  get records(): readonly TaskRecord[] {
    return this.all;
  }

  /** The runs that are pending or running. */
  get live(): readonly TaskRecord[] {
    return this.all.filter(({ outcome }) => outcome === 'pending' || outcome === 'running');
  }

  /** Stops the recording. */
  detach(): void {
    this.unobserve();
    if (recorders.get(this.scheduler) === this) recorders.delete(this.scheduler);
  }

  /**
   * Evaluates the expectations of the recording. `marbles` does so by itself.
   *
   * @throws MarbleAssertionError with all failed expectations
   */
  verify(): void {
    const failures = this.checks.splice(0).flatMap((check) => {
      const message = check.evaluate();
      return message === null
        ? []
        : [check.where === '' ? message : `${message}\n\n  expected at ${shorten(check.where)}`];
    });
    if (failures.length > 0) throw new MarbleAssertionError(failures.join('\n\n'));
  }

  /** @internal */
  posted(task: Task): void {
    const site = new CallSite();
    if (task instanceof Action) this.sites.set(task, site);
    this.begin(task, site);
  }

  /** @internal */
  started(task: Task): void {
    const record = this.open.get(task) ?? this.begin(task, this.sites.get(task) ?? null);
    // It has yielded, and goes on.
    if (record.started !== null) return;
    record.started = this.now();
    record.nth = this.begun++;
    record.outcome = 'running';
    record.priority = PRIORITIES[task.sequence.lane]!;
  }

  /** @internal */
  failed(task: Task, error: unknown): void {
    this.settle(task, 'failed', error);
  }

  /** @internal */
  settled(task: Task): void {
    if (!(task instanceof PostedTask)) return;
    const { state, result } = task as PostedTask<unknown>;
    if (state === 'pending' || state === 'running') return;
    const record = this.settle(task, state, state === 'done' ? undefined : result);
    if (record?.started === null) this.open.delete(task);
  }

  /** @internal */
  ended(task: Task): void {
    const record = this.open.get(task);
    if (record === undefined) return;
    record.ended = this.now();
    if (record.outcome === 'running') {
      record.outcome = 'done';
      record.settled = record.ended;
    }
    this.open.delete(task);
    // Armed again in its own run.
    if (task.place !== IDLE) this.begin(task, this.sites.get(task) ?? null);
  }

  private begin(task: Task, site: CallSite | null): OpenRecord {
    const record = new OpenRecord(task, this.now(), site);
    this.all.push(record);
    this.open.set(task, record);
    // Nobody is told of an action that is unsubscribed while it waits, but its own teardowns.
    if (task instanceof Action && !this.watched.has(task)) {
      this.watched.add(task);
      task.add(() => {
        this.closed(task);
      });
    }
    return record;
  }

  private closed(task: Task): void {
    const record = this.open.get(task);
    if (record?.outcome !== 'pending') return;
    this.settle(task, 'cancelled', undefined);
    this.open.delete(task);
  }

  private settle(task: Task, outcome: 'done' | 'failed' | 'cancelled' | 'rejected', error: unknown): OpenRecord | null {
    const record = this.open.get(task);
    if (record === undefined || (record.outcome !== 'pending' && record.outcome !== 'running')) return null;
    record.outcome = outcome;
    record.settled = this.now();
    if (error !== undefined) record.error = error;
    return record;
  }

  /** The clock's time. A `run()` that is over has none any more, and what is settled then is settled at its end. */
  private now(): number {
    const { clock } = this.scheduler;
    const now = clock.now();
    if (!(clock instanceof RunClock)) this.latest = now;
    else if (now > this.latest) this.latest = now;
    return this.latest;
  }
}
