import { Observable, type Subscriber } from 'rxjs';
import { Action } from '../kernel/action.js';
import { hub, type Listener } from '../kernel/events.js';
import { PostedTask } from '../kernel/posted-task.js';
import { IDLE } from '../kernel/place.js';
import type { Task } from '../kernel/task.js';
import type { TaskState } from '../types.js';
import { type ObservedTask, ObservedRun, type TaskEvent, type TaskEventType } from './task-event.js';

const ENDINGS: Partial<Record<TaskState, TaskEventType>> = {
  done: 'finished',
  failed: 'failed',
  cancelled: 'cancelled',
  rejected: 'rejected',
};

let watch: TaskWatch | null = null;

/**
 * Makes a stream of the events of every task in the program, on every clock. It is cold, and never completes.
 *
 * - A posted task has one ending: finished, failed, rejected or cancelled. The event is emitted when the handle settles.
 *   For a cancelled task that may be before its code has ended.
 * - An action has one ending per run, finished or failed. If it is unsubscribed while it waits, by its stream or by a
 *   shutdown of its pool, it is cancelled. If `schedule` throws, there are no events.
 * - For tasks posted before the subscription, only later events are emitted.
 * - Events are emitted synchronously, by the code that posts, runs or settles the task. An error thrown by a subscriber
 *   affects neither the task nor other subscribers: RxJS reports it as uncaught.
 * - It costs about half a microsecond per task, and nothing without subscribers.
 *
 * ```ts
 * observeTasks()
 *   .pipe(filter(({ type, waited }) => type === 'started' && waited > 100))
 *   .subscribe(({ name, waited }) => console.warn(`${name} has waited for ${waited} ms`));
 * ```
 */
export function observeTasks(): Observable<TaskEvent> {
  return new Observable((subscriber) => {
    const joined = (watch ??= new TaskWatch());
    joined.add(subscriber);
    subscriber.add(() => {
      if (joined.remove(subscriber) === 0 && watch === joined) watch = null;
    });
  });
}

/** The object of a task in its events of `observeTasks`, while there are observers and until it has ended. */
export function observedTask(task: Task): ObservedTask | undefined {
  return watch?.runOf(task);
}

/** Follows the tasks of all clocks for all subscribers. */
class TaskWatch implements Listener {
  private subscribers: readonly Subscriber<TaskEvent>[] = [];
  /**
   * The tasks that have not ended. Weak, because a clock may vanish, or an action may move to another one, without an
   * event.
   */
  private readonly actions = new WeakMap<Task, ObservedRun>();
  private readonly unobserve = hub.listen(this);

  add(subscriber: Subscriber<TaskEvent>): void {
    this.subscribers = [...this.subscribers, subscriber];
  }

  /** How many observers are left. */
  remove(subscriber: Subscriber<TaskEvent>): number {
    this.subscribers = this.subscribers.filter((other) => other !== subscriber);
    if (this.subscribers.length === 0) this.unobserve();
    return this.subscribers.length;
  }

  /** The data of a task that has not ended. */
  runOf(task: Task): ObservedRun | undefined {
    if (!(task instanceof PostedTask)) return this.actions.get(task);
    const note = task.note as ObservedRun | null;
    // Without observers its events were missed.
    return note?.watch === this ? note : undefined;
  }

  posted(task: Task): void {
    const now = timeOf(task);
    this.tell(this.open(task, now).event('posted', now, undefined));
  }

  started(task: Task): void {
    // A task that has settled only continues to clean up.
    if (task.closed) return;
    const run = this.runOf(task) ?? this.open(task, NaN);
    if (run.isBegun) return;
    const now = timeOf(task);
    run.begin(task, now);
    this.tell(run.event('started', now, undefined));
  }

  /** No other event reports an action that is unsubscribed while it waits. A posted task has settled. */
  left(task: Task): void {
    if (!(task instanceof Action)) return;
    const run = this.runOf(task) ?? this.open(task, NaN);
    if (run.isBegun) return;
    this.end('cancelled', task, run);
    this.forget(task);
  }

  failed(task: Task, error: unknown): void {
    const run = this.runOf(task);
    if (run !== undefined) this.end('failed', task, run, error);
  }

  settled(task: Task): void {
    if (!(task instanceof PostedTask)) return;
    const known = this.runOf(task);
    // It was never posted: a reply whose task has failed.
    if (known === undefined && task.place === IDLE) return;
    const run = known ?? this.open(task, NaN);
    this.end(ENDINGS[task.state]!, task, run, task.state === 'done' ? undefined : task.result);
    // A task that has begun will still end.
    if (!run.isBegun) this.forget(task);
  }

  ended(task: Task): void {
    const run = this.runOf(task);
    if (run === undefined) return;
    this.end('finished', task, run);
    this.forget(task);
    // Armed again in its own run.
    if (task.place !== IDLE) this.open(task, timeOf(task));
  }

  private open(task: Task, armedAt: number): ObservedRun {
    const run = new ObservedRun(task, this, armedAt);
    if (task instanceof PostedTask) task.note = run;
    else this.actions.set(task, run);
    return run;
  }

  private forget(task: Task): void {
    if (task instanceof PostedTask) task.note = null;
    else this.actions.delete(task);
  }

  /** Emits the ending, unless one was emitted. */
  private end(type: TaskEventType, task: Task, run: ObservedRun, error?: unknown): void {
    if (run.isOver) return;
    const now = timeOf(task);
    run.end(task, now);
    this.tell(run.event(type, now, error));
  }

  private tell(event: TaskEvent): void {
    for (const subscriber of this.subscribers) subscriber.next(event);
  }
}

/** The time of a task's clock; `NaN` if it belongs to a `testScheduler.run()` that is over. */
function timeOf({ sequence }: Task): number {
  return sequence.scheduler.clock.now();
}
