import { demand, demandNumber, demandObject, demandOptions } from '../base/demand.js';
import type { Alarm } from '../kernel/alarm.js';
import { Gate } from '../kernel/gate.js';
import { PerClock } from '../kernel/per-clock.js';
import type { TaskScheduler } from '../kernel/scheduler.js';
import type { Sequence } from '../kernel/sequence.js';
import type { Task } from '../kernel/task.js';
import type { RateLimit } from '../runners/limits.js';

/** Options of {@link rateLimit}. */
export interface RateLimitOptions {
  /** How many tasks may start within any `per` milliseconds: a positive integer. */
  readonly starts: number;
  /** The length of the window in milliseconds: more than 0, and finite. */
  readonly per: number;
  /**
   * Defaults to false: tasks start as soon as the window has room, in bursts of up to `starts`. With true they start at
   * least `per / starts` milliseconds apart. Coarse host timers reduce the rate: Node's timers fire in whole milliseconds,
   * so with a limit of 2,000 per second only about 700 start.
   */
  readonly spread?: boolean | undefined;
}

/**
 * Limits how often posted tasks start: at most `starts` within any window of `per` milliseconds. Pass it as the option
 * `rate` of runners, keyed runners and pools.
 *
 * - Everything that gets the same limit shares it. The most urgent waiting task starts first.
 * - A task that waits for the limit holds no worker. It keeps a Node process alive, as a delayed task does. At most one
 *   timer is armed, and only while a task waits.
 * - It counts starts, not attempts. To limit the attempts of a retrying task, post each attempt as a task to the runner
 *   with the limit.
 * - It counts when a task starts. A server counts when calls arrive, and sees some of them closer together. So leave a
 *   margin.
 * - Actions of streams do not count. They wait only behind a waiting task of their own queue.
 * - The limit also applies during a shutdown.
 * - Each clock has its own count, and so have the loops of frame runners and idle runners. In virtual time the limit is exact to the frame.
 *
 * O(1) per task, and 8 bytes for each of `starts`.
 *
 * ```ts
 * const api = rateLimit({ starts: 100, per: 60_000 });
 * const requests = pool.createParallelTaskRunner({ maxConcurrency: 8, rate: api });
 * ```
 *
 * Source: the sliding window log.
 *
 * @returns the limit, for the option `rate`
 * @throws RangeError or TypeError when an option is invalid
 */
export function rateLimit(options: RateLimitOptions): RateLimit {
  demandObject(options, 'The options of rateLimit must be an object with starts and per');
  demandOptions(options, ['starts', 'per', 'spread']);
  const { starts, per, spread = false } = options;
  demandNumber(Number.isInteger(starts) && starts > 0, 'The option starts must be a positive integer', starts);
  const isTime = typeof per === 'number' && per > 0 && per < Infinity;
  demandNumber(isTime, 'The option per must be a finite number of milliseconds, more than 0', per);
  demand(typeof spread === 'boolean', 'The option spread must be true or false', spread);
  const gates = new PerClock((scheduler) =>
    spread ? new RateGate(scheduler, 1, per / starts) : new RateGate(scheduler, starts, per),
  );
  return { starts, per, gateOn: (scheduler) => gates.on(scheduler) };
}

/** Smaller differences, in milliseconds, are rounding errors. */
const ROUNDING = 1e-6;

class RateGate extends Gate {
  override readonly what = 'its rate limit';
  /** When the last tasks started, in a ring. */
  private readonly startedAt: number[] = [];
  /** The index of the oldest of them, where the next one is written once the ring is full. */
  private oldest = 0;
  private alarm: Alarm | null = null;

  constructor(
    scheduler: TaskScheduler,
    private readonly starts: number,
    private readonly per: number,
  ) {
    super(scheduler);
  }

  override opens(task: Task): boolean {
    return !task.needsWorker || this.timeLeft <= 0;
  }

  override enter(task: Task): void {
    if (!task.needsWorker) return;
    this.startedAt[this.oldest] = this.scheduler.clock.now();
    this.oldest = (this.oldest + 1) % this.starts;
    // Waiting sequences are called when the window has room again.
    const { waiting, timeLeft } = this;
    if (!waiting.isEmpty && timeLeft > 0) this.arm(timeLeft, waiting.keepAlive);
  }

  override park(sequence: Sequence): void {
    // The first waiting sequence that keeps the process alive needs an alarm that does too.
    if (sequence.keepAlive && this.alarm?.keepAlive === false) this.disarm();
    // This may throw, and so comes first: otherwise nothing would call the waiting sequences. The window may have room by
    // now.
    this.arm(this.timeLeft, sequence.keepAlive || this.waiting.keepAlive);
    super.park(sequence);
  }

  override withdraw(sequence: Sequence): void {
    super.withdraw(sequence);
    const { waiting } = this;
    if (waiting.isEmpty) this.disarm();
    else if (sequence.keepAlive && !waiting.keepAlive) {
      this.disarm();
      this.arm(this.timeLeft, false);
    }
  }

  /** Milliseconds until another task may start. */
  private get timeLeft(): number {
    const last = this.startedAt[this.oldest];
    if (last === undefined) return 0;
    const left = last + this.per - this.scheduler.clock.now();
    return left < ROUNDING ? 0 : left;
  }

  /** Ensures that waiting sequences are called when the window has room. */
  private arm(delay: number, keepAlive: boolean): void {
    this.alarm ??= this.scheduler.alarm(delay, this.onRoom, keepAlive);
  }

  private disarm(): void {
    this.alarm?.unsubscribe();
    this.alarm = null;
  }

  private readonly onRoom = (): void => {
    this.alarm = null;
    // Read once, because time passes between two reads.
    const { waiting, timeLeft } = this;
    if (timeLeft <= 0) this.callNext();
    else if (!waiting.isEmpty) this.arm(timeLeft, waiting.keepAlive);
  };
}
