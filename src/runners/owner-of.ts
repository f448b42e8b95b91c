import { demand } from '../base/demand.js';
import type { SequenceOwner, WorkOwner } from '../kernel/sequence.js';
import type { TaskRunner } from '../types.js';
import type { AnyKeyedTaskRunner } from './keyed.js';

/** The target of a verb: a runner, a pool with all its runners, or a keyed runner with all its keys. */
export type RunnerOrKeys = TaskRunner | AnyKeyedTaskRunner;

/**
 * A runner, or a keyed runner, of this library as the owner of its work, for verbs that look inside.
 *
 * @throws TypeError when it is none
 */
export function ownerOf(verb: string, runner: RunnerOrKeys): WorkOwner {
  const rule = `${verb} needs a runner that this library has made, a pool, or a keyed runner; of a view give its runner`;
  demand(isWorkOwner(runner), rule, runner);
  return runner;
}

/** Whether it is a runner of this library. */
export function isOwner(runner: TaskRunner): runner is SequenceOwner {
  return isWorkOwner(runner);
}

function isWorkOwner(runner: unknown): runner is WorkOwner {
  return typeof (runner as Partial<WorkOwner> | null | undefined)?.workOn === 'function';
}
