import { currentTask } from '../kernel/current.js';
import { failureHooks } from '../kernel/failures.js';
import { isReady, pendingIn, waitingIn } from '../kernel/inventory.js';
import { AT_GATE } from '../kernel/sequence.js';
import { timing } from '../kernel/settings.js';
import { DELAYED } from '../kernel/place.js';
import type { Task } from '../kernel/task.js';
import { PRIORITIES } from '../kernel/traits.js';
import { ownerOf, type RunnerOrKeys } from '../runners/owner-of.js';
import type { ShutdownBehavior, TaskPriority, TaskRunner } from '../types.js';
import { schedulerInForce } from '../virtual/in-force.js';

/** An entry of {@link pendingTasks}: a task or an action that has not ended. */
export interface PendingTask {
  /** The task's name, or else its runner's. */
  readonly name: string;
  /** The runner, or the pool, that it was posted to. */
  readonly runner: TaskRunner;
  /** The priority of the task, or else of its runner. */
  readonly priority: TaskPriority;
  /** What a shutdown does with it. */
  readonly shutdownBehavior: ShutdownBehavior;
  /** `'sleeping'`: it has begun, and has given its worker back for a `sleep` or a `waitFor`. */
  readonly state: 'delayed' | 'queued' | 'running' | 'sleeping';
  /**
   * Milliseconds since the task joined its queue or, once it has begun, since it began. For a delayed task it is the time
   * until the task is due, as a negative number. `NaN` if no time was recorded.
   */
  readonly age: number;
  /** What the task waits for, such as `'a worker'`; the empty string while it runs. */
  readonly waitsFor: string;
  /** Descriptions of the tasks that hold what this task waits for. */
  readonly heldBy: readonly string[];
  /** `file:line` where it was posted, in debug mode. */
  readonly postedFrom: string | undefined;
}

/**
 * Lists the unfinished tasks of a runner, of a pool with all its runners, or of a keyed runner with all its keys, on the
 * clock in force. Use it to find out why tasks make no progress. Running tasks come first, then each queue in order, then
 * delayed tasks.
 *
 * The age is known for posted tasks whose pool has an `onTaskError`, and for all tasks posted after the first call of
 * `pendingTasks`. From that call on, every post reads the clock.
 *
 * O(tasks), and O(tasks of the clock) if some may be delayed.
 *
 * ```ts
 * console.table(pendingTasks(pool));
 * ```
 *
 * @returns a snapshot: a new array of plain objects
 * @throws TypeError when `runner` is not a runner of this library
 */
export function pendingTasks(runner: RunnerOrKeys): PendingTask[] {
  const owner = ownerOf('pendingTasks', runner);
  timing.isOn = true;
  const work = owner.findWork(schedulerInForce());
  if (work === undefined) return [];
  const begun = new Set(pendingIn(work));
  const current = currentTask();
  if (current !== null && work.has(current)) begun.add(current);
  return [...[...begun].map(ofBegun), ...waitingIn(work).filter(isShown).map(ofWaiting)];
}

function isShown(task: Task): boolean {
  return !task.isInternal;
}

function ofBegun(task: Task): PendingTask {
  const sleeps = task !== currentTask() && task.needsWorker && !task.holdsWorker;
  if (!sleeps) return describe(task, 'running', '', []);
  const { awaited } = task;
  return describe(task, 'sleeping', awaited.length > 0 ? 'a task' : 'its sleep, a promise, or a worker', awaited);
}

function ofWaiting(task: Task): PendingTask {
  const { sequence } = task;
  if (!isReady(task)) return describe(task, 'delayed', 'its delay', []);
  if (sequence.running >= sequence.limit) {
    const current = currentTask();
    const holders = new Set(sequence.pending());
    if (current?.sequence === sequence) holders.add(current);
    const limit = sequence.owner.isSequenced ? 'its sequence' : `its limit of ${sequence.limit}`;
    return describe(task, 'queued', limit, [...holders]);
  }
  const { gate } = sequence;
  if (gate === null || sequence.spot !== AT_GATE) return describe(task, 'queued', 'its turn', []);
  const holders = gate === sequence.workers ? pendingIn(sequence.workers).filter((other) => other.holdsWorker) : [];
  return describe(task, 'queued', gate.what, holders);
}

function describe(task: Task, state: PendingTask['state'], waitsFor: string, holders: readonly Task[]): PendingTask {
  const { sequence, displayName: name } = task;
  const { clock, delays } = sequence.scheduler;
  const from = state === 'delayed' && task.place >= DELAYED ? delays.deadlineOf(task) : (task.times?.since ?? NaN);
  return {
    name,
    runner: sequence.owner,
    priority: PRIORITIES[task.currentLane]!,
    shutdownBehavior: task.traits.shutdownBehavior,
    state,
    age: clock.now() - from,
    waitsFor,
    heldBy: holders.map((holder) => holder.describe()),
    postedFrom: failureHooks.postedFrom(task),
  };
}
