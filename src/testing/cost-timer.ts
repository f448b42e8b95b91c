import { Admission } from '../engine/admission.js';
import { Action } from '../engine/action.js';
import { Sequence, type SequenceOwner } from '../engine/sequence.js';
import type { TaskScheduler } from '../engine/task-scheduler.js';
import { toTraits, USER_BLOCKING } from '../engine/traits.js';
import { Workers } from '../engine/workers.js';

const owner: SequenceOwner = {
  traits: /* @__PURE__ */ toTraits({ name: 'virtual cost', priority: 'user-blocking' }),
  lane: USER_BLOCKING,
  sequenceOn: (scheduler) => sequenceOn(scheduler),
};

const sequences = /* @__PURE__ */ new WeakMap<TaskScheduler, Sequence>();

/**
 * What ends the virtual cost of a task: an action on the very clock of the task, so that virtual time works as for any
 * delay. It belongs to no pool, is in no count of tasks, and recorders pass it over.
 */
export class CostTimer extends Action<undefined> {
  constructor(scheduler: TaskScheduler, delay: number, onEnd: () => void) {
    super(sequenceOn(scheduler), onEnd, undefined);
    scheduler.arm(this, delay);
  }
}

function sequenceOn(scheduler: TaskScheduler): Sequence {
  let sequence = sequences.get(scheduler);
  if (sequence === undefined) {
    // Workers join their scheduler, which counts what they have; these shall not.
    const unlisted = Object.create(scheduler, { join: { value: () => undefined } }) as TaskScheduler;
    sequence = new Sequence(owner, scheduler, new Workers(new Admission('', Infinity, null), unlisted), Infinity);
    sequences.set(scheduler, sequence);
  }
  return sequence;
}
