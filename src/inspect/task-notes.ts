import type { NotedTask, ObservedTask, TaskNote } from './task-event.js';

/**
 * What somebody who observes tasks keeps of each: with the task, which has a place for one that comes first, and in a weak
 * map beside that. Of either it is gone when the task is, since a clock or an action may go without a word.
 */
export class TaskNotes<T extends TaskNote> {
  private readonly others = new WeakMap<ObservedTask, T>();

  get(task: ObservedTask): T | undefined {
    const { note } = task as NotedTask;
    return note?.keptIn === this ? (note as T) : this.others.get(task);
  }

  /** @param note has these notes as its `keptIn` */
  set(task: ObservedTask, note: T): void {
    const noted = task as NotedTask;
    if (noted.note === null) noted.note = note;
    else this.others.set(task, note);
  }

  delete(task: ObservedTask): void {
    const noted = task as NotedTask;
    if (noted.note?.keptIn === this) noted.note = null;
    else this.others.delete(task);
  }
}
