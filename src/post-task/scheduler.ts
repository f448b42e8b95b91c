import { demand } from '../base/demand.js';
import { followSignal } from '../base/signal-followers.js';
import { demandPriority, type WebTaskPriority } from './priority.js';
import type { PrioritySource } from './priority-source.js';
import { makeStates, type SchedulingState, type States } from './scheduling-state.js';
import { TaskQueue } from './task-queue.js';
import { prioritySourceOf } from './task-signal.js';

/** Options of {@link Scheduler.postTask}. */
export interface SchedulerPostTaskOptions {
  /**
   * Overrides the priority of `signal`, and then never changes. Defaults to the signal's priority, or else to
   * `'user-visible'`.
   */
  readonly priority?: WebTaskPriority | undefined;
  /** Aborts the task while it waits. A {@link TaskSignal} also sets its priority. */
  readonly signal?: AbortSignal | undefined;
  /** Minimum number of milliseconds until the task joins the queue. Defaults to 0. */
  readonly delay?: number | undefined;
}

/** Of what was given no priority. */
const DEFAULT: PrioritySource = { priority: 'user-visible', waiting: null };

/**
 * The web's `scheduler`, on the lanes of this library: its tasks take turns with those of all runners, by priority.
 *
 * As in the standard, invalid arguments reject the promise instead of throwing.
 */
export class Scheduler {
  private readonly tasks = new TaskQueue('scheduler.postTask', false);
  private readonly continuations = new TaskQueue('scheduler.yield', true);

  /** @internal */
  constructor(private states: States | null = null) {}

  /**
   * Posts a task, which runs later: more urgent tasks first, and tasks of one priority in posting order. It needs no
   * worker.
   *
   * ```ts
   * const total = await scheduler.postTask(() => count(words), { priority: 'background', signal: controller.signal });
   * ```
   *
   * O(1), and O(log n) with a delay.
   *
   * @returns a promise of the result of `callback`. It rejects with an error that `callback` throws, with the reason of the
   * signal if that aborts before `callback` has returned, and with a TypeError if `callback` is not a function or an option
   * is invalid
   */
  postTask<T>(callback: () => T | PromiseLike<T>, options?: SchedulerPostTaskOptions): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      demand(typeof callback === 'function', 'A task must be a function', callback);
      const { delay = 0, priority, signal = null } = toOptions(options);
      const source = priority === undefined ? prioritySourceOf(signal) : { priority, waiting: null };
      const state: SchedulingState = { abortSource: signal, prioritySource: source ?? DEFAULT };
      const run = (): void => resolve(this.knownStates.run(state, callback));
      wait(this.tasks, state, run, reject, delay);
    });
  }

  /**
   * Yields to more urgent tasks and, when the turn has used up its time, to the host. Then continues before all tasks of
   * the same priority, which is that of the calling task, or else `'user-visible'`.
   *
   * ```ts
   * for (const chunk of chunks) {
   *   index(chunk);
   *   await scheduler.yield();
   * }
   * ```
   *
   * O(1).
   *
   * @returns a promise that rejects with the reason if the signal of the calling task has aborted, or aborts
   */
  yield(): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const states = this.knownStates;
      const inherited = states.current();
      const run = (): void => states.resume(inherited, resolve);
      wait(this.continuations, inherited ?? { abortSource: null, prioritySource: DEFAULT }, run, reject, 0);
    });
  }

  /** To look for `AsyncLocalStorage` is left to the first call, so that to import the module costs nothing. */
  private get knownStates(): States {
    return (this.states ??= makeStates());
  }
}

/** The scheduler of the program. */
export const scheduler = /* @__PURE__ */ new Scheduler();

/**
 * Calls `run` when its turn has come.
 *
 * @param fail is told why that does not happen, and what `run` throws
 */
function wait(
  queue: TaskQueue,
  { abortSource, prioritySource }: SchedulingState,
  run: () => void,
  fail: (error: unknown) => void,
  delay: number,
): void {
  if (abortSource?.aborted === true) {
    fail(abortSource.reason);
    return;
  }
  const { waiting } = prioritySource;
  const task = queue.enqueue(
    () => {
      try {
        run();
      } catch (error) {
        fail(error);
      }
    },
    prioritySource.priority,
    delay,
  );
  waiting?.set(task, queue);
  const leave =
    abortSource === null
      ? undefined
      : followSignal(abortSource, () => {
          fail(abortSource.reason);
          task.cancel();
        });
  task.whenSettled(() => {
    waiting?.delete(task);
    leave?.();
    // It may have been dropped by what is around it, such as the end of an environment.
    if (task.state !== 'done') fail(task.result);
  });
}

/** @throws TypeError when an option is invalid */
function toOptions(given: SchedulerPostTaskOptions | null = {}): SchedulerPostTaskOptions {
  const isObject = given === null || typeof given === 'object' || typeof given === 'function';
  demand(isObject, 'The options of a task must be an object', given);
  const { delay = 0, priority, signal } = given ?? {};
  const isSignal = signal === undefined || signal instanceof AbortSignal;
  demand(isSignal, 'The option signal must be an AbortSignal', signal);
  if (priority !== undefined) demandPriority('The option priority', priority);
  const milliseconds = Math.trunc(delay);
  const isDelay = milliseconds >= 0 && milliseconds <= Number.MAX_SAFE_INTEGER;
  demand(isDelay, 'The option delay must be a number of milliseconds, 0 or more, and finite', delay);
  return { delay: milliseconds, priority, signal };
}
