import { Observable, type OperatorFunction, type Subscriber } from 'rxjs';
import { demandObject } from '../base/demand.js';
import type { KeyedTaskRunner } from '../runners/keyed.js';
import type { TaskRunner } from '../types.js';
import { BoundedSubscriber } from './bounded-subscriber.js';
import { type CheckedBounds, type StreamBounds, toBounds } from './stream-bounds.js';
import { type Project, type TaskPlan, toPlan, type ValueTaskOptions } from './task-plan.js';
import { TaskStream } from './task-stream.js';

/**
 * Options of {@link taskMap}: those of its tasks, and how many values may wait for their tasks to begin. Unlimited by
 * default.
 */
export interface TaskMapOptions<T, K = never> extends StreamBounds<T>, ValueTaskOptions<T, K> {}

/**
 * Runs a task for each value, and emits the results: like `concatMap` and `mergeMap`, but with the concurrency of a runner,
 * shared with all its other tasks.
 *
 * - `project` returns a value, a promise, or an observable, all of whose values are emitted. It may also return a task
 *   function, such as one of `threads.tasks`, which then runs. In each case it is a task: it holds its sequence until it
 *   has ended, and gets a context with a signal.
 * - On a sequenced runner the results come in the order of the values, and tasks of all streams on that runner exclude each
 *   other. On a parallel runner or a pool the results come as the tasks end. On a keyed runner, with the option `key`, they
 *   come in order for each key.
 * - `priority` and `name` may be functions of the value. On a pool, which has a queue for each priority, urgent values
 *   overtake others. On a sequenced runner they raise the priority of all values that wait before them.
 * - A result is emitted before the next task of the same sequence begins.
 * - The stream fails at once with the first error of a task or of the source. Rejected and timed-out tasks count as errors.
 *   Then, as on unsubscribing, waiting tasks are cancelled, and the signals of running tasks abort.
 * - The stream completes when the source has completed and the last task has ended. It creates no promises of its own, so
 *   it is exact in virtual time.
 * - O(1) per value, whatever the backlog.
 *
 * ```ts
 * clicks$.pipe(taskMap(account, (amount) => withdraw(amount))).subscribe(show);
 * orders$.pipe(taskMap(pool, ship, { priority: ({ isVip }) => (isVip ? 'user-blocking' : 'user-visible') })).subscribe();
 * events$.pipe(taskMap(rooms, save, { key: ({ room }) => room, capacity: 1_000, name: 'save' })).subscribe();
 * ```
 *
 * Values wait as tasks in the queue of the runner, and also count towards the runner's bound, if it has one. A bound with
 * `'wait'` accepts them all, so that only `capacity` limits them.
 *
 * @throws TypeError or RangeError when an argument is invalid, or an option is invalid
 */
export function taskMap<T, R>(
  runner: TaskRunner,
  project: Project<T, R>,
  options?: TaskMapOptions<T>,
): OperatorFunction<T, R>;
export function taskMap<T, R, K>(
  runner: KeyedTaskRunner<K>,
  project: Project<T, R>,
  options: TaskMapOptions<T, K> & { readonly key: (value: T) => K },
): OperatorFunction<T, R>;
export function taskMap<T, R, K>(
  runner: TaskRunner | KeyedTaskRunner<K>,
  project: Project<T, R>,
  options: TaskMapOptions<T, K> = {},
): OperatorFunction<T, R> {
  demandObject(options, 'The options of taskMap must be an object');
  const { capacity, whenFull, onDrop, ...taskOptions } = options;
  const bounds = toBounds({ capacity, whenFull, onDrop });
  const plan = toPlan('taskMap', runner, project, taskOptions);
  return (source) => new Observable((out) => source.subscribe(new TaskMap(out, bounds, plan)));
}

/** One subscription. */
class TaskMap<T, R> extends BoundedSubscriber<T, R> {
  private readonly tasks: TaskStream<T, R>;

  constructor(out: Subscriber<R>, bounds: CheckedBounds<T>, plan: TaskPlan<T, R>) {
    super(out, bounds, plan.runnerName);
    this.tasks = new TaskStream(out, plan, null);
  }

  protected override get waitingCount(): number {
    return this.tasks.waitingCount;
  }

  protected override accept(value: T): void {
    this.tasks.post(value);
  }

  protected override dropOldest(): T {
    return this.tasks.dropOldest();
  }

  protected override _error(error: unknown): void {
    this.out.error(error);
  }

  protected override _complete(): void {
    this.tasks.end();
    this.unsubscribe();
  }
}
