import type { Sequence } from './sequence.js';
import type { Task } from './task.js';

/**
 * A listener for the events of tasks, on all clocks. The clock of a task is that of `task.sequence.scheduler`. Listeners
 * are called in the middle of updates, so they must neither throw nor change tasks and sequences.
 */
export interface Listener {
  /** A runner has accepted the task. Re-arming an action is not a post. */
  posted?(task: Task): void;
  /** The task starts: the user's code is called next. */
  started?(task: Task): void;
  /** The task was removed before it began, because it was unsubscribed or dropped. */
  left?(task: Task): void;
  /** An action that waited in `from` was re-armed from outside of its run, and may have left it. */
  moved?(task: Task, from: Sequence): void;
  /** The run is over: the user's code has returned or thrown, or its promise or observable has ended. */
  ended?(task: Task): void;
  /** The user's code of an action has thrown. */
  failed?(task: Task, error: unknown): void;
  /** The handle of a posted task has settled; its state says how. */
  settled?(task: Task): void;
}

/** The one hub for events of tasks. It costs a check of `isHeard` while nobody listens. */
class EventHub {
  isHeard = false;
  private listeners: readonly Listener[] = [];

  /** Adds `listener` after the existing ones, until the returned function is called. */
  listen(listener: Listener): () => void {
    this.listeners = [...this.listeners, listener];
    this.isHeard = true;
    return () => {
      this.listeners = this.listeners.filter((other) => other !== listener);
      this.isHeard = this.listeners.length > 0;
    };
  }

  posted(task: Task): void {
    for (const listener of this.to(task)) listener.posted?.(task);
  }

  started(task: Task): void {
    for (const listener of this.to(task)) listener.started?.(task);
  }

  left(task: Task): void {
    for (const listener of this.to(task)) listener.left?.(task);
  }

  moved(task: Task, from: Sequence): void {
    for (const listener of this.to(task)) listener.moved?.(task, from);
  }

  ended(task: Task): void {
    for (const listener of this.to(task)) listener.ended?.(task);
  }

  failed(task: Task, error: unknown): void {
    for (const listener of this.to(task)) listener.failed?.(task, error);
  }

  settled(task: Task): void {
    for (const listener of this.to(task)) listener.settled?.(task);
  }

  /** Internal tasks are not reported. */
  private to(task: Task): readonly Listener[] {
    return task.isInternal ? [] : this.listeners;
  }
}

export const hub = /* @__PURE__ */ new EventHub();
