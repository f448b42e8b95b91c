import { demand } from '../base/demand.js';
import { followSignal } from '../base/signal-followers.js';
import { schedulerInForce } from '../virtual/in-force.js';
import { demandPriority, type WebTaskPriority } from './priority.js';
import type { PrioritySource } from './priority-source.js';
import { makeStates, type SchedulingState, type States } from './scheduling-state.js';
import { TaskQueue } from './task-queue.js';
import { prioritySourceOf } from './task-signal.js';

/** Options of {@link Scheduler.postTask}. */
export interface SchedulerPostTaskOptions {
  /** Prevails over that of `signal`, and then never changes. Defaults to the signal's, or else to `'user-visible'`. */
  readonly priority?: WebTaskPriority | undefined;
  /** Aborts the task while it waits; a {@link TaskSignal} has its priority too. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the task joins the queue, never fewer. Defaults to 0. */
  readonly delay?: number | undefined;
}

/** Of what was given no priority. */
const DEFAULT: PrioritySource = { priority: 'user-visible', waiting: null };

/**
 * The web's `scheduler`, over the lanes of this library: its tasks take turns with those of all runners, by priority.
 *
 * As the standard has it, misuse rejects the promise, and nothing is thrown.
 */
export class Scheduler {
  private readonly tasks = new TaskQueue('scheduler.postTask', false);
  private readonly continuations = new TaskQueue('scheduler.yield', true);

  /** @internal */
  constructor(private states: States | null = null) {}

  /**
   * Posts a task, which runs later: the more urgent first, and among its priority in posting order. It waits for no worker.
   *
   * ```ts
   * const total = await scheduler.postTask(() => count(words), { priority: 'background', signal: controller.signal });
   * ```
   *
   * O(1), and O(log n) with a delay.
   *
   * @returns a promise of what `callback` returns. It rejects with what that throws, with the reason of the signal when that
   *   aborts before `callback` has returned, and with a TypeError when `callback` is no function or an option has a value that
   *   it cannot have
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
   * Gives way to what is more urgent, and to the host when the turn has used up its time. Goes on before all tasks of its
   * priority, which is that of the task that calls it, or else `'user-visible'`.
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
   * @returns a promise that rejects with the reason when the signal of the task that calls it has aborted, or does so
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
  let drop = (): void => undefined;
  const leave =
    abortSource === null
      ? undefined
      : followSignal(abortSource, () => {
          fail(abortSource.reason);
          drop();
        });
  const enqueue = (): void => {
    const { waiting } = prioritySource;
    const task = queue.enqueue(() => {
      try {
        run();
      } catch (error) {
        fail(error);
      }
    }, prioritySource.priority);
    drop = (): void => {
      task.cancel();
    };
    waiting?.set(task, queue);
    task.whenSettled(() => {
      waiting?.delete(task);
      leave?.();
      // It may have been dropped by what is around it, such as the end of an environment.
      if (task.state !== 'done') fail(task.result);
    });
  };
  if (delay === 0) {
    enqueue();
    return;
  }
  const alarm = schedulerInForce().alarm(delay, enqueue, true);
  drop = (): void => {
    alarm.unsubscribe();
  };
}

/** @throws TypeError when an option has a value that it cannot have */
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
