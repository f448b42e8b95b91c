import { Action } from '../kernel/action.js';
import { delayOf } from '../kernel/delay-manager.js';
import type { Task } from '../kernel/task.js';
import { PRIORITIES } from '../kernel/traits.js';
import type { TaskPriority, TaskRunner, TaskTraits } from '../types.js';
import type { CallSite } from './call-site.js';
import { callSiteOf, textOf } from './posted-from.js';

/**
 * A posted task, or one run of an action, as an observer sees it: one object from its first event to its last, so that
 * it may be the key of a map. It can be kept: it holds on to neither the task nor its result.
 */
export interface TaskEvent {
  /** The runner, or the pool, that it was posted to. */
  readonly runner: TaskRunner;
  /** The task's name, or else its runner's. */
  readonly name: string;
  /** That of the lane it began in; until then its own, or its runner's. */
  readonly priority: TaskPriority;
  readonly traits: TaskTraits;
  /** What `postTask` makes, or what `schedule` makes for RxJS. */
  readonly kind: 'task' | 'action';
  /**
   * How long it waited for its turn, in milliseconds of its clock, from becoming ready (posted, and its delay over) until
   * it began, or ended without having begun. `NaN` before that, and when nobody saw it being posted.
   *
   * An action that is armed again in its own run counts from the end of that run, one that is armed again from elsewhere
   * has nobody who saw it.
   */
  readonly waitTime: number;
  /** How long it took, from its beginning to its end, across `await` too. `NaN` before that, and when it never began. */
  readonly runTime: number;
  /** `file:line` of whoever posted it, in debug mode: see `enableDebugMode`. */
  readonly postedFrom: string | undefined;
}

/** The event while it is still written. */
export class ObservedRun implements TaskEvent {
  readonly runner: TaskRunner;
  readonly name: string;
  readonly traits: TaskTraits;
  readonly kind: 'task' | 'action';
  priority: TaskPriority;
  waitTime = NaN;
  runTime = NaN;
  /** Whether it has begun, and whether its ending has been told. */
  isBegun = false;
  isOver = false;

  private readonly site: CallSite | null;
  private beganAt = NaN;

  /** @param armedAt when its delay began; `NaN` if that was not seen */
  constructor(
    task: Task,
    private readonly armedAt: number,
  ) {
    this.runner = task.sequence.owner;
    this.traits = task.traits;
    this.name = task.displayName;
    this.kind = task instanceof Action ? 'action' : 'task';
    this.priority = PRIORITIES[task.currentLane]!;
    this.site = callSiteOf(task);
  }

  get postedFrom(): string | undefined {
    return textOf(this.site);
  }

  begin(task: Task, now: number): void {
    this.isBegun = true;
    this.beganAt = now;
    this.priority = PRIORITIES[task.sequence.lane]!;
    this.waitUntil(task, now);
  }

  end(task: Task, now: number): void {
    this.isOver = true;
    if (this.isBegun) this.runTime = now - this.beganAt;
    else this.waitUntil(task, now);
  }

  private waitUntil(task: Task, now: number): void {
    this.waitTime = Math.max(0, now - this.armedAt - delayOf(task));
  }
}
