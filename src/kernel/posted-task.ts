import { taskCalled } from '../base/names.js';
import type { TaskFunction, TaskPriorityInput, TaskTraits } from '../types.js';
import type { Extras } from './extras.js';
import { follow } from './outcome.js';
import { RUNNING } from './place.js';
import type { Continuation, Until } from './rest.js';
import { Rests } from './rests.js';
import type { Sequence } from './sequence.js';
import { timing } from './settings.js';
import { SettlingTask } from './settling-task.js';
import { Stopping } from './stopping.js';
import type { Task } from './task.js';
import { PostedTaskContext } from './task-context.js';
import { TaskTimes } from './task-times.js';
import { FOLLOW, type Lane, toLane, toTraits } from './traits.js';

/** It holds no worker. */
const NONE = -1;

/**
 * The task that `postTask` creates: a function that runs once, and may be pending for a while.
 *
 * It *settles* when there is a result: see {@link SettlingTask}. It *ends* when none of its code is left to run:
 * its function has returned, the returned promise or observable has ended, and no rest is left. A task that is cancelled
 * settles first and ends later. It holds its sequence, and its worker, until then.
 */
export class PostedTask<T> extends SettlingTask<T> {
  /** Kept for V8, like that of actions. */
  static readonly kept = new PostedTask(null as never, FOLLOW, null, null as never);

  /** The lane in which it has taken its worker; {@link NONE} while it holds none. */
  private workerLane: Lane | typeof NONE = NONE;

  constructor(
    sequence: Sequence,
    private ownLane: Lane | typeof FOLLOW,
    public task: TaskFunction<T> | null,
    private ownTraits: TaskTraits,
  ) {
    super(sequence);
  }

  override get lane(): Lane | typeof FOLLOW {
    return this.ownLane;
  }

  override get traits(): TaskTraits {
    return this.ownTraits;
  }

  override get needsWorker(): boolean {
    return true;
  }

  override get times(): TaskTimes | null {
    return this.extras?.times ?? null;
  }

  override describe(): string {
    return taskCalled(this.ownTraits.name, this.sequence.owner.traits.name);
  }

  override setPriority(priority: TaskPriorityInput): void {
    const lane = toLane(priority);
    if (this.closed) return;
    const { sequence } = this;
    const write = (): void => {
      this.ownTraits = toTraits({ priority }, this.ownTraits);
      this.ownLane = lane;
    };
    // A task that has begun stays where it is.
    if (this.place === RUNNING) {
      write();
      this.reconsiderRest();
    } else {
      sequence.reprioritize(this, write, sequence.owner.sequenceOn(sequence.scheduler, lane, true));
    }
  }

  // Its life.

  /** It is accepted, and joins its queue in `delay` milliseconds. */
  start(delay: number, queueTimeout: number, signal: AbortSignal | undefined): void {
    const { scheduler } = this.sequence;
    try {
      if (signal !== undefined) this.ties.follow(signal);
      if (this.closed) return;
      if (queueTimeout !== Infinity) this.ties.expireIn(delay + queueTimeout);
      if (this.isTimed) this.more.times = new TaskTimes(scheduler.clock, delay);
      scheduler.arm(this, delay);
    } catch (error) {
      // A function of the host, or a signal of another implementation, has thrown. Nothing is left behind.
      this.settleQuietly('failed', error);
      throw error;
    }
  }

  override run(): boolean {
    // A listener of its start may have cancelled it.
    if (this.closed) return false;
    const task = this.task!;
    const { extras } = this;
    this.task = null;
    this.state = 'running';
    if (extras !== null) {
      extras.ties?.start();
      extras.times?.start();
    }
    return follow(this, task(new PostedTaskContext(this))) || this.keepOpen();
  }

  override fail(error: unknown): void {
    this.extras?.times?.fail();
    if (this.hasSettled) {
      // A cancelled or aborted task may throw anything. But an error that is thrown while it settles must not be lost.
      if (!this.isStopped) this.sequence.scheduler.fail(this, error);
      return;
    }
    this.settleQuietly('failed', error);
    this.reportUnlessAwaited();
  }

  /** It fails while its code goes on. */
  abort(error: unknown): void {
    if (this.hasSettled) return;
    this.more.isAborted = true;
    this.fail(error);
  }

  /** Its code has ended, or is let go. */
  end(): void {
    // It may have been let go before.
    if (this.place !== RUNNING) return;
    this.forgetLeftovers();
    this.giveWorkerBack();
    this.sequence.scheduler.ended(this);
  }

  /** The observable that its function returned has ended. The task ends too, unless one of its rests goes on. */
  innerEnded(): void {
    if (this.extras?.rests?.keepOpen() !== true) this.end();
  }

  /** Whether it stays open after its function has returned or thrown, until its rests have ended. */
  override keepOpen(): boolean {
    if (this.state !== 'done' && this.extras?.rests?.keepOpen() === true) return true;
    this.forgetLeftovers();
    return false;
  }

  /** Whether all of its code has ended, as far as the loop knows. */
  get isOver(): boolean {
    return this.place !== RUNNING || this.extras?.rests?.isOver === true;
  }

  /** Code that it did not await goes on, and finds that the task has ended. */
  private forgetLeftovers(): void {
    this.extras?.stopping?.end();
    this.extras?.rests?.end();
  }

  /** Whether its times are needed: to read the clock costs more than the rest of a short task. */
  private get isTimed(): boolean {
    return this.sequence.workers.admission.onTaskError !== null || timing.isOn;
  }

  // What its context does.

  get rests(): Rests {
    return (this.more.rests ??= new Rests(this));
  }

  get stopping(): Stopping {
    return (this.more.stopping ??= new Stopping(this));
  }

  shouldYield(): boolean {
    // An alarm that is due by now may have failed it, as a time limit does.
    return this.sequence.scheduler.shouldYield(this.effectiveLane) || this.closed;
  }

  /** Its priority, or that of the tasks that wait behind it: they also wait for its rests, and lend them their priority. */
  get effectiveLane(): Lane {
    const { sequence, currentLane } = this;
    return sequence.size > 0 ? (Math.min(currentLane, sequence.effectiveLane()) as Lane) : currentLane;
  }

  /** It sleeps until `until` calls its argument. Meanwhile it gives its worker back, unless `keepsWorker`. */
  sleep(continuation: Continuation, until: Until, keepsWorker = false): void {
    if (!keepsWorker) this.giveWorkerBack();
    this.rests.sleep(continuation, until);
  }

  override get awaited(): readonly Task[] {
    return this.extras?.rests?.awaited ?? [];
  }

  override reconsiderRest(): void {
    this.extras?.rests?.reconsider();
  }

  override recheckRest(): void {
    this.extras?.rests?.recheck();
  }

  // Its worker.

  override hold(lane: Lane): void {
    super.hold(lane);
    // A task that already sleeps has no worker to give back.
    if (this.extras?.rests?.areAsleep !== true) this.takeWorker(lane);
  }

  override get holdsWorker(): boolean {
    return this.workerLane !== NONE;
  }

  /** Whether it needs a worker after a sleep. */
  get needsWorkerAgain(): boolean {
    // In a shutdown it does not: the other tasks may hold the workers for ever.
    return this.workerLane === NONE && !this.sequence.owner.isClosed;
  }

  /** It goes on in `lane`, and takes a worker unless it holds one. */
  takeWorker(lane: Lane): void {
    if (this.workerLane !== NONE) return;
    this.workerLane = lane;
    this.sequence.workers.hold(lane);
  }

  private giveWorkerBack(): void {
    const { workerLane } = this;
    if (workerLane === NONE) return;
    this.workerLane = NONE;
    this.sequence.workers.release(workerLane);
  }

  // When it has settled.

  /** Whether it has settled in a way that tells its code to stop. */
  private get isStopped(): boolean {
    const { state } = this;
    return this.hasSettled && state !== 'done' && (state !== 'failed' || this.extras?.isAborted === true);
  }

  /** Tells its code to stop, unless that ends by itself. */
  protected override settled(extras: Extras | null, reason: unknown): void {
    this.task = null;
    if (extras === null) return;
    const { rests, stopping } = extras;
    try {
      if (!this.isStopped) return;
      rests?.stop(reason);
      stopping?.tell(reason);
    } finally {
      stopping?.letGoLater();
    }
  }
}
