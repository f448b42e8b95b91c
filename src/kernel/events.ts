import type { Sequence } from './sequence.js';
import type { Task } from './task.js';

/**
 * Whoever follows the life of tasks, on all clocks: the clock of a task is that of `task.sequence.scheduler`. It is called
 * in the middle of things, and so must neither throw nor change what it is told of.
 */
export interface Listener {
  /** A runner has taken the task in. Arming an action again is not a post. */
  posted?(task: Task): void;
  /** Its turn has come; the user's code is called next. */
  started?(task: Task): void;
  /** It was taken out before its turn came, and will not have it: it is unsubscribed, or dropped. */
  left?(task: Task): void;
  /** An action that waited in `from` was armed again, from outside of its run, and may have left it. */
  moved?(task: Task, from: Sequence): void;
  /** Its run is over: the user's code has returned or thrown, or what it returned has ended. */
  ended?(task: Task): void;
  /** The user's code of an action has thrown. */
  failed?(task: Task, error: unknown): void;
  /** The handle of a posted task has settled; its state says how. */
  settled?(task: Task): void;
}

/** The one place where the life of tasks is told. Costs a look at `isHeard` while nobody listens. */
class EventHub {
  isHeard = false;
  private listeners: readonly Listener[] = [];

  /** Tells `listener`, after those that listen already, until the function that this returns is called. */
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

  /** Nobody is told of the library's own tasks. */
  private to(task: Task): readonly Listener[] {
    return task.isInternal ? [] : this.listeners;
  }
}

export const hub = /* @__PURE__ */ new EventHub();
