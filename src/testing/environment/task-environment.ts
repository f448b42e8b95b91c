import { demandOptions, show } from '../../base/demand.js';
import { disposeBy } from '../../base/dispose.js';
import { currentEnvironment, useEnvironment } from '../../virtual/in-force.js';
import { EnvironmentDriver, throwAll } from './environment-driver.js';
import { EnvironmentHost } from './environment-host.js';
import { EnvironmentLoop, type Steps } from './environment-loop.js';
import { actsOf, Agenda } from './environment-marbles.js';
import { EnvironmentScheduler } from './environment-scheduler.js';
import { expectTasks, type TaskExpectation, type TaskTarget } from '../rows/expect-tasks.js';
import { TaskRecorder } from '../rows/task-recorder.js';

/** Options of a {@link TaskEnvironment}. */
export interface TaskEnvironmentOptions {
  /** What `now()` says at first: a whole number of milliseconds since 1970. 0 by default. */
  readonly start?: number | undefined;
  /** How many tasks may run in one call, or in one moment of an advance, before it fails. 10,000 by default. */
  readonly maxTasks?: number | undefined;
  /** Whether tasks may be left when it is disposed of. */
  readonly allowPending?: boolean | undefined;
  /**
   * Whether it writes down what runs, from the start on, as `expectTasks` and `recorder` need it. False by default: a
   * record keeps each task, and where it was posted, until the environment is disposed of and forgotten.
   */
  readonly record?: boolean | undefined;
}

/** Options of {@link TaskEnvironment.dispose}. */
export interface DisposeOptions {
  /** Whether tasks may be left; by default, as the environment's option says. */
  readonly allowPending?: boolean | undefined;
}

/**
 * A clock of one's own for tests, as Chromium's `base::test::TaskEnvironment` with mock time.
 *
 * - While it is active, from its construction until `dispose`, whatever is posted on any runner runs on its clock, and
 *   `runner.now()` tells its time. Only a `testScheduler.run()` goes before it; fake timers do not. There is one at a
 *   time. Real work that is pending stays on the real clock and goes on there.
 * - Nothing runs unless a verb is called. Time stands while a task runs, and stands at each due time in turn: what is
 *   due together starts by deadline, then order, as the lanes decide.
 * - The asynchronous forms do the same and let promises settle before, between and after the tasks; so async tasks,
 *   awaits and promise chains of any length work in virtual time. In the synchronous ones no promise settles.
 * - A verb throws what failed in it, when it is done: errors of actions and of acts, and errors of tasks whose handle
 *   nobody has called `then` of and whose pool has no `onTaskError`. Several come as one `AggregateError`.
 *   In the synchronous forms call `then` before the verb: an `await` calls it in a microtask, too late for them.
 * - It does not hang: a call in which more than `maxTasks` tasks run fails, and names them.
 * - It leaves nothing unsaid: `dispose` throws when tasks are left, when tasks ran otherwise than `expectTasks` was told,
 *   and for a failure that nobody saw.
 *
 * It does not make RxJS's own schedulers virtual: `delay(10)` without a runner takes its time. Nor are real I/O,
 * `setTimeout`, `MessageChannel` or `node:timers/promises` virtual; the asynchronous forms do not wait for them.
 *
 * ```ts
 * const env = new TaskEnvironment();
 * const seen: string[] = [];
 * env.at('a-b', { a: () => input.next('r'), b: () => input.next('rx') });
 * input.pipe(debounceTime(150, runner)).subscribe((text) => seen.push(text));
 * env.advanceBy(151);
 * // seen is []; the last value came at 2
 * env.advanceBy(1);
 * // seen is ['rx']
 * env.dispose();
 * ```
 */
export class TaskEnvironment {
  /** `using` an environment disposes of it at the end of the block, where the runtime knows `Symbol.dispose`. */
  declare [Symbol.dispose]: () => void;

  private readonly allowPending: boolean;
  private readonly host: EnvironmentHost;
  private readonly scheduler: EnvironmentScheduler;
  private readonly agenda = new Agenda();
  private readonly recording: TaskRecorder | null;
  private readonly loop: EnvironmentLoop;
  private readonly driver: EnvironmentDriver;

  /**
   * @throws Error when another one is active
   * @throws RangeError when an option has a value that it cannot have
   */
  constructor(options: TaskEnvironmentOptions = {}) {
    demandOptions(options, ['start', 'maxTasks', 'allowPending', 'record']);
    const { start = 0, maxTasks = 10_000, allowPending = false, record = false } = options;
    if (!Number.isSafeInteger(start)) {
      throw new RangeError(`The start must be a whole number of milliseconds; got ${show(start)}.`);
    }
    if (maxTasks !== Infinity && !(Number.isInteger(maxTasks) && maxTasks > 0)) {
      throw new RangeError(`maxTasks must be a positive integer or Infinity; got ${show(maxTasks)}.`);
    }
    if (currentEnvironment() !== null) {
      throw new Error('Another TaskEnvironment is active: dispose of it first. There is one at a time.');
    }
    this.allowPending = allowPending;
    this.host = new EnvironmentHost(start);
    this.scheduler = new EnvironmentScheduler(this.host);
    this.loop = new EnvironmentLoop(this.host, this.scheduler, this.agenda, maxTasks);
    this.driver = new EnvironmentDriver(this.loop);
    this.recording = record ? new TaskRecorder(this.scheduler) : null;
    useEnvironment(this.scheduler);
  }

  /**
   * What has run on this clock, for `diagram`.
   *
   * @throws Error when the environment was made without the option `record`
   */
  get recorder(): TaskRecorder {
    return this.recordingFor('recorder');
  }

  /**
   * Expects which task runs when, of a pool, of runners, or of all; compared at `dispose`. See `expectTasks`.
   *
   * @throws Error when the environment was made without the option `record`
   */
  expectTasks(target?: TaskTarget): TaskExpectation {
    return expectTasks(this.recordingFor('expectTasks'), target);
  }

  /** The time, as `runner.now()` tells it. */
  now(): number {
    return this.host.epoch();
  }

  /** How many tasks and actions have not begun: queued, waiting for a worker, or delayed. O(tasks). */
  get pendingTaskCount(): number {
    return this.scheduler.waiting().length;
  }

  /** Milliseconds until a task, or an act of `at`, is due: 0 when one is, or is ready; `Infinity` when there is none. */
  nextTaskDelay(): number {
    return this.scheduler.isReady ? 0 : Math.max(0, this.loop.nextTime - this.host.now());
  }

  /**
   * Does something at moments of a diagram that begins now: RxJS's marble rules, one millisecond a frame. It does so when
   * time gets there, before the tasks that are due in the same moment.
   *
   * @throws TypeError when a mark of the diagram has no act, or an act no mark
   */
  at(marbles: string, acts: Readonly<Record<string, () => void>>): void {
    this.driver.assertActive('at');
    this.agenda.add(marbles, actsOf(marbles, acts), this.host.now());
  }

  /**
   * Lets `ms` milliseconds pass: runs all that is due until then, that moment included. No task starts later, so one that
   * spends more time (`advanceClock`) than there is left is the last.
   */
  advanceBy(ms: number): void {
    this.driver.drive('advanceBy', this.advancing(duration('advanceBy', ms)));
  }

  /** Lets time pass until `now()` is `time`, as `advanceBy` does. */
  advanceTo(time: number): void {
    this.driver.drive('advanceTo', this.advancing(this.until('advanceTo', time)));
  }

  /** Runs what is ready, and what that makes ready, without letting time pass. Delayed tasks do not count. */
  runUntilIdle(): void {
    this.driver.drive('runUntilIdle', this.loop.untilIdle());
  }

  /**
   * Runs all there is, ready and delayed, and what that posts, letting time pass as needed, until nothing remains: the
   * clock stands at the last of it. What is delayed by `Infinity` never comes and does not count; nor does a task that has
   * begun and awaits something. Fails for what goes on for ever, such as a repeating task, and names it: `advanceBy` runs
   * that for a time.
   *
   * ```ts
   * runner.postTask(save, { delay: 60_000 });
   * env.runAll(); // saved, and a minute later
   * ```
   *
   * @throws Error when more than `maxTasks` tasks have run, and there is no end
   */
  runAll(): void {
    this.driver.drive('runAll', this.loop.all());
  }

  /** Runs what there is, letting time pass as needed, until `predicate` is true. Fails when nothing is left to run. */
  runUntil(predicate: () => boolean): void {
    this.driver.drive('runUntil', this.loop.until(predicate));
  }

  /** Runs exactly one task, after the acts that are due; `false` when none is ready. */
  step(): boolean {
    return this.driver.drive('step', this.loop.step());
  }

  /**
   * Time moves by `ms` and nothing runs, as if the one thread had been busy. Inside a task it makes that task take so
   * long, for those that follow.
   */
  advanceClock(ms: number): void {
    this.driver.assertActive('advanceClock');
    this.host.spend(duration('advanceClock', ms));
  }

  /** `advanceBy`, with promises. */
  async advanceByAsync(ms: number): Promise<void> {
    await this.driver.driveAsync('advanceByAsync', this.advancing(duration('advanceByAsync', ms)));
  }

  /** `advanceTo`, with promises. */
  async advanceToAsync(time: number): Promise<void> {
    await this.driver.driveAsync('advanceToAsync', this.advancing(this.until('advanceToAsync', time)));
  }

  /** `runUntilIdle`, with promises. */
  async runUntilIdleAsync(): Promise<void> {
    await this.driver.driveAsync('runUntilIdleAsync', this.loop.untilIdle());
  }

  /** `runAll`, with promises: what they post as they settle is run, too. */
  async runAllAsync(): Promise<void> {
    await this.driver.driveAsync('runAllAsync', this.loop.all());
  }

  /** `runUntil`, with promises: `predicate` is asked when they have settled. */
  async runUntilAsync(predicate: () => boolean): Promise<void> {
    await this.driver.driveAsync('runUntilAsync', this.loop.until(predicate));
  }

  /** `step`, with promises. */
  async stepAsync(): Promise<boolean> {
    return this.driver.driveAsync('stepAsync', this.loop.step());
  }

  /**
   * `advanceClock`, with promises: they settle before it, so that what they post is posted by then, and after it. A task
   * that is to take its time calls `advanceClock`, since no verb goes on inside of another.
   */
  async advanceClockAsync(ms: number): Promise<void> {
    await this.driver.driveAsync('advanceClockAsync', this.spending(duration('advanceClockAsync', ms)));
  }

  /**
   * Is in force no more. What is left never runs: tasks are cancelled, and actions forgotten. Once is enough; to do it
   * again does nothing.
   *
   * @throws Error when something is left, unless that is allowed, or has failed and nobody saw
   */
  dispose({ allowPending = this.allowPending }: DisposeOptions = {}): void {
    if (this.driver.isDisposed) return;
    const { verb } = this.driver;
    if (verb?.isAsync === false) throw new Error(`dispose was called inside of ${verb.name}, by a task of its own.`);
    this.loop.report();
    const mismatch = errorOf(() => this.recording?.verify());
    const left = [...this.scheduler.dropAll(), ...this.agenda.clear()];
    this.loop.report();
    this.driver.isDisposed = true;
    useEnvironment(null);
    this.recording?.detach();
    const errors = [...mismatch, ...this.loop.takeErrors()];
    if (verb !== null) errors.push(new Error(`dispose was called while ${verb.name} goes on: await it first.`));
    if (left.length > 0 && !allowPending) errors.unshift(new Error(leftOver(left)));
    throwAll(errors);
  }

  private recordingFor(name: string): TaskRecorder {
    if (this.recording !== null) return this.recording;
    throw new Error(
      `${name} needs a record of what ran, which this TaskEnvironment does not keep: make it with new TaskEnvironment({ record: true }).`,
    );
  }

  private *advancing(ms: number): Steps<void> {
    yield* this.loop.advanceTo(this.host.now() + ms);
  }

  private *spending(ms: number): Steps<void> {
    this.host.spend(ms);
    yield;
  }

  private until(verb: string, time: number): number {
    const { start } = this.host;
    if (typeof time !== 'number' || !(time - start >= this.host.now() && time < Infinity)) {
      throw new RangeError(`${verb} takes a time from ${this.now()}, which is now, on; got ${show(time)}.`);
    }
    return time - start - this.host.now();
  }
}

function leftOver(left: readonly string[]): string {
  const list = left.map((what) => `\n  ${what}`).join('');
  return `The TaskEnvironment was disposed of while this was left (allowPending allows it):${list}`;
}

function duration(verb: string, ms: number): number {
  if (typeof ms !== 'number' || !(ms >= 0 && ms < Infinity)) {
    throw new RangeError(`${verb} takes a finite number of milliseconds, which is not negative; got ${show(ms)}.`);
  }
  return ms;
}

disposeBy(TaskEnvironment.prototype, 'dispose', 'dispose');

/** What `call` throws, if it does. */
function errorOf(call: () => void): unknown[] {
  try {
    call();
    return [];
  } catch (error) {
    return [error];
  }
}
