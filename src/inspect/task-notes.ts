import type { NotedTask, ObservedTask, TaskNote } from './task-event.js';

/**
 * An observer's data for each task. The task has a place for the first observer, and the others use a weak map. Both are
 * freed with the task, because a clock or an action may vanish without an event.
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
