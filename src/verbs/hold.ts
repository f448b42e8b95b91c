import { Subscription } from 'rxjs';
import { demandOptions } from '../base/demand.js';
import { Gate } from '../kernel/gate.js';
import type { TaskScheduler } from '../kernel/scheduler.js';
import { Sequence } from '../kernel/sequence.js';
import type { Task } from '../kernel/task.js';
import { type Lane, toLane, USER_BLOCKING } from '../kernel/traits.js';
import { ownerOf, type RunnerOrKeys } from '../runners/owner-of.js';
import type { TaskPriorityInput } from '../types.js';
import { schedulerInForce } from '../virtual/in-force.js';

/** Options of {@link hold}. */
export interface HoldOptions {
  /** Holds only tasks of this priority or below. Defaults to `'user-blocking'`, which holds everything. */
  readonly priority?: TaskPriorityInput | undefined;
}

/**
 * Pauses a runner, a pool with all its runners, or all keys of a keyed runner: none of its tasks and actions starts until
 * all its holds are released.
 *
 * - Tasks that have begun go on. Posting still works. Delayed tasks that fall due join the queue.
 * - A held task needs no worker, and does not keep a Node process alive.
 * - With a `priority` it is a fence, like Chromium's best-effort fence: it only holds tasks of this priority or below. A
 *   sequence passes the fence while one of its queued tasks is more urgent.
 * - A shutdown does not wait for the release: held `'block-shutdown'` tasks run, and others are dropped as usual.
 * - It only holds on the clock in force. A held key counts as in use.
 *
 * O(1), and O(keys in use) for a keyed runner. The release of a pool or a keyed runner is O(waiting sequences).
 *
 * ```ts
 * const fence = hold(pool, { priority: 'best-effort' });
 * await startUp();
 * fence.unsubscribe();
 * ```
 *
 * @returns a subscription; unsubscribing releases the hold
 * @throws TypeError when `runner` is not a runner of this library, or the priority does not exist
 */
export function hold(runner: RunnerOrKeys, options: HoldOptions = {}): Subscription {
  demandOptions(options, ['priority']);
  const { priority } = options;
  const lane = priority === undefined ? USER_BLOCKING : toLane(priority);
  const owner = ownerOf('hold', runner);
  const work = owner.workOn(schedulerInForce());
  const gate = new HoldGate(work.scheduler, lane);
  work.addGate(gate);
  // A held key counts as in use.
  if (work instanceof Sequence) work.keep();
  return new Subscription(() => {
    work.removeGate(gate);
    if (work instanceof Sequence) work.unkeep();
  });
}

class HoldGate extends Gate {
  override readonly what = 'the release of a hold';

  constructor(
    scheduler: TaskScheduler,
    private readonly highest: Lane,
  ) {
    super(scheduler);
  }

  override opens(task: Task, lane: Lane): boolean {
    return lane < this.highest || task.isInternal || task.sequence.owner.isClosed;
  }
}
