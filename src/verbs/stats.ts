import { isReady } from '../kernel/inventory.js';
import type { TaskScheduler } from '../kernel/scheduler.js';
import type { SequenceOwner } from '../kernel/sequence.js';
import { Task } from '../kernel/task.js';
import { PRIORITIES } from '../kernel/traits.js';
import { Workers } from '../kernel/workers.js';
import { ownerOf } from '../runners/owner-of.js';
import type { ThreadPool } from '../runners/thread-pool.js';
import type { TaskPriority, TaskRunner } from '../types.js';
import { schedulerInForce } from '../virtual/in-force.js';

/** Counters of one runner: of its queue on the clock in force, and of what it has refused on all clocks. */
export interface RunnerStats {
  readonly name: string;
  /** Tasks and actions that wait for their turn. */
  readonly queued: number;
  /** Tasks and actions that run, or have begun and are pending. */
  readonly running: number;
  /** Tasks and actions that are not yet due. */
  readonly delayed: number;
  /** Posts that were refused: after a shutdown, or because the queue was full. */
  readonly rejected: number;
  /** Tasks that were dropped from a full queue. */
  readonly dropped: number;
  readonly isShutdown: boolean;
}

/** Counters of one pool and all its runners, on the clock in force; `rejected` and `dropped` are of all clocks. */
export interface PoolStats extends RunnerStats {
  readonly workers: number;
  /** Workers that are held by pending tasks. */
  readonly busy: number;
  /** Tasks in the sequences that are ready to run, by effective priority. */
  readonly lanes: Readonly<Record<TaskPriority, number>>;
}

/**
 * Counters of a runner, or of a pool with all its runners. O(1), and O(delayed tasks of the clock) if some of it are
 * delayed; for a pool O(its busy and all ready sequences), too.
 *
 * ```ts
 * const { queued, running } = stats(runner);
 * ```
 *
 * @throws TypeError when `runner` is none of this library
 */
export function stats(runner: ThreadPool): PoolStats;
export function stats(runner: TaskRunner): RunnerStats;
export function stats(runner: TaskRunner): RunnerStats | PoolStats {
  const owner = ownerOf('stats', runner);
  const scheduler = schedulerInForce();
  const work = owner.workOn(scheduler);
  return work instanceof Workers ? statsOfPool(owner, work) : statsOfRunner(owner);
}

function statsOfRunner(owner: SequenceOwner): RunnerStats {
  const { name, rejected, dropped, isClosed: isShutdown } = owner;
  const counts = { queued: 0, running: 0, delayed: 0 };
  for (const sequence of owner.sequencesOn(schedulerInForce())) {
    const { size, internal, running, delayed, scheduler } = sequence;
    counts.queued += size - internal;
    counts.running += running;
    if (delayed > 0) countDelayed(counts, scheduler, (task) => task.sequence === sequence);
  }
  return { name, ...counts, rejected, dropped, isShutdown };
}

function statsOfPool(owner: SequenceOwner, { admission, busy, held, scheduler }: Workers): PoolStats {
  const { rejected, dropped, limit: workers } = admission;
  const lanes = { 'user-blocking': 0, 'user-visible': 0, 'best-effort': 0 };
  for (const sequence of scheduler.lanes) {
    if (sequence.workers.admission === admission)
      lanes[PRIORITIES[sequence.lane]!] += sequence.size - sequence.internal;
  }
  const counts = { queued: 0, running: 0, delayed: 0 };
  for (const { size, internal, running } of busy) {
    counts.queued += size - internal;
    counts.running += running;
  }
  countDelayed(counts, scheduler, (task) => task.sequence.workers.admission === admission);
  const { name, isClosed: isShutdown } = owner;
  return { name, workers, busy: held, ...counts, rejected, dropped, isShutdown, lanes };
}

/** Counts what is with the delay manager. In virtual time that is also what is ready, until its moment begins. */
function countDelayed(
  counts: { queued: number; delayed: number },
  { delays }: TaskScheduler,
  isWanted: (task: Task) => boolean,
): void {
  for (const node of delays.values()) {
    if (node instanceof Task && !node.isInternal && isWanted(node)) counts[isReady(node) ? 'queued' : 'delayed']++;
  }
}
