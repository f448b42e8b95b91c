import type { Rests } from './rests.js';
import type { Stopping } from './stopping.js';
import type { TaskTimes } from './task-times.js';
import type { Ties } from './ties.js';

/** What only some posted tasks have: each part is made when it is first needed, so that the others stay small. */
export class Extras {
  times: TaskTimes | null = null;
  ties: Ties | null = null;
  rests: Rests | null = null;
  stopping: Stopping | null = null;
  /** Whether it has failed by `context.abort` while its code went on. */
  isAborted = false;
  /** Those who answer for its error only if they were heard themselves. */
  hearers: (() => boolean)[] | null = null;
}
