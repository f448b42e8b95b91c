import type { TaskRejectedError } from '../base/errors.js';
import { Action } from './action.js';
import { Admission, tooLate } from './admission.js';
import { PerClock } from './per-clock.js';
import { Sequence } from './sequence.js';
import type { SequenceOwner } from './sequence-owner.js';
import type { Task } from './task.js';
import type { TaskScheduler } from './task-scheduler.js';
import { toTraits, USER_BLOCKING } from './traits.js';
import { Workers } from './workers.js';

/** Whom alarms belong to: no pool, and nobody who could be shut down. */
class AlarmOwner implements SequenceOwner {
  readonly traits;
  readonly lane = USER_BLOCKING;
  readonly queue = null;
  readonly isClosed = false;
  rejected = 0;
  dropped = 0;
  private readonly sequences = new PerClock((scheduler) => {
    const workers = new Workers(new Admission('', Infinity, null), scheduler);
    return new Sequence(this, scheduler, workers, Infinity);
  });

  constructor(keepAlive: boolean) {
    this.traits = toTraits({ name: 'alarm', priority: 'user-blocking', keepAlive });
  }

  rejection(what: string): TaskRejectedError {
    return tooLate('the alarm', what);
  }

  isSame(other: SequenceOwner): boolean {
    return other === this;
  }

  sequenceOn(scheduler: TaskScheduler): Sequence {
    return this.sequences.on(scheduler);
  }
}

const keeping = /* @__PURE__ */ new AlarmOwner(true);
const quiet = /* @__PURE__ */ new AlarmOwner(false);

/**
 * A timer of the library's own: calls `run` once, in `delay` milliseconds, on the very clock of a scheduler, so that
 * virtual time works as for any delay. `unsubscribe` takes it back.
 *
 * - It is user-blocking, has a sequence of its own for each clock, and waits for no worker: nobody's work holds it up.
 * - It belongs to no pool, is in no count of tasks, and observers are not told of it.
 * - What `run` throws goes to the host.
 */
export function setAlarm(
  scheduler: TaskScheduler,
  delay: number,
  run: () => void,
  keepAlive = true,
): Action<undefined> {
  const owner = keepAlive ? keeping : quiet;
  const alarm = new Action(owner.sequenceOn(scheduler), run, undefined);
  scheduler.arm(alarm, delay);
  return alarm;
}

export function isAlarm(task: Task): boolean {
  return task.sequence.owner instanceof AlarmOwner;
}
