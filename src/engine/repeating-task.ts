import { Deferred } from '../base/deferred.js';
import { PostedTask } from './posted-task.js';
import type { Sequence } from './sequence.js';
import type { RepeatOptions } from './task-options.js';
import type { TaskFunction } from './task-runner.js';
import type { FOLLOW, Lane, TaskTraits } from './traits.js';

/**
 * A task that is armed again when a run of it has ended well: it never overlaps itself, and costs no allocation per run.
 * See `postRepeatingTask` for what it promises.
 */
export class RepeatingTask extends PostedTask<never> {
  /** When the first run was due, and how many intervals later the next one is. */
  private firstDue = 0;
  private intervals = 0;

  constructor(
    sequence: Sequence,
    lane: Lane | typeof FOLLOW,
    public repeated: TaskFunction<unknown>,
    traits: TaskTraits,
    private readonly repeat: RepeatOptions,
  ) {
    super(sequence, lane, null, traits);
  }

  override startIn(delay: number): void {
    this.firstDue = this.sequence.scheduler.clock.now() + delay;
    super.startIn(delay);
  }

  /** A run has ended. */
  override succeed(): void {
    if (this.closed) return;
    this.comeBack();
    const rest = this.more.takeRest();
    // It has yielded, and ended without waiting for that.
    if (rest instanceof Deferred) rest.resolve(undefined);
    this.more.clearAlarm();
    this.state = 'pending';
    this.hasBegun = false;
    if (this.sequence.owner.isClosed) this.reject();
    else super.startIn(this.nextDelay());
  }

  /** Its queue is full: it misses a run. */
  override drop(): void {
    this.sequence.countRefusal('dropped');
    super.startIn(this.nextDelay());
  }

  protected override begin(): boolean {
    const { interval, mode } = this.repeat;
    if (mode === 'fixed-rate') {
      // One that is late stands for all that were due until now.
      const passed = Math.floor((this.sequence.scheduler.clock.now() - this.firstDue) / interval);
      this.intervals = Math.max(this.intervals, passed);
    }
    return this.call(this.repeated as TaskFunction<never>);
  }

  private nextDelay(): number {
    const { interval, mode, ifLate } = this.repeat;
    if (mode !== 'fixed-rate') return interval;
    const now = this.sequence.scheduler.clock.now();
    this.intervals++;
    const late = now - this.due();
    if (late > 0) {
      // Whatever else was due meanwhile is left out: it goes on from the last, or with the next.
      this.intervals += ifLate === 'run-once' ? Math.floor(late / interval) : Math.ceil(late / interval);
    }
    return Math.max(0, this.due() - now);
  }

  private due(): number {
    return this.firstDue + this.intervals * this.repeat.interval;
  }
}
