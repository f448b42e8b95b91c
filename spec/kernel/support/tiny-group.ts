import { BusyList } from '../../../src/kernel/busy-list.js';
import { newCounters } from '../../../src/kernel/counters.js';
import type { TaskScheduler } from '../../../src/kernel/scheduler.js';
import type { Group, Sequence } from '../../../src/kernel/sequence.js';
import type { Task } from '../../../src/kernel/task.js';

/** A group that only notes which sequences it was told to forget. */
export class TinyGroup implements Group {
  readonly busy = new BusyList('groupAt');
  readonly counters = newCounters();
  readonly delayed = null;
  readonly gates = [];
  readonly forgotten: Sequence[] = [];

  constructor(readonly scheduler: TaskScheduler) {}

  get isQuiet(): boolean {
    return this.busy.isQuiet;
  }

  get busySequences(): readonly Sequence[] {
    return this.busy.sequences;
  }

  has(task: Task): boolean {
    return task.sequence.group === this;
  }

  addGate(): void {
    throw new Error('A group of these specs has no gates.');
  }

  removeGate(): void {
    throw new Error('A group of these specs has no gates.');
  }

  forget(sequence: Sequence): void {
    this.forgotten.push(sequence);
  }
}
