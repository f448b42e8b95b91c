import type { Task } from './task.js';

/** Hears of the tasks of a sequence, or of a whole pool, that have ended or were withdrawn. It must not throw. */
export interface Watcher {
  left(task: Task): void;
}

/** Something whose tasks may be watched: null, and free, unless somebody does. */
export abstract class Watched {
  watchers: readonly Watcher[] | null = null;

  watch(watcher: Watcher): void {
    this.watchers = [...(this.watchers ?? []), watcher];
  }

  unwatch(watcher: Watcher): void {
    const rest = this.watchers?.filter((other) => other !== watcher) ?? [];
    this.watchers = rest.length === 0 ? null : rest;
  }

  /** Tells those who watch now: whoever comes or goes meanwhile changes nothing. */
  tell(task: Task): void {
    for (const watcher of this.watchers ?? []) watcher.left(task);
  }
}
