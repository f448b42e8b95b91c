import type { PostedTask } from '../engine/posted-task.js';
import type { SchedulerObserver } from '../engine/scheduler-observer.js';
import type { Task } from '../engine/task.js';
import type { TaskScheduler } from '../engine/task-scheduler.js';

/** Tells everybody who watches one clock, in the order in which they came. */
class Observers implements SchedulerObserver {
  readonly list: Partial<SchedulerObserver>[] = [];

  posted(task: Task): void {
    for (const observer of [...this.list]) observer.posted?.(task);
  }

  started(task: Task): void {
    for (const observer of [...this.list]) observer.started?.(task);
  }

  ended(task: Task): void {
    for (const observer of [...this.list]) observer.ended?.(task);
  }

  failed(task: Task, error: unknown): void {
    for (const observer of [...this.list]) observer.failed?.(task, error);
  }

  settled(task: PostedTask<unknown>): void {
    for (const observer of [...this.list]) observer.settled?.(task);
  }
}

/** Watches the tasks of one clock, beside whoever does so already, until the function it returns is called. */
export function observe(scheduler: TaskScheduler, observer: Partial<SchedulerObserver>): () => void {
  const observers = observersOf(scheduler);
  const { list } = observers;
  list.push(observer);
  return () => {
    const place = list.indexOf(observer);
    if (place >= 0) list.splice(place, 1);
    if (list.length === 0 && scheduler.observer === observers) scheduler.observer = null;
  };
}

function observersOf(scheduler: TaskScheduler): Observers {
  const { observer } = scheduler;
  if (observer instanceof Observers) return observer;
  const observers = new Observers();
  if (observer !== null) observers.list.push(observer);
  scheduler.observer = observers;
  return observers;
}
