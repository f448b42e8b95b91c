import { type MonoTypeOperatorFunction, Observable, type SchedulerAction, type Subscriber } from 'rxjs';
import { demand, demandObject } from '../base/demand.js';
import { isRunner } from '../runners/is-runner.js';
import type { RunnerView, TaskRunner } from '../types.js';
import { BoundedSubscriber } from './bounded-subscriber.js';
import { RingBuffer } from './ring-buffer.js';
import { type CheckedBounds, type StreamBounds, toBounds } from './stream-bounds.js';

/** Options of {@link handOver}. */
export interface HandOverOptions<T> extends StreamBounds<T> {
  /** How many values may wait, not counting the one that is being emitted: a positive integer, or `Infinity`. */
  readonly capacity: number;
}

/**
 * RxJS's `observeOn`, with bounds: emits the values of the source on a runner, on a view of it with another priority, or
 * on a pool, and lets at most `capacity` of them wait there. A capacity of 1 with `'drop-oldest'` keeps the latest.
 *
 * - Values are emitted one by one in the order of the source, on a pool too, never synchronously, and each in a run of
 *   its own: after each the loop may go on with something more urgent, with others of the runner, or with the host.
 * - The error and the end of the source are never dropped; they come after the values that were kept.
 * - Unsubscribing ends it at once: nothing more is emitted, and what waits is freed.
 * - Once the runner is shut down the stream fails with a `TaskRejectedError`: what waits there is lost, but not silently.
 * - One action, armed again and again, and one ring buffer for each subscription: no allocation per value, O(1).
 *
 * It does not promise what `observeOn` does about other work of the runner: the stream has one place in the queue, not
 * one for each value, so what is posted after a burst may go between its values.
 *
 * ```ts
 * prices$.pipe(handOver(ui, { capacity: 1, whenFull: 'drop-oldest' })).subscribe(render);
 * lines$.pipe(handOver(log, { capacity: 10_000, whenFull: 'drop-newest', onDrop: (_, dropped) => warn(dropped) }));
 * ```
 *
 * @throws TypeError or RangeError when `runner` is not a runner, or an option has a value that it cannot have
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

/** An action of RxJS. Those of this library say whether they will run: one that was left in a `run()` will not. */
interface ArmedAction<T> extends SchedulerAction<HandOver<T>> {
  readonly isArmed?: boolean;
}

/** One subscription: the values that wait, and the action that emits them. */
class HandOver<T> extends BoundedSubscriber<T, T> {
  private readonly waiting = new RingBuffer<T>();
  /** Made for the first value; of the clock on which it was armed last. */
  private action: ArmedAction<T> | null = null;
  /** Whether the action was armed, and has not run since. */
  private isArmed = false;
  private isEmitting = false;
  /** Hands on how the source has ended, once it has. */
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

  /** Sees to it that the action is queued, or runs. It may be nowhere with values waiting, since a `run()` is over. */
  private arm(): void {
    const { action } = this;
    if (this.isEmitting || (this.isArmed && action?.isArmed !== false)) return;
    this.isArmed = true;
    action?.schedule(this);
    // Nothing is armed after a shutdown.
    if (action === null || action.isArmed === false) this.begin();
  }

  /** Makes the action; where the runner takes nothing in any more that is an error of the stream. */
  private begin(): void {
    const { out } = this;
    try {
      const action = this.runner.schedule(emitNext<T>, 0, this) as unknown as ArmedAction<T>;
      this.action = action;
      action.add(() => {
        if (out.closed) this.waiting.clear();
        // Closed by somebody else: by a shutdown, or since a subscriber of another make than RxJS's has thrown.
        else if (this.hasMore) this.begin();
      });
      out.add(action);
    } catch (error) {
      out.error(error);
      this.waiting.clear();
    }
  }
}

/** The work of the action: a function for all subscriptions, and no closure for each. */
function emitNext<T>(this: unknown, handOver?: HandOver<T>): void {
  handOver!.emit();
}
