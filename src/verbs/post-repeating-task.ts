import { DeferredHandle, type Settled, whenSettled } from '../base/deferred-handle.js';
import { demand, demandNumber, TaskRejectedError } from '../base/errors.js';
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

/**
 * Posts `task` again and again; it never overlaps itself. Each run is a task of its own, with its own signal.
 *
 * It ends when its handle is cancelled, when a run fails (the handle rejects with that error), and with a shutdown. A
 * queue that is full skips a run.
 *
 * ```ts
 * const polling = postRepeatingTask(runner, poll, { interval: 1_000, mode: 'fixed-rate' });
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
): TaskHandle<never> {
  demand(isRunner(runner), 'postRepeatingTask needs a runner', runner);
  demand(typeof task === 'function', 'A task must be a function', task);
  return new Repetition(runner, task, checked(options)).handle;
}

class Repetition {
  readonly handle = new DeferredHandle<never>({
    cancelled: (reason) => this.run?.cancel(reason),
    reprioritized: (priority) => {
      this.run?.setPriority(priority);
      this.priority = priority;
    },
  });
  private run: TaskHandle<unknown> | null = null;
  private priority: TaskPriorityInput | undefined;
  /** When the next run is due, by the runner's clock. */
  private due: number;

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

  /**
   * Milliseconds that no wall clock moves. A runner of somebody else's has its own `now` only.
   */
  private now(): number {
    return isOwner(this.runner) ? schedulerInForce().clock.now() : this.runner.now();
  }

  private post(delay: number): void {
    const run = this.runner.postTask((context) => this.begin(context), {
      ...this.options.post,
      priority: this.priority,
      delay,
    });
    this.run = run;
    this.handle.standsFor = run;
    // That it has missed a run, which is counted, is nobody else's business.
    const isHeard = (): boolean => isMissed(run.result) || (this.options.ifFailed === 'end' && this.handle.isHeard);
    whenSettled(run, (state, result) => this.end(state, result), isHeard);
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
    if (mode === 'fixed-delay') {
      this.due = this.now() + interval;
      this.post(interval);
      return;
    }
    const now = this.now();
    this.due += interval;
    const late = (now - this.due) / interval;
    // Whatever else was due meanwhile is left out.
    if (late > 0) this.due += (ifLate === 'run-once' && !missed ? Math.floor(late) : Math.ceil(late)) * interval;
    // A wall clock that was set back must not make it wait for longer.
    this.due = Math.min(this.due, now + interval);
    this.post(Math.max(0, this.due - now));
  }
}

/** Whether a run has found its queue full. */
function isMissed(result: unknown): boolean {
  return result instanceof TaskRejectedError && result.reason === 'full';
}

function checked(options: RepeatOptions): Repetition['options'] {
  const isObject = typeof options === 'object' && (options as unknown) !== null;
  demand(isObject, 'The options of a repeating task must be an object with an interval', options);
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
  const isMode = mode === 'fixed-delay' || (mode as string) === 'fixed-rate';
  demand(isMode, "The mode of a repeating task must be 'fixed-delay' or 'fixed-rate'", mode);
  demand(['skip', 'run-once'].includes(ifLate), "The option ifLate must be 'skip' or 'run-once'", ifLate);
  demand(['end', 'continue'].includes(ifFailed), "The option ifFailed must be 'end' or 'continue'", ifFailed);
  return { interval, initialDelay, mode, ifLate, ifFailed, post };
}
