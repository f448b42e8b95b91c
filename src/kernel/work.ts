import type { Gate } from './gate.js';
import type { TaskScheduler } from './scheduler.js';
import type { Sequence } from './sequence.js';
import type { Task } from './task.js';

/**
 * The tasks posted to one owner on one clock: the sequence of a runner, the workers of a pool, or the key group of a keyed
 * runner.
 */
export interface Work {
  readonly scheduler: TaskScheduler;
  /** Whether none of its tasks is queued or runs, apart from internal ones. */
  readonly isQuiet: boolean;
  /** How many of its tasks are delayed; `null` if they are not counted. */
  readonly delayed: number | null;
  /** Its sequences with queued or running tasks. Idle ones may be among them. */
  readonly busySequences: readonly Sequence[];
  /** The gates that all its tasks must pass, apart from the workers. */
  readonly gates: readonly Gate[];
  /** Whether a task is part of it. */
  has(task: Task): boolean;
  /** From now on all its tasks must also pass `gate`, including those that already wait. */
  addGate(gate: Gate): void;
  /** Removes `gate`. Sequences that wait there go to their lanes. */
  removeGate(gate: Gate): void;
}
