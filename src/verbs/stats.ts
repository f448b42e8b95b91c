import { isReady } from '../kernel/inventory.js';
import { Task } from '../kernel/task.js';
import { PRIORITIES } from '../kernel/traits.js';
import type { Work } from '../kernel/work.js';
import { Workers } from '../kernel/workers.js';
import type { AnyKeyedTaskRunner } from '../runners/keyed.js';
import { ownerOf, type RunnerOrKeys } from '../runners/owner-of.js';
import type { ThreadPool } from '../runners/thread-pool.js';
import type { TaskPriority, TaskRunner } from '../types.js';
import { schedulerInForce } from '../virtual/in-force.js';

/** Counters of one runner: its queue on the clock in force, and its ended posted tasks on all clocks. */
export interface RunnerStats {
  /** The name among its traits. */
  readonly name: string;
  /** Waiting tasks and actions. */
  readonly queued: number;
  /** Running tasks and actions, including those that await something. */
  readonly running: number;
  /** Tasks and actions that are not yet due. */
  readonly delayed: number;
  /** Posted tasks that have succeeded. */
  readonly finished: number;
  /** Posted tasks that have failed, including those that exceeded a time limit. */
  readonly failed: number;
  /** Rejected posts: after a shutdown, or because the queue was full. */
  readonly rejected: number;
  /** Dropped posted tasks: from a full queue, or by `clear`. */
  readonly dropped: number;
  /** Whether its shutdown has begun. */
  readonly isShutdown: boolean;
}

/** Counters of one pool and all its runners. */
export interface PoolStats extends RunnerStats {
  /** How many workers it has. */
  readonly workers: number;
  /** Workers that are held by pending tasks. */
  readonly busy: number;
  /** Tasks in the sequences that are ready to run, by effective priority. */
  readonly lanes: Readonly<Record<TaskPriority, number>>;
}

/** Counters of a keyed runner with all its keys. */
export interface KeyedStats extends RunnerStats {
  /** The number of keys with queued, running or delayed tasks. */
  readonly keys: number;
}

/**
 * Returns the counters of a runner, of a pool with all its runners, or of a keyed runner with all its keys. O(1), plus
 * O(delayed tasks of the clock) if there may be delayed tasks, plus O(busy sequences) for a pool or a keyed runner.
 *
 * ```ts
 * const { queued, running } = stats(runner);
 * ```
 *
 * @throws TypeError when `runner` is not a runner of this library
 */
export function stats(runner: ThreadPool): PoolStats;
export function stats(runner: TaskRunner): RunnerStats;
export function stats(runner: AnyKeyedTaskRunner): KeyedStats;
export function stats(runner: RunnerOrKeys): RunnerStats {
  const owner = ownerOf('stats', runner);
  const work = owner.findWork(schedulerInForce());
  const { counters, isClosed, traits } = owner;
  const own = { name: traits.name, ...countsOf(work), ...counters, isShutdown: isClosed };
  if (work instanceof Workers) return { ...own, ...ofPool(work) };
  return 'size' in runner ? Object.assign(own, { keys: runner.size }) : own;
}

/** In virtual time ready tasks are in the delay manager too, until their instant begins. */
function countsOf(work: Work | undefined): { queued: number; running: number; delayed: number } {
  const counts = { queued: 0, running: 0, delayed: 0 };
  if (work === undefined) return counts;
  for (const { size, internal, running } of work.busySequences) {
    counts.queued += size - internal;
    counts.running += running;
  }
  if (work.delayed === 0) return counts;
  for (const node of work.scheduler.delays.values()) {
    if (node instanceof Task && !node.isInternal && work.has(node)) counts[isReady(node) ? 'queued' : 'delayed']++;
  }
  return counts;
}

function ofPool(workers: Workers): Omit<PoolStats, keyof RunnerStats> & Workers['admission']['counters'] {
  const { admission, held, scheduler } = workers;
  const lanes = { 'user-blocking': 0, 'user-visible': 0, 'best-effort': 0 };
  for (const sequence of scheduler.lanes) {
    if (sequence.workers === workers) lanes[PRIORITIES[sequence.lane]!] += sequence.size - sequence.internal;
  }
  return { ...admission.counters, workers: admission.limit, busy: held, lanes };
}
