import { type MonoTypeOperatorFunction, Observable, type SchedulerAction, type Subscriber } from 'rxjs';
import { demand, demandObject } from '../base/demand.js';
import { isRunner } from '../runners/is-runner.js';
import type { RunnerView, TaskRunner } from '../types.js';
import { BoundedSubscriber } from './bounded-subscriber.js';
import { RingBuffer } from './ring-buffer.js';
import { type CheckedBounds, type StreamBounds, toBounds } from './stream-bounds.js';

/** Options of {@link handOver}. */
export interface HandOverOptions<T> extends StreamBounds<T> {
  /** How many values may wait, not counting the one being emitted: a positive integer, or `Infinity`. */
  readonly capacity: number;
}

/**
 * A bounded version of RxJS's `observeOn`: emits the values of the source on a runner, on a view of a runner with another
 * priority, or on a pool. At most `capacity` values wait there. A capacity of 1 with `'drop-oldest'` keeps the latest
 * value.
 *
 * - Values are emitted in the order of the source, also on a pool, and never synchronously. Each value is emitted in a
 *   separate run. After each value the loop may run more urgent tasks, other tasks of the runner, or the host.
 * - The error and the completion of the source are never dropped. They come after the remaining values.
 * - After unsubscribing nothing more is emitted, and the waiting values are freed.
 * - When the runner is shut down, the stream fails with a `TaskRejectedError`, and the waiting values are lost.
 * - Each subscription has one action, which is re-armed, and one ring buffer. There is no allocation per value. O(1).
 *
 * Unlike with `observeOn`, the stream has only one place in the runner's queue, not one for each value. So tasks posted
 * after a burst may run between the values of the burst.
 *
 * ```ts
 * prices$.pipe(handOver(ui, { capacity: 1, whenFull: 'drop-oldest' })).subscribe(render);
 * lines$.pipe(handOver(log, { capacity: 10_000, whenFull: 'drop-newest', onDrop: (_, dropped) => warn(dropped) }));
 * ```
 *
 * @throws TypeError or RangeError when `runner` is not a runner, or an option is invalid
 */
export function handOver<T>(runner: TaskRunner | RunnerView, options: HandOverOptions<T>): MonoTypeOperatorFunction<T> {
  const isOne = isRunner(runner) || isRunner((runner as Partial<RunnerView> | undefined)?.runner);
  demand(isOne, 'handOver needs a runner, a view of one, or a pool', runner);
  demandObject(options, 'The options of handOver must be an object with a capacity');
  const { capacity } = options as Partial<HandOverOptions<T>>;
  demand(capacity !== undefined, 'The option capacity must be a positive integer or Infinity', capacity);
  const bounds = toBounds(options);
  return (source) => new Observable((out) => source.subscribe(new HandOver(out, bounds, runner)));
}

/** An RxJS action. Actions of this library know whether they will run: one that was left in a `run()` will not. */
interface ArmedAction<T> extends SchedulerAction<HandOver<T>> {
  readonly isArmed?: boolean;
}

/** One subscription: the values that wait, and the action that emits them. */
class HandOver<T> extends BoundedSubscriber<T, T> {
  private readonly waiting = new RingBuffer<T>();
  /** Created for the first value. It belongs to the clock on which it was last armed. */
  private action: ArmedAction<T> | null = null;
  /** Whether the action was armed, and has not run since. */
  private isArmed = false;
  private isEmitting = false;
  /** Passes on the end of the source. */
  private end: (() => void) | null = null;

  constructor(
    out: Subscriber<T>,
    bounds: CheckedBounds<T>,
    private readonly runner: TaskRunner | RunnerView,
  ) {
    super(out, bounds, ('runner' in runner ? runner.runner : runner).name);
  }

  protected override get waitingCount(): number {
    return this.waiting.size;
  }

  protected override accept(value: T): void {
    this.waiting.push(value);
    this.arm();
  }

  protected override dropOldest(): T {
    return this.waiting.shift();
  }

  protected override _error(error: unknown): void {
    this.endBy(() => this.out.error(error));
  }

  protected override _complete(): void {
    this.endBy(() => this.out.complete());
  }

  private endBy(end: () => void): void {
    this.end = end;
    this.arm();
    this.unsubscribe();
  }

  /** Emits one value, or the end. */
  emit(): void {
    const { waiting, out } = this;
    this.isArmed = false;
    this.isEmitting = true;
    if (waiting.size > 0) out.next(waiting.shift());
    else this.end!();
    this.isEmitting = false;
    if (!out.closed && this.hasMore) this.arm();
  }

  private get hasMore(): boolean {
    return this.waiting.size > 0 || this.end !== null;
  }

  /** Ensures that the action is queued or runs. After the end of a `run()` it may be nowhere while values wait. */
  private arm(): void {
    const { action } = this;
    if (this.isEmitting || (this.isArmed && action?.isArmed !== false)) return;
    this.isArmed = true;
    action?.schedule(this);
    // Nothing is armed after a shutdown.
    if (action === null || action.isArmed === false) this.begin();
  }

  /** Creates the action. If the runner is shut down, the stream fails. */
  private begin(): void {
    const { out } = this;
    try {
      const action = this.runner.schedule(emitNext<T>, 0, this) as unknown as ArmedAction<T>;
      this.action = action;
      action.add(() => {
        if (out.closed) this.waiting.clear();
        // It was closed from outside: by a shutdown, or because a subscriber that is not RxJS's has thrown.
        else if (this.hasMore) this.begin();
      });
      out.add(action);
    } catch (error) {
      out.error(error);
      this.waiting.clear();
    }
  }
}

/** The work of the action: one function for all subscriptions, without a closure for each. */
function emitNext<T>(this: unknown, handOver?: HandOver<T>): void {
  handOver!.emit();
}
