import type { SettlingTask } from './settling-task.js';
import type { Task } from './task.js';

/** Whoever watches the tasks of one clock. What it is told of must not be changed by it, and it must not throw. */
export interface SchedulerObserver {
  /** A runner has taken the task in. Arming an action again is not a post. */
  posted(task: Task): void;
  /** Its turn has come; the user's code is called next. */
  started(task: Task): void;
  /** Its run is over: the user's code has returned or thrown, or what it returned has ended. */
  ended(task: Task): void;
  /** It was taken out before its turn came, and will not have it: it is unsubscribed. */
  withdrawn(task: Task): void;
  /** The user's code of an action has thrown. */
  failed(task: Task, error: unknown): void;
  /** The handle has settled; its state says how. */
  settled(task: SettlingTask<unknown>): void;
}
