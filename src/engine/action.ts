import type { SchedulerAction, Subscription } from 'rxjs';
import { toDelay } from './delay.js';
import { PlainTask } from './plain-task.js';
import { schedulerInForce } from './schedulers.js';
import type { Sequence } from './sequence.js';
import { IDLE, RUNNING } from './task.js';
import { BEST_EFFORT, type Lane } from './traits.js';

export type Work<T> = (this: SchedulerAction<T>, state?: T) => void;

/**
 * The task that `schedule` makes for RxJS: synchronous, and armed again by its own `schedule`.
 *
 * - It is `this` inside the work, and what `schedule` returned.
 * - Arming it again replaces its state and, while it is pending, its arming: there are never two runs.
 * - After a run it is not closed; it may be armed again later, from outside too.
 * - Once closed it is never run, `schedule` does nothing, and it retains neither work nor state.
 */
export class Action<T> extends PlainTask implements SchedulerAction<T> {
  /**
   * Never used, only kept. When a collection of garbage finds no object of a class, V8 forgets the hidden class, and all
   * code it has compiled for it: after an idle minute the loop would start at half its speed.
   */
  static readonly kept = new Action(null as never, null, undefined);

  constructor(
    sequence: Sequence,
    private work: Work<T> | null,
    private state: T | undefined,
  ) {
    super(sequence);
  }

  /**
   * Arms it again, in `delay` milliseconds. From inside its own run it stays on its clock; from elsewhere it goes to
   * the clock in force, as every post does. No-op once closed, and after a shutdown of the runner or its pool.
   */
  schedule(state?: T, delay?: number): Subscription {
    const due = toDelay(delay);
    if (this.closed || this.sequence.owner.isClosed) return this;
    this.state = state;
    if (this.place === RUNNING) this.sequence.scheduler.arm(this, due);
    else this.armFromOutside(due);
    return this;
  }

  private armFromOutside(due: number): void {
    const { place, sequence } = this;
    if (place !== IDLE) sequence.scheduler.withdraw(this);
    this.sequence = sequence.owner.sequenceOn(schedulerInForce(), this.lane, false);
    this.sequence.scheduler.arm(this, due);
    // Without it what it has left may be idle; but not before it is where it goes.
    if (place !== IDLE) sequence.scheduler.tell(this, false, sequence);
  }

  override run(): boolean {
    // An observer that was told of its start may have closed it.
    this.work?.(this.state);
    return false;
  }

  override fail(error: unknown): void {
    const { scheduler } = this.sequence;
    scheduler.observer?.failed(this, error);
    this.reject();
    scheduler.fail(this, error);
  }

  override reject(): void {
    try {
      this.unsubscribe();
    } catch (error) {
      this.sequence.scheduler.fail(this, error);
    }
  }

  override abandon(): void {
    // It may be armed again, on another clock.
  }

  override unsubscribe(): void {
    this.work = null;
    this.state = undefined;
    super.unsubscribe();
  }
}

/** An action with a priority of its own. Most have none, and shall not pay for the field. */
export class PriorityAction<T> extends Action<T> {
  static override readonly kept = new PriorityAction(null as never, null, undefined, BEST_EFFORT);

  constructor(
    sequence: Sequence,
    work: Work<T> | null,
    state: T | undefined,
    private readonly ownLane: Lane,
  ) {
    super(sequence, work, state);
  }

  override get lane(): Lane {
    return this.ownLane;
  }
}
