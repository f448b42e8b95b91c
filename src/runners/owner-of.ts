import { demand } from '../base/errors.js';
import type { SequenceOwner } from '../kernel/sequence.js';
import type { TaskRunner } from '../types.js';

/**
 * A runner of this library as the owner of its sequences, for verbs that look inside.
 *
 * @throws TypeError when it is none
 */
export function ownerOf(verb: string, runner: TaskRunner): SequenceOwner {
  const owner = runner as Partial<SequenceOwner> | null | undefined;
  const isOwner = typeof owner?.sequencesOn === 'function';
  const rule = `${verb} needs a runner that this library has made, or a pool; of a view give its runner, of keys keyed.runner(key)`;
  demand(isOwner, rule, runner);
  return owner as SequenceOwner;
}
