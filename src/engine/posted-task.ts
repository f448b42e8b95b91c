import { Deferred } from '../base/deferred.js';
import { disposeBy } from '../base/dispose.js';
import { TaskTimeoutError } from '../base/errors.js';
import { followSignal } from '../base/signal-followers.js';
import { setAlarm } from './alarm.js';
import { follow, resume } from './outcome.js';
import type { Repetition } from './repetition.js';
import { reprioritize } from './reprioritize.js';
import type { Sequence } from './sequence.js';
import { SettlingTask } from './settling-task.js';
import { QUEUED } from './task.js';
import { PostedTaskContext } from './task-context.js';
import { TaskExtras } from './task-extras.js';
import type { TaskFunction, TaskHandle, TaskState } from './task-runner.js';
import { FOLLOW, type Lane, type TaskPriorityInput, type TaskTraits, toLane, toTraits } from './traits.js';

/** The task that `postTask` makes, and its handle: see {@link TaskHandle} for what it promises. */
export class PostedTask<T> extends SettlingTask<T> implements TaskHandle<T> {
  declare [Symbol.dispose]: () => void;

  /** Kept for V8, as that of actions is. */
  static readonly kept = new PostedTask(null as never, FOLLOW, null, null as never);

  /** Whether it runs, or has run: then it goes on without a worker of its own, or holds one. */
  hasBegun = false;
  private extras: TaskExtras | null = null;

  constructor(
    sequence: Sequence,
    lane: Lane | typeof FOLLOW,
    public task: TaskFunction<T> | null,
    traits: TaskTraits,
  ) {
    super(sequence, lane, traits);
  }

  override get keepAlive(): boolean {
    return this.traits.keepAlive;
  }

  override get needsWorker(): boolean {
    return !this.hasBegun;
  }

  override get waitTime(): number | undefined {
    return this.extras?.waitTime;
  }

  override get runTime(): number | undefined {
    return this.extras?.runTime;
  }

  override get origin(): SettlingTask<unknown> | null {
    return this.extras === null ? null : this.extras.origin;
  }

  /** Null unless it repeats. */
  private get repetition(): Repetition | null {
    return this.extras === null ? null : this.extras.repetition;
  }

  /** How many runs of it have begun, if it repeats: by that the contexts of earlier ones are told apart. */
  get runs(): number {
    return this.repetition?.runs ?? 0;
  }

  /** What it has beside, made if need be. */
  get more(): TaskExtras {
    return (this.extras ??= new TaskExtras());
  }

  /** Whether it is subscribed to an observable. While it is pending and is not, it awaits a promise. */
  get isSubscribed(): boolean {
    return (this.extras?.inner ?? null) !== null;
  }

  /** The signal of its context, made when somebody asks for it. */
  get signal(): AbortSignal {
    const controller = (this.more.controller ??= new AbortController());
    if (this.closed && this.state !== 'done') controller.abort(this.result);
    return controller.signal;
  }

  setPriority(priority: TaskPriorityInput): void {
    const lane = toLane(priority);
    if (this.closed) return;
    this.traits = toTraits({ priority }, this.traits);
    reprioritize(this, lane);
  }

  /** Cancels it when `signal` aborts, or at once. */
  follow(signal: AbortSignal): void {
    const cancel = (): void => {
      this.cancel(signal.reason);
    };
    if (signal.aborted) cancel();
    else this.more.unfollow = followSignal(signal, cancel);
  }

  /** Drops it, unless it has begun in `delay` milliseconds. */
  expireIn(delay: number): void {
    this.setAlarm(delay, () => {
      this.settleQuietly('rejected', this.rejection('timeout', 'it has waited for longer than its queueTimeout'));
      this.reportUnlessAwaited(true);
    });
  }

  /** It is taken in, and joins its queue in `delay` milliseconds. */
  startIn(delay: number): void {
    const { scheduler } = this.sequence;
    if (this.isTimed) this.more.readyAt = scheduler.clock.now() + delay;
    scheduler.arm(this, delay);
  }

  override run(): boolean {
    const rest = this.extras === null ? null : this.extras.takeRest();
    // An observer that was told of its start may have cancelled it.
    if (rest === null) return !this.closed && this.begin();
    if (!(rest instanceof Deferred)) return resume(this, rest);
    rest.resolve(undefined);
    return true;
  }

  override succeed(value: unknown): void {
    const { repetition } = this;
    if (repetition === null) super.succeed(value);
    else repetition.end();
  }

  override drop(isRefused: boolean): void {
    const { repetition } = this;
    if (repetition === null) super.drop(isRefused);
    else repetition.miss();
  }

  override fail(error: unknown): void {
    if (this.isTimed) this.more.failedAt = this.sequence.scheduler.clock.now();
    super.fail(error);
  }

  get shouldYield(): boolean {
    const { sequence, currentLane } = this;
    const lane = sequence.size > 0 ? (Math.min(currentLane, sequence.effectiveLane()) as Lane) : currentLane;
    return this.closed || sequence.scheduler.shouldYield(lane);
  }

  /** `context.yield()`, by the context of a run that is over or not. */
  yield(isOver: boolean): Promise<unknown> {
    const hasEnded = isOver || this.closed;
    if (!hasEnded && this.place === QUEUED) return (this.more.rest as Deferred).promise;
    const rest = new Deferred();
    // Whoever does not await it need not hear that the task is cancelled.
    rest.promise.catch(() => undefined);
    if (!hasEnded) this.giveWayWith(rest);
    else rest.reject(this.closed && this.state !== 'done' ? this.result : new Error('The task has ended.'));
    return rest.promise;
  }

  /** It goes back to the head of its sequence, and goes on with `rest` when that has its turn. */
  giveWayWith(rest: Deferred | Iterator<unknown>): void {
    const { more, sequence } = this;
    const before = more.takeRest();
    more.rest = rest;
    // A generator that has called `context.yield()` as well stands there already.
    if (this.place === QUEUED) (before as Deferred).resolve(undefined);
    else sequence.suspend(this, more.keepsTurn(sequence.scheduler.turnNumber));
  }

  /** Calls the task's function, and follows what it returns; `true` when that is pending. */
  private begin(): boolean {
    const task = this.task!;
    this.state = 'running';
    this.hasBegun = true;
    if (this.isTimed) this.more.startedAt = this.sequence.scheduler.clock.now();
    if (this.extras === null) this.task = null;
    else this.beginWith(this.extras);
    return follow(this, task(new PostedTaskContext(this)));
  }

  /** If it has given way: now it has to end, before anything else of its sequence begins. */
  comeBack(): void {
    if (this.place === QUEUED && this.hasBegun) this.sequence.resume(this);
  }

  protected override settle(state: TaskState, result: unknown): void {
    if (this.hasSettled) return;
    this.comeBack();
    this.task = null;
    const { extras } = this;
    if (extras === null) {
      super.settle(state, result);
      return;
    }
    const rest = extras.takeRest();
    try {
      extras.release();
      // Closed before any of the user's code can see it: an abort listener may cancel it again.
      super.settle(state, result);
    } finally {
      if (rest instanceof Deferred) rest.reject(result);
      // A generator is told by the loop, in the turn it has asked for.
      else if (rest !== null) this.giveWayWith(rest);
      if (state !== 'done' && (state !== 'failed' || result instanceof TaskTimeoutError)) extras.stop(result);
    }
  }

  private beginWith(extras: TaskExtras): void {
    const { runTimeout, repetition } = extras;
    if (repetition === null) this.task = null;
    else repetition.begin();
    extras.clearAlarm();
    if (runTimeout === Infinity) return;
    this.setAlarm(runTimeout, () => {
      const what = `Timed out, since it has run for longer than its runTimeout of ${runTimeout} ms`;
      this.fail(new TaskTimeoutError(`${what}: ${this.describe()}.`));
    });
  }

  private setAlarm(delay: number, run: () => void): void {
    this.more.clearAlarm();
    this.more.alarm = setAlarm(this.sequence.scheduler, delay, run, this.keepAlive);
  }

  /** Whether somebody asks for times: readings of the clock cost more than all else of a short task. */
  private get isTimed(): boolean {
    return this.sequence.workers.admission.onTaskError !== null;
  }
}

disposeBy(PostedTask.prototype, 'dispose', 'unsubscribe');
