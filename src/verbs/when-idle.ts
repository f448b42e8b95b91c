import { demandOptions, toDuration } from '../base/demand.js';
import { TaskTimeoutError } from '../base/errors.js';
import { shorten } from '../base/shorten.js';
import { wait } from '../base/wait.js';
import { hub } from '../kernel/events.js';
import { isReady, pendingIn, waitingIn } from '../kernel/inventory.js';
import type { Sequence } from '../kernel/sequence.js';
import type { Task } from '../kernel/task.js';
import type { Work } from '../kernel/work.js';
import { ownerOf, type RunnerOrKeys } from '../runners/owner-of.js';
import type { WaitOptions } from '../types.js';
import { schedulerInForce } from '../virtual/in-force.js';

/** Options of `whenIdle`. */
export interface IdleOptions extends WaitOptions {
  /** Milliseconds after which the promise rejects with an error that names the remaining tasks. Defaults to `Infinity`. */
  readonly timeout?: number | undefined;
}

/** The waiting callers, by the work that they wait for. */
const waiting = /* @__PURE__ */ new Map<Work, Set<() => void>>();
let stopListening: () => void = () => undefined;

/**
 * Resolves as soon as `runner` has no queued and no running tasks. A pool includes all its runners, and a keyed runner all
 * its keys. Delayed tasks do not count. O(1), and O(tasks of the clock) if some are delayed.
 *
 * ```ts
 * await whenIdle(pool, { timeout: 1_000 });
 * ```
 *
 * After the `timeout` the promise rejects with a `TaskTimeoutError` that names the remaining tasks.
 *
 * @throws TypeError or RangeError when `runner` is not a runner of this library, or an option is invalid
 */
export function whenIdle(runner: RunnerOrKeys, options?: IdleOptions): Promise<void> {
  const owner = ownerOf('whenIdle', runner);
  demandOptions(options, ['timeout', 'signal']);
  const timeout = toDuration('The option timeout', options?.timeout ?? Infinity);
  return wait(options, (resolve, reject) => {
    const work = owner.findWork(schedulerInForce());
    if (work === undefined || isQuiet(work)) {
      resolve();
      return () => undefined;
    }
    let resolves = waiting.get(work);
    if (resolves === undefined) {
      if (waiting.size === 0) stopListening = hub.listen(listener);
      waiting.set(work, (resolves = new Set()));
    }
    const joined = resolves;
    const undo = (): void => {
      alarm?.unsubscribe();
      joined.delete(settle);
      if (joined.size === 0 && waiting.get(work) === joined) forget(work);
    };
    const settle = (): void => {
      alarm?.unsubscribe();
      resolve();
    };
    const giveUp = (): void => {
      undo();
      reject(new TaskTimeoutError(`Not idle after ${timeout} ms: ${listOf(work)}.`));
    };
    const alarm = timeout === Infinity ? null : work.scheduler.alarm(timeout, giveUp, true);
    joined.add(settle);
    return undo;
  });
}

const listener = {
  ended: (task: Task): void => look(task.sequence),
  left: (task: Task): void => look(task.sequence),
  moved: (_task: Task, from: Sequence): void => look(from),
};

function look(sequence: Sequence): void {
  tell(sequence);
  tell(sequence.workers);
  tell(sequence.group);
}

function tell(work: Work | null): void {
  if (work === null) return;
  const resolves = waiting.get(work);
  if (resolves === undefined || !isQuiet(work)) return;
  forget(work);
  for (const resolve of resolves) resolve();
}

function isQuiet(work: Work): boolean {
  return work.isQuiet && !waitingIn(work).some((task) => !task.isInternal && isReady(task));
}

function listOf(work: Work): string {
  const begun = pendingIn(work).map((task) => `${task.describe()} has not ended`);
  const queued = waitingIn(work).filter((task) => !task.isInternal && isReady(task));
  return shorten([...begun, ...queued.map((task) => `${task.describe()} is queued`)]);
}

function forget(work: Work): void {
  if (waiting.delete(work) && waiting.size === 0) stopListening();
}
