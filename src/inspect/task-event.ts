import { Action } from '../kernel/action.js';
import { delayOf } from '../kernel/delay-manager.js';
import type { Task } from '../kernel/task.js';
import { type Lane, PRIORITIES } from '../kernel/traits.js';
import type { TaskPriority, TaskRunner, TaskTraits } from '../types.js';
import type { CallSite } from './call-site.js';
import { callSiteOf, textOf } from './posted-from.js';

/** The type of an event: a task was posted, has started, or has ended in one of four ways. */
export type TaskEventType = 'posted' | 'started' | 'finished' | 'failed' | 'rejected' | 'cancelled';

/**
 * A posted task, or one run of an action. All its events share one object, so it can be the key of a map. It can be stored:
 * it does not keep the task or its result in memory.
 */
export interface ObservedTask {
  /** The runner, or the pool, that it was posted to. */
  readonly runner: TaskRunner;
  /** The name of the task, or else of its runner. */
  readonly name: string;
  /** The traits of the task, with those of its runner as defaults. */
  readonly traits: TaskTraits;
  /** `'task'` for `postTask`, `'action'` for `schedule`. */
  readonly kind: 'task' | 'action';
  /** `file:line` where it was posted, in debug mode: see `enableDebugMode`. */
  readonly postedFrom: string | undefined;
}

/** An event in the life of a task. It can be stored. */
export interface TaskEvent {
  /**
   * - `'posted'`: the task was posted to a runner. Re-arming an action is not a post.
   * - `'started'`: it has started. A task that yields and continues has started once.
   * - `'finished'`: it has succeeded: its handle has a result, or the run of an action is over.
   * - `'failed'`: it has thrown, or its promise or observable has failed; see `error`.
   * - `'rejected'`: it was rejected, or dropped before it began; see `error`.
   * - `'cancelled'`: it was cancelled, or an action was unsubscribed from while it waited.
   */
  readonly type: TaskEventType;
  /** The task of the event. */
  readonly task: ObservedTask;
  /** The same as in `task`. */
  readonly runner: TaskRunner;
  /** The same as in `task`. */
  readonly name: string;
  /** The same as in `task`. */
  readonly kind: 'task' | 'action';
  /** The priority of the lane in which it began; until then its own, or its runner's. */
  readonly priority: TaskPriority;
  /** The time of the event, in milliseconds of the task's clock: in real time that of `performance.now()`. */
  readonly at: number;
  /**
   * How long the task waited for its turn, in milliseconds: from being ready (posted, and its delay over) until it began,
   * or ended without having begun. `NaN` before that, and if the post was not observed.
   *
   * For an action that re-arms itself, the time counts from the end of the previous run. If it is re-armed from elsewhere,
   * the value is `NaN`.
   */
  readonly waited: number;
  /**
   * How long the task ran, in milliseconds, from start to end, also across `await`. `NaN` before that, and if it never
   * began.
   */
  readonly ran: number;
  /** The error of a failed, rejected or cancelled task. */
  readonly error: unknown;
}

/** An observer's data of a task: see `TaskNotes`. */
export interface TaskNote {
  /** The notes that it belongs to. */
  readonly keptIn: object;
}

/** The internal type of an {@link ObservedTask}. */
export interface NotedTask extends ObservedTask {
  note: TaskNote | null;
}

/** The progress of a task. It may settle before it has begun, and need not have settled when it has ended. */
const BEGUN = 1;
const OVER = 2;

/** The task while its events are emitted. There is one for each waiting task, so it has few fields. */
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
   * @param watch the observer
   * @param since when its delay began, `NaN` if that was not observed; once it has begun, when it began
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

  /** Whether it has begun, and whether its ending was emitted. */
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
