import type { SchedulerAction, SchedulerLike, Subscription } from 'rxjs';
import { demand } from '../base/errors.js';
import { Action, PriorityAction } from '../engine/action.js';
import type { Admission } from '../engine/admission.js';
import { currentOwner } from '../engine/current.js';
import { toDelay } from '../engine/delay.js';
import { PostedTask } from '../engine/posted-task.js';
import { schedulerInForce } from '../engine/schedulers.js';
import type { Sequence } from '../engine/sequence.js';
import type { PostOptions, TaskFunction, TaskHandle, TaskRunner } from '../engine/task-runner.js';
import type { TaskScheduler } from '../engine/task-scheduler.js';
import {
  FOLLOW,
  type Lane,
  PRIORITIES,
  type TaskPriority,
  type TaskPriorityInput,
  type TaskTraits,
  toLane,
  toTraits,
} from '../engine/traits.js';
import { now } from '../host/in-force.js';
import { PriorityView } from './priority-view.js';

/** What every runner, and the pool, does alike: take actions and tasks in, and hand them to a sequence. */
export abstract class BaseTaskRunner implements TaskRunner {
  /** The time as the runner's clock tells it; works unbound, as RxJS wants it. */
  readonly now: () => number = now;

  /** @internal */
  lane: Lane;
  private readonly views: (PriorityView | undefined)[] = [];

  constructor(readonly traits: TaskTraits) {
    this.lane = toLane(traits.priority);
  }

  get name(): string {
    return this.traits.name;
  }

  get priority(): TaskPriority {
    return PRIORITIES[this.lane]!;
  }

  /** @internal */
  abstract readonly admission: Admission;

  /** @internal */
  abstract sequenceOn(scheduler: TaskScheduler, lane: Lane | typeof FOLLOW, needsWorker: boolean): Sequence;

  /**
   * RxJS's way to post: an action, which is synchronous and may arm itself again. O(1), and O(log n) with a delay.
   *
   * @throws TypeError when `work` is not a function or `delay` not a number
   * @throws TaskRejectedError after a shutdown of the pool
   */
  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay?: number, state?: T): Subscription {
    return this.scheduleIn(FOLLOW, work, delay, state);
  }

  postTask<T>(task: TaskFunction<T>, options?: PostOptions): TaskHandle<T> {
    return this.post(task, 0, options);
  }

  postDelayedTask<T>(task: TaskFunction<T>, delay: number, options?: PostOptions): TaskHandle<T> {
    demand(typeof delay === 'number', 'A delay must be a number of milliseconds', delay);
    return this.post(task, toDelay(delay), options);
  }

  withPriority(priority: TaskPriorityInput): SchedulerLike {
    const lane = toLane(priority);
    return (this.views[lane] ??= new PriorityView(this, lane));
  }

  isCurrent(): boolean {
    return currentOwner() === this;
  }

  /** @internal */
  scheduleIn<T>(
    lane: Lane | typeof FOLLOW,
    work: (this: SchedulerAction<T>, state?: T) => void,
    delay: number | undefined,
    state: T | undefined,
  ): Subscription {
    demand(typeof work === 'function', 'The work to schedule must be a function', work);
    const due = toDelay(delay);
    const scheduler = schedulerInForce();
    const sequence = this.sequenceOn(scheduler, lane, false);
    const { admission } = sequence.workers;
    if (admission.isClosed) {
      admission.rejected++;
      throw admission.rejection(`work for ${this.name === '' ? 'an unnamed runner' : `'${this.name}'`}`);
    }
    const action =
      lane === FOLLOW ? new Action(sequence, work, state) : new PriorityAction(sequence, work, state, lane);
    scheduler.observer?.posted(action);
    scheduler.arm(action, due);
    return action;
  }

  private post<T>(task: TaskFunction<T>, delay: number, options: PostOptions | undefined): TaskHandle<T> {
    demand(typeof task === 'function', 'A task must be a function', task);
    const signal = options?.signal;
    const isSignal =
      signal === undefined || typeof (signal as Partial<AbortSignal> | null)?.removeEventListener === 'function';
    demand(isSignal, 'The option signal must be an AbortSignal', signal);
    const lane = options?.priority === undefined ? FOLLOW : toLane(options.priority);
    const traits = options === undefined ? this.traits : toTraits(options, this.traits);
    const scheduler = schedulerInForce();
    const sequence = this.sequenceOn(scheduler, lane, true);
    const posted = new PostedTask(sequence, lane, task, traits);
    scheduler.observer?.posted(posted);
    if (sequence.workers.admission.isClosed) posted.refuse();
    else if (signal !== undefined) posted.follow(signal);
    if (!posted.closed) scheduler.arm(posted, delay);
    return posted;
  }
}
