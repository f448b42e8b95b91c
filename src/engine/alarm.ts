import { TaskRejectedError } from '../base/errors.js';
import { Action } from './action.js';
import { Admission } from './admission.js';
import { PerClock } from './per-clock.js';
import { Sequence } from './sequence.js';
import type { SequenceOwner } from './sequence-owner.js';
import type { TaskScheduler } from './task-scheduler.js';
import { toTraits, USER_BLOCKING } from './traits.js';
import { Workers } from './workers.js';

/** Whom all alarms belong to: no pool, and nobody who could be shut down. */
const owner: SequenceOwner = {
  traits: /* @__PURE__ */ toTraits({ name: 'alarm', priority: 'user-blocking' }),
  lane: USER_BLOCKING,
  queue: null,
  isClosed: false,
  rejected: 0,
  dropped: 0,
  rejection: (what) => new TaskRejectedError('shutdown', `Refused: ${what}.`),
  isSame: (other) => other === owner,
  sequenceOn: (scheduler) => sequences.on(scheduler),
};

const sequences = /* @__PURE__ */ new PerClock(makeSequence);

/**
 * A timer of the library's own: calls `run` once, in `delay` milliseconds, on the very clock of a scheduler, so that
 * virtual time works as for any delay. `unsubscribe` takes it back.
 *
 * - It is user-blocking, has a sequence of its own for each clock, and waits for no worker: nobody's work holds it up.
 * - It belongs to no pool, is in no count of tasks, and observers are not told of it.
 * - What `run` throws goes to the host.
 */
export class Alarm extends Action<undefined> {
  constructor(
    scheduler: TaskScheduler,
    delay: number,
    run: () => void,
    private readonly keepsAlive = true,
  ) {
    super(sequences.on(scheduler), run, undefined);
    scheduler.arm(this, delay);
  }

  override get keepAlive(): boolean {
    return this.keepsAlive;
  }
}

function makeSequence(scheduler: TaskScheduler): Sequence {
  // Workers join their scheduler, which looks after what they have; these shall not.
  const unlisted = Object.create(scheduler, { join: { value: () => undefined } }) as TaskScheduler;
  return new Sequence(owner, scheduler, new Workers(new Admission('', Infinity, null), unlisted), Infinity);
}
