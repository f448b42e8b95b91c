import { Deferred } from '../base/deferred.js';
import type { PostedTask } from './posted-task.js';
import type { RepeatOptions } from './task-options.js';

/**
 * What makes a posted task repeat: it is armed again when a run of it has ended well. So it never overlaps itself, and
 * costs no allocation per run. See `postRepeatingTask` for what it promises.
 */
export class Repetition {
  /** How many runs have begun. */
  runs = 0;
  /** How many intervals after the first run the next one is due. */
  private intervals = 0;

  constructor(
    private readonly task: PostedTask<never>,
    private readonly repeat: RepeatOptions,
    private readonly firstDue: number,
  ) {}

  /** A run begins. */
  begin(): void {
    this.runs++;
    const { interval, mode } = this.repeat;
    if (mode !== 'fixed-rate') return;
    // One that is late stands for all that were due until now.
    this.intervals = Math.max(this.intervals, Math.floor((this.now - this.firstDue) / interval));
  }

  /** A run has ended. */
  end(): void {
    const { task } = this;
    if (task.closed) return;
    task.comeBack();
    const rest = task.more.takeRest();
    // It has yielded, and ended without waiting for that.
    if (rest instanceof Deferred) rest.resolve(undefined);
    task.more.clearAlarm();
    task.state = 'pending';
    task.hasBegun = false;
    if (task.sequence.owner.isClosed) task.reject();
    else task.startIn(this.nextDelay(this.repeat.ifLate === 'run-once'));
  }

  /** Its queue is full: it misses a run. */
  miss(): void {
    this.task.sequence.countRefusal('dropped');
    this.task.startIn(this.nextDelay(false));
  }

  /** In how many milliseconds the next run is due; if that is late, at once, or else when there is one in time. */
  private nextDelay(mayBeLate: boolean): number {
    const { interval, mode } = this.repeat;
    if (mode !== 'fixed-rate') return interval;
    this.intervals++;
    const late = this.now - this.nextDue;
    // Whatever else was due meanwhile is left out.
    if (late > 0) this.intervals += mayBeLate ? Math.floor(late / interval) : Math.ceil(late / interval);
    return Math.max(0, this.nextDue - this.now);
  }

  private get nextDue(): number {
    return this.firstDue + this.intervals * this.repeat.interval;
  }

  private get now(): number {
    return this.task.sequence.scheduler.clock.now();
  }
}
