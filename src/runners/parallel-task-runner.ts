import { demand, demandNumber, isCount } from '../base/errors.js';
import { Admission } from '../engine/admission.js';
import { toTraits } from '../engine/traits.js';
import { type RunnerOptions, SequenceRunner } from './sequence-runner.js';

export interface ParallelRunnerOptions extends RunnerOptions {
  /** How many of its tasks may be pending at once: a positive integer or `Infinity`. */
  readonly maxConcurrency: number;
}

/**
 * A queue whose tasks overlap, up to a limit: for work whose order of ending does not matter, such as requests.
 *
 * - Tasks start in posting order, and never more than `maxConcurrency` run at once; nor more than the pool has workers.
 * - `flush()` is a barrier: what is posted after it starts after the code that awaits it.
 *
 * ```ts
 * const downloads = pool.createParallelTaskRunner({ maxConcurrency: 6, name: 'downloads' });
 * const pages = await Promise.all(urls.map((url) => downloads.postTask(({ signal }) => load(url, signal))));
 * ```
 */
export class ParallelTaskRunner extends SequenceRunner {
  readonly maxConcurrency: number;

  /**
   * Not for you: `pool.createParallelTaskRunner()` makes it.
   *
   * @throws TypeError when anybody else does, or an option has a value that it cannot have
   */
  constructor(
    options: ParallelRunnerOptions,
    /** @internal */
    override readonly admission: Admission,
  ) {
    demand(admission instanceof Admission, 'A parallel runner is made by pool.createParallelTaskRunner()', admission);
    const isObject = typeof options === 'object' && (options as unknown) !== null;
    demand(isObject, 'The options of a parallel runner must be an object with a maxConcurrency', options);
    const { maxConcurrency } = options;
    demandNumber(isCount(maxConcurrency), 'maxConcurrency must be a positive integer or Infinity', maxConcurrency);
    super(toTraits(options), options.queue, maxConcurrency);
    this.maxConcurrency = maxConcurrency;
  }
}
