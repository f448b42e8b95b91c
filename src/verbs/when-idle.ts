import { wait } from '../base/wait.js';
import { hub } from '../kernel/events.js';
import { isReady, waitingIn } from '../kernel/inventory.js';
import type { Sequence } from '../kernel/sequence.js';
import type { Task } from '../kernel/task.js';
import type { Work } from '../kernel/work.js';
import { ownerOf, type RunnerOrKeys } from '../runners/owner-of.js';
import type { WaitOptions } from '../types.js';
import { schedulerInForce } from '../virtual/in-force.js';

/** Those who wait, by what they wait for. */
const waiting = /* @__PURE__ */ new Map<Work, Set<() => void>>();
let stopListening: () => void = () => undefined;

/**
 * Resolves as soon as nothing of `runner` is queued or runs; of a pool, nothing of the pool and all its runners; of a keyed
 * runner, nothing of all its keys. What is delayed does not count. O(1), and O(tasks of the clock) if some are delayed.
 *
 * ```ts
 * await whenIdle(pool);
 * ```
 *
 * @throws TypeError when `runner` is none of this library, or an option has a value that it cannot have
 */
export function whenIdle(runner: RunnerOrKeys, options?: WaitOptions): Promise<void> {
  const owner = ownerOf('whenIdle', runner);
  return wait(options, (resolve) => {
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
    const joined = resolves.add(resolve);
    return () => {
      joined.delete(resolve);
      if (joined.size === 0) forget(work);
    };
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

function forget(work: Work): void {
  if (waiting.delete(work) && waiting.size === 0) stopListening();
}
