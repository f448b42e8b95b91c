import type { Sequence } from './sequence.js';
import type { Task } from './task.js';

/** Hears of the tasks of a sequence, or of a whole pool. It must not throw. */
export interface Watcher {
  /** A run of the task has ended, or else it was withdrawn from the sequence before it began. */
  left(task: Task, hasRun: boolean, sequence: Sequence): void;
  /** No place in the queue of the sequence is promised to anybody any more. */
  unpromised?(sequence: Sequence): void;
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
  tell(task: Task, hasRun: boolean, sequence: Sequence): void {
    for (const watcher of this.watchers ?? []) watcher.left(task, hasRun, sequence);
  }
}
