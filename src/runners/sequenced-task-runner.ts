import { demand } from '../base/errors.js';
import type { Admission } from '../engine/admission.js';
import { toTraits } from '../engine/traits.js';
import { type RunnerOptions, SequenceRunner } from './sequence-runner.js';

/**
 * A virtual thread: what is posted to it never overlaps, so that state only it touches needs no lock.
 *
 * - Tasks start in posting order, delayed ones in the order in which they fall due. None begins before the one before
 *   it has ended, across `await` too: a task that returns a promise or an observable holds the sequence until that ends.
 * - Urgent work behind slow work lifts the whole sequence; nothing in it is overtaken.
 * - It owns no loop and no thread. Making one costs a few objects; there may be thousands.
 *
 * It does not promise which of two runners goes first when their priorities are the same, only that they take turns.
 *
 * ```ts
 * const account = pool.createSequencedTaskRunner({ name: 'account' });
 * account.postTask(async () => { balance = await withdraw(balance, 10); });
 * account.postTask(() => console.log(balance)); // sees the new balance
 * ```
 */
export class SequencedTaskRunner extends SequenceRunner {
  /**
   * Not for you: `pool.createSequencedTaskRunner()` makes it, or `createTaskRunner()` for the global pool.
   *
   * @throws TypeError when anybody else does, or an option has a value that it cannot have
   */
  constructor(
    options: RunnerOptions | undefined,
    private readonly findAdmission: () => Admission,
    private bound: Admission | null = null,
  ) {
    demand(
      typeof findAdmission === 'function',
      'A sequenced runner is made by pool.createSequencedTaskRunner() or createTaskRunner()',
      findAdmission,
    );
    super(toTraits(options), options?.queue, 1);
  }

  /** @internal The pool it is bound to, from its first use on. */
  override get admission(): Admission {
    return (this.bound ??= this.findAdmission());
  }

  /** @internal To ask does not bind it. */
  override get isClosed(): boolean {
    return this.hasClosed || this.bound?.isClosed === true;
  }
}
