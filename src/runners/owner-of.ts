import { demand } from '../base/errors.js';
import type { SequenceOwner } from '../kernel/sequence.js';
import type { TaskRunner } from '../types.js';

/**
 * A runner of this library as the owner of its sequences, for verbs that look inside.
 *
 * @throws TypeError when it is none
 */
export function ownerOf(verb: string, runner: TaskRunner): SequenceOwner {
  const rule = `${verb} needs a runner that this library has made, or a pool; of a view give its runner, of keys keyed.runner(key)`;
  demand(isOwner(runner), rule, runner);
  return runner;
}

/** Whether it is a runner of this library. */
export function isOwner(runner: TaskRunner): runner is SequenceOwner {
  return typeof (runner as Partial<SequenceOwner> | null | undefined)?.sequencesOn === 'function';
}
