import { Subscription } from 'rxjs';
import type { RunHelpers } from 'rxjs/testing';
import { show } from '../../base/demand.js';
import { isThenable } from '../../base/thenable.js';
import { schedulerInForce } from '../../virtual/in-force.js';
import type { TaskScheduler } from '../../kernel/scheduler.js';
import { RunClock } from '../../virtual/run-clock.js';
import { ThreadPool } from '../../runners/thread-pool.js';
import { deepEqual } from '../report/deep-equal.js';
import { Expectations } from './expectations.js';
import { failureReport } from '../report/failure-report.js';
import { leftoverProblem } from './leftovers.js';
import { MarbleAssertionError } from './marble-assertion-error.js';
import { MarbleScheduler } from './marble-scheduler.js';
import type { MarbleHelpers, MarbleOptions, MarbleTest } from './marble-test.js';
import { listenOn } from '../rows/listen-on.js';
import { type Place, shorten } from '../report/place.js';
import type { Problem } from '../report/problem.js';
import { RunawayGuard } from './runaway-guard.js';
import { taskFailure } from './task-failure.js';
import { TaskRecorder } from '../rows/task-recorder.js';

const MAX_TASKS = 10_000;
/** Of a run that does not end a few say it all. */
const RUNS_OF_RUNAWAY = 10;

/** One call of `marbles`. */
export class MarbleRun {
  private readonly pool: ThreadPool;
  private readonly guard: RunawayGuard;
  private readonly scheduler: MarbleScheduler;
  private recorder!: TaskRecorder;
  private expectations!: Expectations;
  /** The error of a run that would not end. */
  private runaway: MarbleAssertionError | null = null;

  constructor(
    private readonly options: MarbleOptions,
    private readonly place: Place,
  ) {
    const { workers, onTaskError, maxTasks = MAX_TASKS, equal = deepEqual } = options;
    if (maxTasks !== Infinity && !(Number.isInteger(maxTasks) && maxTasks > 0)) {
      throw new RangeError(`maxTasks must be a positive integer or Infinity; got ${show(maxTasks)}.`);
    }
    if (typeof equal !== 'function') throw new TypeError(`The option equal must be a function; got ${show(equal)}.`);
    this.pool = new ThreadPool({ workers, onTaskError, name: 'pool' });
    this.guard = new RunawayGuard(maxTasks, this.stop);
    this.scheduler = new MarbleScheduler(this.guard.action);
  }

  run<T>(test: MarbleTest<T>): T {
    let tasks: TaskScheduler | undefined;
    try {
      return this.scheduler.run((helpers) => {
        tasks = schedulerInForce();
        return this.watch(tasks, () => this.perform(test, helpers));
      });
    } finally {
      // It would find out by itself, but not before the next microtask; another test may begin until then.
      if (tasks?.clock instanceof RunClock) tasks.clock.end();
    }
  }

  private watch<T>(tasks: TaskScheduler, perform: () => T): T {
    this.recorder = new TaskRecorder(tasks);
    const unobserve = listenOn(tasks, { started: this.guard.task });
    try {
      return perform();
    } finally {
      unobserve();
      this.recorder.detach();
    }
  }

  private perform<T>(test: MarbleTest<T>, helpers: RunHelpers): T {
    const { options, recorder } = this;
    this.expectations = new Expectations(this.scheduler, recorder, options.equal ?? deepEqual);
    const result = test(this.helpersFrom(helpers));
    this.assertSynchronous(result);
    this.advance();
    const problems = [...this.expectations.evaluate(), ...checkProblems(recorder), ...this.expectations.end()];
    const leftover = options.allowPending === true ? null : leftoverProblem(recorder.live, this.place);
    if (leftover !== null) problems.push(leftover);
    this.failIfAny(problems);
    return result;
  }

  private helpersFrom(helpers: RunHelpers): MarbleHelpers {
    const { pool, recorder, expectations } = this;
    return {
      ...helpers,
      flush: () => {
        this.advance();
        this.failIfAny(expectations.evaluate());
      },
      expectObservable: expectations.expectObservable,
      expectSubscriptions: expectations.expectSubscriptions,
      expectTasks: expectations.expectTasks,
      pool,
      runner: (traits) => pool.createSequencedTaskRunner(traits),
      recorder,
    };
  }

  /** Lets virtual time run out. */
  private advance(): void {
    try {
      this.scheduler.flush();
    } catch (error) {
      const problem =
        error instanceof MarbleAssertionError ? null : taskFailure(error, this.recorder.records, this.place);
      throw problem === null ? error : failureReport([problem], this.recorder.records);
    }
    // The test may have caught it, in a `flush` of its own.
    if (this.runaway !== null) throw this.runaway;
  }

  private failIfAny(problems: readonly Problem[]): void {
    if (problems.length > 0) throw failureReport(problems, this.recorder.records);
  }

  private readonly stop = (): void => {
    this.scheduler.stop(() => {
      const { records } = this.recorder;
      const problem = this.guard.problem(records, this.scheduler.frame, this.place);
      return (this.runaway = failureReport([problem], records, RUNS_OF_RUNAWAY));
    });
  };

  private assertSynchronous(result: unknown): void {
    // A handle is no promise of the test's; a short arrow function may well return one.
    if (result instanceof Subscription || !isThenable(result)) return;
    // The test fails for this; what becomes of the rest of it would only be noise.
    result.then(undefined, () => undefined);
    const text = [
      'marbles() was given an async function, or one that returns a promise.',
      'Its virtual time is synchronous, and over before any promise settles. A TaskEnvironment has asynchronous verbs,',
      'which let promises settle: use that.',
    ].join('\n');
    throw failureReport([{ text, place: this.place }], this.recorder.records);
  }
}

/** What was expected of the recorder itself, beside the helpers. */
function checkProblems({ checks }: TaskRecorder): Problem[] {
  return checks.splice(0).flatMap((check) => {
    const text = check.evaluate();
    return text === null ? [] : [{ text: `expectTasks at ${shorten(check.where)}: ${text}` }];
  });
}
