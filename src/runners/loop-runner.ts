import { Admission } from '../kernel/admission.js';
import type { TaskScheduler } from '../kernel/scheduler.js';
import type { Sequence } from '../kernel/sequence.js';
import type { FOLLOW, Lane } from '../kernel/traits.js';
import type { TaskErrorHandler } from '../types.js';
import { realScheduler, schedulerInForce } from '../virtual/in-force.js';
import { toLimits } from './limits.js';
import { Runner } from './runner.js';
import { type RunnerOptions, toRunnerTraits } from './runner-options.js';

/** Options of a runner that belongs to no pool. */
export interface StandaloneRunnerOptions extends RunnerOptions {
  /** Gets errors of tasks that nobody awaits. Without it they become uncaught exceptions. */
  readonly onTaskError?: TaskErrorHandler | undefined;
}

/**
 * A sequenced runner outside of every pool, with its own loop in real time. In tests it uses the time of the test, like all
 * runners.
 */
export class LoopRunner extends Runner {
  /** @internal */
  constructor(
    private readonly loop: TaskScheduler,
    options: StandaloneRunnerOptions = {},
  ) {
    const traits = toRunnerTraits(options, ['onTaskError']);
    super(traits, toLimits(options), Admission.of(traits.name, 1, options.onTaskError));
  }

  override readonly now = (): number => this.loopFor(schedulerInForce()).epoch();

  /** @internal */
  override sequenceOn(scheduler: TaskScheduler, lane: Lane | typeof FOLLOW, needsWorker: boolean): Sequence {
    return super.sequenceOn(this.loopFor(scheduler), lane, needsWorker);
  }

  /** @internal */
  override sequencesOn(scheduler: TaskScheduler): Sequence[] {
    return super.sequencesOn(this.loopFor(scheduler));
  }

  private loopFor(scheduler: TaskScheduler): TaskScheduler {
    return scheduler === realScheduler ? this.loop : scheduler;
  }
}
