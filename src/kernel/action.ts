import type { SchedulerAction, Subscription } from 'rxjs';
import { hub } from './events.js';
import { Fired } from './delay-manager.js';
import type { Sequence } from './sequence.js';
import { IDLE, RUNNING } from './place.js';
import { Task } from './task.js';
import type { TaskScheduler } from './scheduler.js';
import { BEST_EFFORT, type Lane, toDelay } from './traits.js';

export type ActionWork<T> = (this: SchedulerAction<T>, state?: T) => void;

/** Returns the scheduler of the clock in force, for an action that is armed outside of its run. */
type FindScheduler = () => TaskScheduler;

/**
 * The task that `schedule` makes for RxJS: synchronous, and re-armed by its own `schedule`.
 *
 * - It is `this` inside the work, and what `schedule` returned.
 * - Re-arming replaces its state and, while it waits, its delay: there are never two runs.
 * - After a run it is not closed. It may be re-armed later, also from outside.
 * - Once closed it never runs, `schedule` does nothing, and it keeps neither its work nor its state.
 */
export class Action<T> extends Task implements SchedulerAction<T> {
  /**
   * Never used, only kept alive. When no instance of a class is left, garbage collection makes V8 drop the hidden class and
   * all code compiled for it. After an idle minute the loop would start at half its speed.
   */
  static readonly kept = new Action(null as never, null, undefined);

  /** Set once by a layer above the kernel, which knows only the clock of its scheduler. */
  static schedulerInForce: FindScheduler;

  constructor(
    sequence: Sequence,
    private work: ActionWork<T> | null,
    private state: T | undefined,
  ) {
    super(sequence);
  }

  /** Whether it is queued or delayed, so that it will run. */
  get isArmed(): boolean {
    return this.place !== IDLE && this.place !== RUNNING;
  }

  /**
   * Re-arms the action with a delay of `delay` milliseconds. Inside its own run it stays on its clock. From elsewhere it
   * goes to the clock in force, as every post does. Does nothing once it is closed, or after a shutdown of the runner or
   * its pool.
   */
  schedule(state?: T, delay?: number): Subscription {
    const due = toDelay(delay);
    const { owner } = this.sequence;
    if (this.closed || (owner.isClosed && !owner.takesLate(this, due))) return this;
    this.state = state;
    if (this.place === RUNNING) this.sequence.scheduler.arm(this, due);
    else this.armFromOutside(due);
    return this;
  }

  private armFromOutside(due: number): void {
    const { place, sequence } = this;
    if (place !== IDLE) sequence.scheduler.withdraw(this);
    this.delay = null;
    this.sequence = sequence.owner.sequenceOn(Action.schedulerInForce(), this.lane, false);
    this.sequence.scheduler.arm(this, due);
    // The place that it has left may be idle now. Listeners are told only when it has arrived in its new place.
    if (place !== IDLE && hub.isHeard) hub.moved(this, sequence);
  }

  override due(deadline: number): void {
    this.delay = new Fired(this.delay as number, deadline);
    super.due(deadline);
  }

  override run(): boolean {
    // A listener for its start may have closed it.
    this.work?.(this.state);
    return false;
  }

  override fail(error: unknown): void {
    if (hub.isHeard) hub.failed(this, error);
    this.reject();
    this.sequence.scheduler.fail(this, error);
  }

  override reject(): void {
    try {
      this.unsubscribe();
    } catch (error) {
      this.sequence.scheduler.fail(this, error);
    }
  }

  override abandon(): void {
    // It may be re-armed on another clock.
  }

  override unsubscribe(): void {
    this.work = null;
    this.state = undefined;
    super.unsubscribe();
  }
}

/** An action with its own priority. Most actions have none, and should not pay for the field. */
export class PriorityAction<T> extends Action<T> {
  static override readonly kept = new PriorityAction(null as never, null, undefined, BEST_EFFORT);

  constructor(
    sequence: Sequence,
    work: ActionWork<T> | null,
    state: T | undefined,
    private readonly ownLane: Lane,
  ) {
    super(sequence, work, state);
  }

  override get lane(): Lane {
    return this.ownLane;
  }
}
