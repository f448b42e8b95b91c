import { Task } from './task.js';
import { FOLLOW, type Lane, type TaskTraits } from './traits.js';

/** A task with nothing of its own: its traits are those of its runner, and it needs no worker. */
export abstract class PlainTask extends Task {
  override get lane(): Lane | typeof FOLLOW {
    return FOLLOW;
  }

  override get traits(): TaskTraits {
    return this.sequence.owner.traits;
  }

  override get keepAlive(): boolean {
    return this.sequence.keepAlive;
  }

  override get needsWorker(): boolean {
    return false;
  }

  override get isBarrier(): boolean {
    return false;
  }
}
