import { DeferredHandle, type Settled, whenSettled } from '../base/deferred-handle.js';
import { demand, demandNumber, demandObject, demandOneOf, demandOptions } from '../base/demand.js';
import { TaskRejectedError } from '../base/errors.js';
import { toDelay } from '../kernel/traits.js';
import { isRunner } from '../runners/is-runner.js';
import { isOwner } from '../runners/owner-of.js';
import type { PostOptions, TaskContext, TaskFunction, TaskHandle, TaskPriorityInput, TaskRunner } from '../types.js';
import { schedulerInForce } from '../virtual/in-force.js';

/** Options of {@link postRepeatingTask}: when it runs, and how each run is posted. */
export interface RepeatOptions extends Omit<PostOptions, 'delay' | 'queueTimeout'> {
  /** Milliseconds between runs, more than 0. */
  readonly interval: number;
  /** Milliseconds until the first run. Defaults to the interval. */
  readonly initialDelay?: number | undefined;
  /**
   * `'fixed-delay'` (the default): the interval is the time between the end of one run and the start of the next.
   * `'fixed-rate'`: runs are due at whole multiples of the interval after the first run, however long they take. There is
   * no drift.
   */
  readonly mode?: 'fixed-delay' | 'fixed-rate' | undefined;
  /**
   * What `'fixed-rate'` does with runs that fell due while the task could not run: `'skip'` (the default) skips them and
   * waits for the next due time; `'run-once'` runs once for all of them, at once. There is never a burst.
   */
  readonly ifLate?: 'skip' | 'run-once' | undefined;
  /**
   * What happens when a run fails: `'end'` (the default) ends the repetition, `'continue'` reports the error and goes on.
   */
  readonly ifFailed?: 'end' | 'continue' | undefined;
}

/** The handle of a repetition. It settles when the repetition ends. */
export interface RepeatingTaskHandle extends TaskHandle<never> {
  /**
   * Starts the next run early.
   *
   * - If the next run waits for its delay, it is posted at once.
   * - If it is queued, this does nothing.
   * - If a run is in progress, one more follows as soon as it has ended, however often this is called.
   *
   * With `'fixed-delay'` the next interval begins at the end of that run. With `'fixed-rate'` that run replaces the next
   * one that is due, and later runs keep their times. Does nothing after the handle has settled. O(log n), like a post with
   * a delay.
   *
   * ```ts
   * const refreshing = postRepeatingTask(runner, refresh, { interval: 60_000 });
   * button.onclick = () => refreshing.runNow();
   * ```
   */
  runNow(): void;
}

/**
 * Posts `task` repeatedly. Its runs never overlap. Each run is a separate task, with its own signal.
 *
 * The repetition ends when its handle is cancelled, when a run fails (the handle rejects with that error), or in a
 * shutdown. A full queue skips a run. With an interval of `Infinity` the task runs only on demand, by `runNow`.
 *
 * ```ts
 * const polling = postRepeatingTask(runner, poll, { interval: 1_000, mode: 'fixed-rate' });
 * polling.runNow();
 * polling.cancel();
 * ```
 *
 * @returns a handle that settles when the repetition ends
 * @throws TypeError or RangeError when an argument is invalid
 */
export function postRepeatingTask(
  runner: TaskRunner,
  task: TaskFunction<unknown>,
  options: RepeatOptions,
): RepeatingTaskHandle {
  demand(isRunner(runner), 'postRepeatingTask needs a runner', runner);
  demand(typeof task === 'function', 'A task must be a function', task);
  return new Repetition(runner, task, checked(options)).handle;
}

class Repetition {
  readonly handle = Object.assign(
    new DeferredHandle<never>({
      cancelled: (reason) => this.run?.cancel(reason),
      reprioritized: (priority) => {
        this.run?.setPriority(priority);
        this.priority = priority;
      },
    }),
    { runNow: () => this.runNow() },
  );
  private run: TaskHandle<unknown> | null = null;
  private priority: TaskPriorityInput | undefined;
  /** When the next run is due, by the runner's clock, even if it was started early. */
  private due: number;
  /** When that run joins the queue: after its delay. */
  private joins = -Infinity;
  private isBroughtForward = false;
  /** Whether another run should follow as soon as the current one has ended. */
  private isWanted = false;

  constructor(
    private readonly runner: TaskRunner,
    private readonly task: TaskFunction<unknown>,
    private readonly options: Required<
      Pick<RepeatOptions, 'interval' | 'initialDelay' | 'mode' | 'ifLate' | 'ifFailed'>
    > & {
      readonly post: PostOptions;
    },
  ) {
    this.priority = options.post.priority;
    const delay = toDelay(options.initialDelay);
    this.due = this.now() + delay;
    this.post(delay);
  }

  private runNow(): void {
    const { handle, run } = this;
    if (handle.closed) return;
    if (handle.state === 'running') this.isWanted = true;
    else if (this.now() < this.joins) {
      this.postNow();
      run?.cancel('It was brought forward.');
    }
  }

  /**
   * Monotonic milliseconds. Runners of other implementations only have their own `now`.
   */
  private now(): number {
    return isOwner(this.runner) ? schedulerInForce().clock.now() : this.runner.now();
  }

  /** Posts the run that is due next without a delay. */
  private postNow(): void {
    const { interval } = this.options;
    const now = this.now();
    // It replaces the next due run. So repeated calls do not postpone more than that run.
    const ahead = Math.ceil((this.due - now) / interval) - 1;
    if (ahead > 0) this.due = this.due === Infinity ? now : this.due - ahead * interval;
    this.isBroughtForward = this.due > now;
    this.post(0);
  }

  private post(delay: number): void {
    const joins = this.now() + delay;
    const run = this.runner.postTask((context) => this.begin(context), {
      ...this.options.post,
      priority: this.priority,
      delay,
    });
    this.run = run;
    this.joins = joins;
    this.handle.standsFor = run;
    // A missed run is counted, but not reported.
    const isHeard = (): boolean => isMissed(run.result) || (this.options.ifFailed === 'end' && this.handle.isHeard);
    const ended = (state: Settled, result: unknown): void => {
      // A run that was started early was posted again.
      if (this.run === run) this.end(state, result);
    };
    whenSettled(run, ended, isHeard);
  }

  private begin(context: TaskContext): unknown {
    this.handle.state = 'running';
    const { interval } = this.options;
    // A late run replaces all runs that were due until now.
    const late = Math.floor((this.now() - this.due) / interval);
    if (late > 0) this.due += late * interval;
    return this.task(context);
  }

  private end(state: Settled, result: unknown): void {
    const { handle } = this;
    const { ifFailed, interval, mode, ifLate } = this.options;
    if (handle.closed) return;
    const missed = isMissed(result);
    const goesOn = state === 'done' || missed || (state === 'failed' && ifFailed === 'continue');
    if (!goesOn) {
      handle.settle(state, result);
      return;
    }
    handle.state = 'pending';
    const now = this.now();
    if (mode === 'fixed-delay') this.due = now + interval;
    else {
      this.due += interval;
      const late = (now - this.due) / interval;
      // Other runs that were due in between are skipped.
      if (late > 0) this.due += (ifLate === 'run-once' && !missed ? Math.floor(late) : Math.ceil(late)) * interval;
      // A wall clock that was set back must not make it wait longer.
      this.due = Math.min(this.due, now + (this.isBroughtForward ? 2 : 1) * interval);
    }
    this.isBroughtForward = false;
    const { isWanted } = this;
    this.isWanted = false;
    if (isWanted) this.postNow();
    else this.post(Math.max(0, this.due - now));
  }
}

/** Whether a run was rejected by a full queue. */
function isMissed(result: unknown): boolean {
  return result instanceof TaskRejectedError && result.reason === 'full';
}

const NAMES = [
  'interval',
  'initialDelay',
  'mode',
  'ifLate',
  'ifFailed',
  'signal',
  'priority',
  'name',
  'shutdownBehavior',
] as const satisfies readonly (keyof RepeatOptions)[];

function checked(options: RepeatOptions): Repetition['options'] {
  demandObject(options, 'The options of a repeating task must be an object with an interval');
  demandOptions(options, NAMES);
  const {
    interval,
    initialDelay = interval,
    mode = 'fixed-delay',
    ifLate = 'skip',
    ifFailed = 'end',
    ...post
  } = options;
  const isInterval = typeof interval === 'number' && interval > 0;
  demandNumber(isInterval, 'The interval of a repeating task must be more than 0 milliseconds', interval);
  demand(typeof initialDelay === 'number', 'The initialDelay must be a number of milliseconds', initialDelay);
  demandOneOf(mode, ['fixed-delay', 'fixed-rate'], 'The mode of a repeating task');
  demandOneOf(ifLate, ['skip', 'run-once'], 'The option ifLate');
  demandOneOf(ifFailed, ['end', 'continue'], 'The option ifFailed');
  return { interval, initialDelay, mode, ifLate, ifFailed, post };
}
