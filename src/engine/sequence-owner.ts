import type { TaskRejectedError } from '../base/errors.js';
import type { QueueBounds } from './queue-bound.js';
import type { Sequence } from './sequence.js';
import type { TaskScheduler } from './task-scheduler.js';
import type { FOLLOW, Lane, TaskTraits } from './traits.js';

/** Whom a sequence belongs to: a runner, or a pool. It has a sequence of its own on every clock. */
export interface SequenceOwner {
  readonly traits: TaskTraits;
  /** The lane of tasks that have no priority of their own. */
  readonly lane: Lane;
  /** The bounds of its queue; null where there are none. */
  readonly queue: QueueBounds | null;
  /** Whether it, or its pool, takes nothing in any more. */
  readonly isClosed: boolean;
  /** Counters: what was refused, and what was dropped from a full queue. */
  rejected: number;
  dropped: number;
  /** The error of something that comes, or is, too late. */
  rejection(what: string): TaskRejectedError;
  /** Whether what runs for the other is in the same sequence. */
  isSame(other: SequenceOwner): boolean;
  /** Its sequence on a clock, for tasks of one priority, which must have a worker or need none. */
  sequenceOn(scheduler: TaskScheduler, lane: Lane | typeof FOLLOW, needsWorker: boolean): Sequence;
}
