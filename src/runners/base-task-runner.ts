import type { SchedulerAction, Subscription } from 'rxjs';
import { demand, type TaskRejectedError } from '../base/errors.js';
import { Action, PriorityAction } from '../engine/action.js';
import { type Admission, tooLate } from '../engine/admission.js';
import { currentOwner, onPost } from '../engine/current.js';
import { toDelay } from '../engine/delay.js';
import { PostedTask } from '../engine/posted-task.js';
import { type QueueBounds, type QueueOptions, toQueueOptions } from '../engine/queue-bound.js';
import { Repetition } from '../engine/repetition.js';
import { schedulerInForce } from '../engine/schedulers.js';
import type { Sequence } from '../engine/sequence.js';
import type { SchedulerObserver } from '../engine/scheduler-observer.js';
import type { SequenceOwner } from '../engine/sequence-owner.js';
import type {
  PostOptions,
  RepeatOptions,
  Reply,
  ReplyOptions,
  RunnerStats,
  WaitOptions,
} from '../engine/task-options.js';
import type { RunnerView, TaskFunction, TaskHandle, TaskRunner } from '../engine/task-runner.js';
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
import { currentTaskRunner } from './current-task-runner.js';
import { flush } from './flush.js';
import { whenIdle } from './idle.js';
import { toDuration, toRepeatOptions } from './options.js';
import { PriorityView } from './priority-view.js';
import { postTaskAndReply } from './reply.js';
import { demandSignal, wait } from './wait.js';

/** What every runner, and the pool, does alike: take actions and tasks in, and hand them to a sequence. */
export abstract class BaseTaskRunner implements TaskRunner {
  /** The time as the runner's clock tells it; works unbound, as RxJS wants it. */
  readonly now: () => number = now;

  /** @internal */
  lane: Lane;
  /** @internal */
  readonly queue: QueueBounds | null;
  /** @internal */
  rejected = 0;
  /** @internal */
  dropped = 0;
  private views: (PriorityView | undefined)[] | null = null;

  constructor(
    readonly traits: TaskTraits,
    queue?: QueueOptions,
  ) {
    this.lane = toLane(traits.priority);
    this.queue = toQueueOptions(queue);
  }

  get name(): string {
    return this.traits.name;
  }

  get priority(): TaskPriority {
    return PRIORITIES[this.lane]!;
  }

  /** @internal */
  abstract readonly admission: Admission;

  /** @internal Whether its tasks never overlap. */
  abstract readonly isSequence: boolean;

  /** @internal */
  abstract sequenceOn(scheduler: TaskScheduler, lane: Lane | typeof FOLLOW, needsWorker: boolean): Sequence;

  /** @internal The sequences it has on a clock: those that were used. */
  abstract sequencesOn(scheduler: TaskScheduler): Sequence[];

  /** @internal */
  get isClosed(): boolean {
    return this.admission.isClosed;
  }

  /** @internal */
  rejection(what: string): TaskRejectedError {
    return tooLate(this.admission.description, what);
  }

  /** @internal */
  isSame(other: SequenceOwner): boolean {
    return this === other;
  }

  /**
   * RxJS's way to post: an action, which is synchronous and may arm itself again. O(1), and O(log n) with a delay.
   *
   * @throws TypeError when `work` is not a function or `delay` not a number
   * @throws TaskRejectedError after a shutdown of the runner or its pool
   */
  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay?: number, state?: T): Subscription {
    return this.scheduleIn(FOLLOW, work, delay, state);
  }

  postTask<T>(task: TaskFunction<T>, options?: PostOptions): TaskHandle<T> {
    return this.take(this.make(task, options), 0, options);
  }

  postDelayedTask<T>(task: TaskFunction<T>, delay: number, options?: PostOptions): TaskHandle<T> {
    demand(typeof delay === 'number', 'A delay must be a number of milliseconds', delay);
    return this.take(this.make(task, options), toDelay(delay), options);
  }

  postTaskAndReply<T, R = undefined, E = R>(
    task: TaskFunction<T>,
    reply: Reply<T, R, E>,
    replyRunner = currentTaskRunner(),
    options?: ReplyOptions,
  ): TaskHandle<R | E> {
    const rule =
      replyRunner === undefined
        ? 'postTaskAndReply must be called from within a task, to whose runner the reply goes, or be given a replyRunner'
        : 'The replyRunner, the third argument of postTaskAndReply, must be a runner; options are the fourth';
    demand(replyRunner instanceof BaseTaskRunner, rule, replyRunner);
    return postTaskAndReply(this, task, reply, replyRunner, options);
  }

  postRepeatingTask(
    task: TaskFunction<unknown>,
    repeat: RepeatOptions,
    options?: Omit<PostOptions, 'queueTimeout'>,
  ): TaskHandle<never> {
    const { initialDelay = repeat.interval } = toRepeatOptions(repeat);
    const delay = toDelay(initialDelay);
    const posted = this.make(task, options) as PostedTask<never>;
    posted.more.repetition = new Repetition(posted, repeat, posted.sequence.scheduler.clock.now() + delay);
    return this.take(posted, delay, options);
  }

  flush(options?: WaitOptions): Promise<void> {
    return flush(options, this.sequencesOn(schedulerInForce()));
  }

  whenIdle(options?: WaitOptions): Promise<void> {
    const sequences = this.sequencesOn(schedulerInForce());
    return whenIdle(options, sequences, () => sequences.every(({ isIdle }) => isIdle));
  }

  whenRoom(options?: WaitOptions): Promise<void> {
    return wait(options, (resolve) => this.sequenceOn(schedulerInForce(), FOLLOW, true).whenRoom(resolve));
  }

  stats(): RunnerStats {
    const { name, rejected, dropped, isClosed: isShutdown } = this;
    const stats = { name, queued: 0, running: 0, delayed: 0, rejected, dropped, isShutdown };
    for (const sequence of this.sequencesOn(schedulerInForce())) {
      stats.queued += sequence.size;
      stats.running += sequence.running;
      stats.delayed += sequence.delayed;
    }
    return stats;
  }

  withPriority(priority: TaskPriorityInput): RunnerView {
    const lane = toLane(priority);
    return ((this.views ??= [])[lane] ??= new PriorityView(this, lane));
  }

  isCurrent(): boolean {
    const owner = currentOwner();
    return owner !== null && this.isSame(owner);
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
    if (this.isClosed) throw this.refuse(sequence);
    const action =
      lane === FOLLOW ? new Action(sequence, work, state) : new PriorityAction(sequence, work, state, lane);
    if (onPost !== null || scheduler.observer !== null) this.announce(action, scheduler.observer);
    scheduler.arm(action, due);
    return action;
  }

  /** Whoever is told may shut the runner down: then it does not take the action in. */
  private announce<T>(action: Action<T>, observer: SchedulerObserver | null): void {
    onPost?.(action);
    observer?.posted(action);
    const { sequence, lane } = action;
    if (this.isClosed) {
      action.reject();
      // It was nowhere yet, and so could not tell by itself.
      observer?.withdrawn(action);
      throw this.refuse(sequence);
    }
    // They may have let its sequence be freed, as that of a key.
    action.sequence = this.sequenceOn(sequence.scheduler, lane, false);
  }

  /** The error of work that comes too late, which is counted. */
  private refuse(sequence: Sequence): TaskRejectedError {
    sequence.countRefusal('rejected');
    return this.rejection(`work for ${this.name === '' ? 'an unnamed runner' : `'${this.name}'`}`);
  }

  /** @internal A task that is nowhere yet, on the clock in force. */
  make<T>(task: TaskFunction<T>, options?: PostOptions): PostedTask<T> {
    demand(typeof task === 'function', 'A task must be a function', task);
    const lane = options?.priority === undefined ? FOLLOW : toLane(options.priority);
    const traits = options === undefined ? this.traits : toTraits(options, this.traits);
    demandSignal(options?.signal);
    toDuration('The option queueTimeout', options?.queueTimeout ?? Infinity);
    const runTimeout = toDuration('The option runTimeout', options?.runTimeout ?? Infinity);
    const sequence = this.sequenceOn(schedulerInForce(), lane, true);
    const posted = new PostedTask(sequence, lane, task, traits);
    onPost?.(posted);
    if (runTimeout !== Infinity) posted.more.runTimeout = runTimeout;
    return posted;
  }

  /** @internal A task that was made is not taken in, or not yet: nobody else may need its sequence. */
  letGo(_posted: PostedTask<unknown>): void {
    // Only those of keys come and go.
  }

  /** @internal Takes in a task that was made. */
  take<T>(posted: PostedTask<T>, delay: number, options: PostOptions | undefined): PostedTask<T> {
    const { scheduler } = posted.sequence;
    if (!posted.closed) {
      scheduler.observer?.posted(posted);
      if (this.isClosed) posted.refuse();
      else if (options?.signal !== undefined) posted.follow(options.signal);
    }
    if (posted.closed) {
      this.letGo(posted);
      return posted;
    }
    // Since it was made its sequence may have been freed, as that of a key which was idle.
    posted.sequence = this.sequenceOn(scheduler, posted.lane, true);
    if (typeof options?.queueTimeout === 'number') posted.expireIn(delay + options.queueTimeout);
    posted.startIn(delay);
    return posted;
  }
}
