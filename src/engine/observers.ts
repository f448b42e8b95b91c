import { isAlarm } from './alarm.js';
import type { SettlingTask } from './settling-task.js';
import type { SchedulerObserver } from './scheduler-observer.js';
import { visitSchedulers } from './schedulers.js';
import type { Task } from './task.js';
import type { TaskScheduler } from './task-scheduler.js';

/** Those who watch every clock. */
let everywhere: readonly Partial<SchedulerObserver>[] = [];

/**
 * Tells everybody who watches one clock: first those who watch all of them, then those who watch this one, in the order
 * in which they came. Nobody is told of alarms and barriers, which are the library's own.
 */
class Observers implements SchedulerObserver {
  list: readonly Partial<SchedulerObserver>[] = [];

  constructor(private readonly scheduler: TaskScheduler) {}

  posted(task: Task): void {
    for (const observer of this.audience(task)) observer.posted?.(task);
  }

  started(task: Task): void {
    for (const observer of this.audience(task)) observer.started?.(task);
  }

  ended(task: Task): void {
    for (const observer of this.audience(task)) observer.ended?.(task);
  }

  withdrawn(task: Task): void {
    for (const observer of this.audience(task)) observer.withdrawn?.(task);
  }

  failed(task: Task, error: unknown): void {
    for (const observer of this.audience(task)) observer.failed?.(task, error);
  }

  settled(task: SettlingTask<unknown>): void {
    for (const observer of this.audience(task)) observer.settled?.(task);
  }

  /** If nobody listens any more, the clock is as it was. */
  leaveIfIdle(): void {
    if (this.list.length + everywhere.length === 0 && this.scheduler.observer === this) this.scheduler.observer = null;
  }

  private audience(task: Task): readonly Partial<SchedulerObserver>[] {
    // Nobody knows of all clocks that those who watched everywhere have left.
    this.leaveIfIdle();
    if (isAlarm(task) || task.isBarrier) return [];
    return this.list.length === 0 ? everywhere : [...everywhere, ...this.list];
  }
}

/** Watches the tasks of one clock, beside whoever does so already, until the function it returns is called. */
export function observe(scheduler: TaskScheduler, observer: Partial<SchedulerObserver>): () => void {
  const observers = observersOf(scheduler);
  observers.list = [...observers.list, observer];
  return () => {
    observers.list = without(observers.list, observer);
    observers.leaveIfIdle();
  };
}

/** The same on every clock, and on those which come later. The clock of a task is that of its sequence's scheduler. */
export function observeEverywhere(observer: Partial<SchedulerObserver>): () => void {
  everywhere = [...everywhere, observer];
  visitSchedulers(observersOf);
  return () => {
    everywhere = without(everywhere, observer);
    if (everywhere.length > 0) return;
    visitSchedulers((scheduler) => {
      if (scheduler.observer instanceof Observers) scheduler.observer.leaveIfIdle();
    });
    visitSchedulers(null);
  };
}

function observersOf(scheduler: TaskScheduler): Observers {
  const { observer } = scheduler;
  if (observer instanceof Observers) return observer;
  const observers = new Observers(scheduler);
  if (observer !== null) observers.list = [observer];
  scheduler.observer = observers;
  return observers;
}

function without<T>(list: readonly T[], item: T): readonly T[] {
  const place = list.indexOf(item);
  return place < 0 ? list : [...list.slice(0, place), ...list.slice(place + 1)];
}
