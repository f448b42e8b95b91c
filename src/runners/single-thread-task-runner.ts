import { Admission, type TaskErrorHandler } from '../engine/admission.js';
import { defaultTaskTraits, toTraits } from '../engine/traits.js';
import { type RunnerOptions, SequenceRunner } from './sequence-runner.js';

export interface SingleThreadOptions extends RunnerOptions {
  /** Hears of errors nobody awaits; without it they become uncaught exceptions. */
  readonly onTaskError?: TaskErrorHandler | undefined;
}

/**
 * A sequence with a worker of its own, outside of every pool: for what must not wait until a busy pool has a worker free,
 * such as a connection that all tasks share.
 *
 * - Tasks start in posting order and never overlap, as those of a sequenced runner.
 * - No task of a pool delays it but by priority: its worker is never held by anything else.
 * - `shutdown()` finishes what is queued, since its tasks are `'block-shutdown'` unless said otherwise; `stop()` drops it,
 *   and cancels what runs.
 *
 * "Single thread" on an event loop means one worker, not a thread of the operating system, and no loop of its own: the
 * one loop runs its tasks, by their priority. Synchronous code of others still delays it by up to one of their tasks.
 *
 * ```ts
 * const database = new SingleThreadTaskRunner({ name: 'database', queue: { capacity: 100 } });
 * ```
 */
export class SingleThreadTaskRunner extends SequenceRunner {
  /** @internal */
  override readonly admission: Admission;

  /** @throws RangeError or TypeError when an option has a value that it cannot have */
  constructor(options: SingleThreadOptions = {}) {
    super(toTraits(options, FINISHES), options.queue, 1);
    this.admission = Admission.of(this.name, 1, options.onTaskError);
  }
}

const FINISHES = /* @__PURE__ */ toTraits({ shutdownBehavior: 'block-shutdown' }, /* @__PURE__ */ defaultTaskTraits());
