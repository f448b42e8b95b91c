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
  /** Milliseconds from run to run, more than 0. */
  readonly interval: number;
  /** Milliseconds until the first run. Defaults to the interval. */
  readonly initialDelay?: number | undefined;
  /**
   * `'fixed-delay'` (the default): the interval lies between the end of one run and the start of the next.
   * `'fixed-rate'`: runs are due at whole intervals from the first one on, however long they take; there is no drift.
   */
  readonly mode?: 'fixed-delay' | 'fixed-rate' | undefined;
  /**
   * What `'fixed-rate'` does with runs that were due while it could not run: `'skip'` (the default) waits for the next one
   * that is due; `'run-once'` runs once for all of them, at once. There is never a burst.
   */
  readonly ifLate?: 'skip' | 'run-once' | undefined;
  /** What a run that fails does: `'end'` (the default) ends the repetition, `'continue'` reports the error and goes on. */
  readonly ifFailed?: 'end' | 'continue' | undefined;
}

/** The handle of a repetition: it only settles when that ends. */
export interface RepeatingTaskHandle extends TaskHandle<never> {
  /**
   * Brings the next run forward.
   *
   * - While the next run waits for its delay, it is posted at once instead.
   * - While it is queued, this does nothing.
   * - While a run is going on, one more follows as soon as it has ended, however often this is called.
   *
   * With `'fixed-delay'` the interval begins at the end of that run. With `'fixed-rate'` it stands for the next run that
   * was due, which is left out, and the ones after that come when they would have. Does nothing once the handle has
   * settled. O(log n), as a post with a delay.
   *
   * ```ts
   * const refreshing = postRepeatingTask(runner, refresh, { interval: 60_000 });
   * button.onclick = () => refreshing.runNow();
   * ```
   */
  runNow(): void;
}

/**
 * Posts `task` again and again; it never overlaps itself. Each run is a task of its own, with its own signal.
 *
 * It ends when its handle is cancelled, when a run fails (the handle rejects with that error), and with a shutdown. A
 * queue that is full skips a run. With an interval of `Infinity` it runs on demand only, by `runNow`.
 *
 * ```ts
 * const polling = postRepeatingTask(runner, poll, { interval: 1_000, mode: 'fixed-rate' });
 * polling.runNow();
 * polling.cancel();
 * ```
 *
 * @returns a handle that only settles when the repetition ends
 * @throws TypeError or RangeError when an argument is not what it must be
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
  /** When the next run is due, by the runner's clock. One that was brought forward stands for it all the same. */
  private due: number;
  /** When that run joins the queue: after its delay. */
  private joins = -Infinity;
  private isBroughtForward = false;
  /** Whether another run is wanted as soon as the one that goes on has ended. */
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
   * Milliseconds that no wall clock moves. A runner of somebody else's has its own `now` only.
   */
  private now(): number {
    return isOwner(this.runner) ? schedulerInForce().clock.now() : this.runner.now();
  }

  /** Posts the run that is due next without a delay. */
  private postNow(): void {
    const { interval } = this.options;
    const now = this.now();
    // It stands for the first one that is due from now on, so that to ask again and again puts off no more than that.
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
    // That it has missed a run, which is counted, is nobody else's business.
    const isHeard = (): boolean => isMissed(run.result) || (this.options.ifFailed === 'end' && this.handle.isHeard);
    const ended = (state: Settled, result: unknown): void => {
      // What has been brought forward was posted anew.
      if (this.run === run) this.end(state, result);
    };
    whenSettled(run, ended, isHeard);
  }

  private begin(context: TaskContext): unknown {
    this.handle.state = 'running';
    const { interval } = this.options;
    // One that is late stands for all that were due until now.
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
      // Whatever else was due meanwhile is left out.
      if (late > 0) this.due += (ifLate === 'run-once' && !missed ? Math.floor(late) : Math.ceil(late)) * interval;
      // A wall clock that was set back must not make it wait for longer.
      this.due = Math.min(this.due, now + (this.isBroughtForward ? 2 : 1) * interval);
    }
    this.isBroughtForward = false;
    const { isWanted } = this;
    this.isWanted = false;
    if (isWanted) this.postNow();
    else this.post(Math.max(0, this.due - now));
  }
}

/** Whether a run has found its queue full. */
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
