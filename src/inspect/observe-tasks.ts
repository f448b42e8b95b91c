import { Subscription } from 'rxjs';
import { demand } from '../base/errors.js';
import { Action } from '../kernel/action.js';
import { hub, type Listener } from '../kernel/events.js';
import { PostedTask } from '../kernel/posted-task.js';
import { IDLE, type Task } from '../kernel/task.js';
import type { TaskState } from '../types.js';
import { ObservedRun, type TaskEvent } from './task-event.js';

/** Hears of the life of tasks, in the code that posts, runs or settles them. What it throws goes to the host. */
export interface TaskObserver {
  /** It was handed to a runner. Arming an action again is not a post. */
  posted(event: TaskEvent): void;
  /** Its turn has come. A task that gives way and goes on has begun once. */
  started(event: TaskEvent): void;
  /** It has ended well: its handle has a result, or the run of an action is over. */
  finished(event: TaskEvent): void;
  failed(event: TaskEvent, error: unknown): void;
  /** It was refused, or dropped before it began. */
  rejected(event: TaskEvent, error: unknown): void;
  /** It was cancelled, or the action was unsubscribed while it waited; then `error` is `undefined`. */
  cancelled(event: TaskEvent, error: unknown): void;
}

const ENDINGS: Partial<Record<TaskState, keyof TaskObserver>> = {
  done: 'finished',
  failed: 'failed',
  cancelled: 'cancelled',
  rejected: 'rejected',
};

let watch: TaskWatch | null = null;

/**
 * Tells `observer` of every task of the program, on every clock, until it is unsubscribed.
 *
 * - A posted task is told one ending: finished, failed, rejected or cancelled. It is told when its handle settles, which
 *   for one that is cancelled may be before its code has ended.
 * - An action is told one ending each time it runs, finished or failed, and cancelled when it is unsubscribed while it
 *   waits: by its stream, by the shutdown of its pool. Work that `schedule` refuses, by throwing, is no task.
 * - Of tasks that were posted before, the rest is told.
 * - Several may observe at once. One that throws hurts neither the task nor the others: the error is uncaught.
 * - The loop pays for it only while somebody observes: an object or two per task, and reading the time.
 *
 * As an Observable:
 *
 * ```ts
 * const finished$ = new Observable<TaskEvent>((subscriber) => observeTasks({ finished: (e) => subscriber.next(e) }));
 * finished$.pipe(filter((e) => e.waitTime > 100)).subscribe((e) => console.log(`${e.name} waited ${e.waitTime} ms`));
 * ```
 *
 * @throws TypeError when `observer` is not an object, or one of its members is not a function
 */
export function observeTasks(observer: Partial<TaskObserver>): Subscription {
  demand(typeof observer === 'object' && (observer as unknown) !== null, 'An observer must be an object', observer);
  for (const verb of ['posted', 'started', 'finished', 'failed', 'rejected', 'cancelled'] as const) {
    const told: unknown = observer[verb];
    demand(told === undefined || typeof told === 'function', `${verb} of an observer must be a function`, told);
  }
  const joined = (watch ??= new TaskWatch());
  joined.add(observer);
  return new Subscription(() => {
    if (joined.remove(observer) === 0 && watch === joined) watch = null;
  });
}

/** Follows the tasks of all clocks for all observers. */
class TaskWatch implements Listener {
  private observers: readonly Partial<TaskObserver>[] = [];
  /** What has not ended. Weak, since a clock may go, or an action to another one, without a word. */
  private readonly runs = new WeakMap<Task, ObservedRun>();
  private readonly unobserve = hub.listen(this);

  add(observer: Partial<TaskObserver>): void {
    this.observers = [...this.observers, observer];
  }

  /** How many are left. */
  remove(observer: Partial<TaskObserver>): number {
    const place = this.observers.indexOf(observer);
    this.observers = this.observers.filter((_, index) => index !== place);
    if (this.observers.length === 0) this.unobserve();
    return this.observers.length;
  }

  posted(task: Task): void {
    this.tell('posted', task, this.open(task, timeOf(task)));
  }

  started(task: Task): void {
    // One that is settled already goes on only to clean up.
    if (task.closed) return;
    const run = this.runs.get(task) ?? this.open(task, NaN);
    if (run.isBegun) return;
    run.begin(task, timeOf(task));
    this.tell('started', task, run);
  }

  /** No other event reports an action that is unsubscribed while it waits; a posted task has settled. */
  left(task: Task): void {
    if (!(task instanceof Action)) return;
    const run = this.runs.get(task) ?? this.open(task, NaN);
    if (run.isBegun) return;
    this.end('cancelled', task, run);
    this.runs.delete(task);
  }

  failed(task: Task, error: unknown): void {
    const run = this.runs.get(task);
    if (run !== undefined) this.end('failed', task, run, error);
  }

  settled(task: Task): void {
    if (!(task instanceof PostedTask)) return;
    const known = this.runs.get(task);
    // It was never posted: a reply whose task has failed.
    if (known === undefined && task.place === IDLE) return;
    const run = known ?? this.open(task, NaN);
    this.end(ENDINGS[task.state]!, task, run, task.state === 'done' ? undefined : task.result);
    // One that has begun is still to end.
    if (!run.isBegun) this.runs.delete(task);
  }

  ended(task: Task): void {
    const run = this.runs.get(task);
    if (run === undefined) return;
    this.end('finished', task, run);
    this.runs.delete(task);
    // Armed again in its own run.
    if (task.place !== IDLE) this.open(task, timeOf(task));
  }

  private open(task: Task, armedAt: number): ObservedRun {
    const run = new ObservedRun(task, armedAt);
    this.runs.set(task, run);
    return run;
  }

  /** Tells of an ending, unless one has been told. */
  private end(verb: keyof TaskObserver, task: Task, run: ObservedRun, error?: unknown): void {
    if (run.isOver) return;
    run.end(task, timeOf(task));
    this.tell(verb, task, run, error);
  }

  private tell(verb: keyof TaskObserver, task: Task, event: TaskEvent, error?: unknown): void {
    for (const observer of this.observers) {
      try {
        observer[verb]?.(event, error);
      } catch (thrown) {
        task.sequence.scheduler.clock.later(() => {
          throw thrown;
        });
      }
    }
  }
}

/** What the clock of a task says; `NaN` when it is that of a `testScheduler.run()` which is over. */
function timeOf({ sequence }: Task): number {
  return sequence.scheduler.clock.now();
}
