import { Action } from '../kernel/action.js';
import { delayOf } from '../kernel/delay-manager.js';
import type { Task } from '../kernel/task.js';
import { type Lane, PRIORITIES } from '../kernel/traits.js';
import type { TaskPriority, TaskRunner, TaskTraits } from '../types.js';
import type { CallSite } from './call-site.js';
import { callSiteOf, textOf } from './posted-from.js';

/** What has become of a task: a runner took it in, its turn has come, or it has ended in one of four ways. */
export type TaskEventType = 'posted' | 'started' | 'finished' | 'failed' | 'rejected' | 'cancelled';

/**
 * A posted task, or one run of an action: one object for all of its events, so that it may be the key of a map. It can be
 * kept: it holds on to neither the task nor its result.
 */
export interface ObservedTask {
  /** The runner, or the pool, that it was posted to. */
  readonly runner: TaskRunner;
  /** Its name, or else its runner's. */
  readonly name: string;
  /** Its own traits, which are those of its runner where it has none. */
  readonly traits: TaskTraits;
  /** What `postTask` makes, or what `schedule` makes for RxJS. */
  readonly kind: 'task' | 'action';
  /** `file:line` of whoever posted it, in debug mode: see `enableDebugMode`. */
  readonly postedFrom: string | undefined;
}

/** One moment in the life of a task. It can be kept, too. */
export interface TaskEvent {
  /**
   * - `'posted'`: it was handed to a runner. Arming an action again is not a post.
   * - `'started'`: its turn has come. A task that gives way and goes on has started once.
   * - `'finished'`: it has ended well: its handle has a result, or the run of an action is over.
   * - `'failed'`: it has thrown, or its promise or observable has failed; `error` says with what.
   * - `'rejected'`: it was refused, or dropped before it began; `error` says why.
   * - `'cancelled'`: it was cancelled, or an action was unsubscribed from while it waited.
   */
  readonly type: TaskEventType;
  /** Whose event it is. */
  readonly task: ObservedTask;
  /** As that of `task`. */
  readonly runner: TaskRunner;
  /** As that of `task`. */
  readonly name: string;
  /** As that of `task`. */
  readonly kind: 'task' | 'action';
  /** That of the lane it began in; until then its own, or its runner's. */
  readonly priority: TaskPriority;
  /** When that was, in milliseconds of the task's clock: in real time as `performance.now()` tells it. */
  readonly at: number;
  /**
   * How long it waited for its turn, in milliseconds, from becoming ready (posted, and its delay over) until it began, or ended
   * without having begun. `NaN` before that, and when nobody saw it being posted.
   *
   * An action that is armed again in its own run counts from the end of that run, one that is armed again from elsewhere
   * has nobody who saw it.
   */
  readonly waited: number;
  /** How long it took, from its beginning to its end, across `await` too. `NaN` before that, and when it never began. */
  readonly ran: number;
  /** Of one that has failed, or was rejected or cancelled. */
  readonly error: unknown;
}

/** What somebody keeps of a task: see `TaskNotes`. */
export interface TaskNote {
  /** Whose note it is. */
  readonly keptIn: object;
}

/** What an {@link ObservedTask} is inside of the library. */
export interface NotedTask extends ObservedTask {
  note: TaskNote | null;
}

/** How far a task has come: it may be over before it has begun, and need not be when it has ended. */
const BEGUN = 1;
const OVER = 2;

/** The task while its events are written. As many are kept as tasks wait, so that it has few fields. */
export class ObservedRun implements NotedTask {
  readonly runner: TaskRunner;
  readonly traits: TaskTraits;
  readonly kind: 'task' | 'action';
  note: TaskNote | null = null;
  private readonly site: CallSite | null;
  private stage = 0;
  private lane: Lane;
  private waited = NaN;

  /**
   * @param watch who observes it
   * @param since when its delay began, `NaN` if that was not seen; once it has begun, when that was
   */
  constructor(
    task: Task,
    readonly watch: object,
    private since: number,
  ) {
    this.runner = task.sequence.owner;
    this.traits = task.traits;
    this.site = callSiteOf(task);
    this.lane = task.currentLane;
    this.kind = task instanceof Action ? 'action' : 'task';
  }

  get name(): string {
    return this.traits.name === '' ? this.runner.traits.name : this.traits.name;
  }

  get postedFrom(): string | undefined {
    return textOf(this.site);
  }

  /** Whether it has begun, and whether its ending has been told. */
  get isBegun(): boolean {
    return (this.stage & BEGUN) !== 0;
  }

  get isOver(): boolean {
    return (this.stage & OVER) !== 0;
  }

  begin(task: Task, now: number): void {
    this.stage |= BEGUN;
    this.lane = task.sequence.lane;
    this.waitUntil(task, now);
    this.since = now;
  }

  end(task: Task, now: number): void {
    this.stage |= OVER;
    if (!this.isBegun) this.waitUntil(task, now);
  }

  event(type: TaskEventType, at: number, error: unknown): TaskEvent {
    const { runner, name, kind, waited } = this;
    const ran = this.isOver && this.isBegun ? at - this.since : NaN;
    return { type, task: this, runner, name, kind, priority: PRIORITIES[this.lane]!, at, waited, ran, error };
  }

  private waitUntil(task: Task, now: number): void {
    this.waited = Math.max(0, now - this.since - delayOf(task));
  }
}
