import type { Rests } from './rests.js';
import type { Stopping } from './stopping.js';
import type { TaskTimes } from './task-times.js';
import type { Ties } from './ties.js';

/** Parts that only some posted tasks have. Each part is created when it is first needed, so that the other tasks stay small. */
export class Extras {
  times: TaskTimes | null = null;
  ties: Ties | null = null;
  rests: Rests | null = null;
  stopping: Stopping | null = null;
  /** Whether it has failed by `context.abort` while its code went on. */
  isAborted = false;
  /** Listeners that handle its error only if they are heard themselves. */
  hearers: (() => boolean)[] | null = null;
}
