import type { Gate } from './gate.js';
import type { TaskScheduler } from './scheduler.js';
import type { Sequence } from './sequence.js';
import type { Task } from './task.js';

/**
 * What was posted to one owner, on one clock. For a runner this is its sequence, for a pool its workers, for a keyed runner
 * the group of its keys.
 */
export interface Work {
  readonly scheduler: TaskScheduler;
  /** Whether nothing of it is queued or runs, but for what is the library's own. */
  readonly isQuiet: boolean;
  /** How many of its tasks are delayed; `null` where they are not counted. */
  readonly delayed: number | null;
  /** Its sequences of which something is queued or runs. Idle ones may be among them. */
  readonly busySequences: readonly Sequence[];
  /** The gates that all of it must pass, but for the workers. */
  readonly gates: readonly Gate[];
  /** Whether a task is part of it. */
  has(task: Task): boolean;
  /** From now on all tasks of it must pass `gate` as well, those too that wait already. */
  addGate(gate: Gate): void;
  /** They need not any more. What waits there goes to its lane. */
  removeGate(gate: Gate): void;
}
