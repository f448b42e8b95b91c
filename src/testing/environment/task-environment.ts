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
  /** The initial value of `now()`: a whole number of milliseconds since 1970. Defaults to 0. */
  readonly start?: number | undefined;
  /** How many tasks may run in one call, or at one instant of an advance, before the call fails. Defaults to 10,000. */
  readonly maxTasks?: number | undefined;
  /** Whether tasks may be left when the environment is disposed of. Defaults to false. */
  readonly allowPending?: boolean | undefined;
  /**
   * Whether it records all runs from the start, as `expectTasks` and `recorder` need. Defaults to false, because a record
   * keeps each task, and where it was posted, in memory as long as the environment.
   */
  readonly record?: boolean | undefined;
}

/** Options of {@link TaskEnvironment.dispose}. */
export interface DisposeOptions {
  /** Whether tasks may be left. Defaults to the environment's option. */
  readonly allowPending?: boolean | undefined;
}

/**
 * A virtual clock for tests, like Chromium's `base::test::TaskEnvironment` with mock time.
 *
 * - While it is active, from its construction until `dispose`, tasks posted to any runner run on its clock, and
 *   `runner.now()` returns its time. Only a `testScheduler.run()` takes precedence; fake timers do not. Only one may exist
 *   at a time. Pending real work stays on the real clock and goes on there.
 * - Nothing runs unless a method is called. Time stands still while a task runs. It stops at each due time in turn, and the
 *   lanes decide the order of the due tasks, by deadline and then by posting order.
 * - The asynchronous forms also let promises settle before, between and after the tasks. So async tasks, awaits and promise
 *   chains of any length work in virtual time. In the synchronous forms no promise settles.
 * - At its end a method throws the errors that occurred during it: errors of actions and of acts, and errors of tasks whose
 *   pool has no `onTaskError` if nobody has called `then` on their handles. Several errors are thrown as one
 *   `AggregateError`. With the synchronous forms, call `then` before the method: an `await` calls it in a microtask, which
 *   is too late.
 * - It does not hang: a call that runs more than `maxTasks` tasks fails, and names them.
 * - It hides no failure: `dispose` throws if tasks are left, if tasks ran differently than `expectTasks` expects, and for a
 *   failure that nobody saw.
 *
 * It does not make RxJS's own schedulers virtual: `delay(10)` without a runner takes real time. Real I/O, `setTimeout`,
 * `MessageChannel` and `node:timers/promises` are not virtual either, and the asynchronous forms do not wait for them.
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
  /** `using` disposes of the environment at the end of the block, if the runtime supports `Symbol.dispose`. */
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
   * @throws RangeError when an option is invalid
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
      throw new Error('Another TaskEnvironment is active: dispose of it first. Only one may exist at a time.');
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
   * The record of the runs on this clock, for `diagram`.
   *
   * @throws Error when the environment was made without the option `record`
   */
  get recorder(): TaskRecorder {
    return this.recordingFor('recorder');
  }

  /**
   * Expects which tasks run when, of a pool, of runners, or of all. `dispose` checks it. See `expectTasks`.
   *
   * @throws Error when the environment was made without the option `record`
   */
  expectTasks(target?: TaskTarget): TaskExpectation {
    return expectTasks(this.recordingFor('expectTasks'), target);
  }

  /** The time, as `runner.now()` returns it. */
  now(): number {
    return this.host.epoch();
  }

  /** How many tasks and actions have not begun: queued, waiting for a worker, or delayed. O(tasks). */
  get pendingTaskCount(): number {
    return this.scheduler.waiting().length;
  }

  /** Milliseconds until a task, or an act of `at`, is due: 0 if one is due or ready, `Infinity` if there is none. */
  nextTaskDelay(): number {
    return this.scheduler.isReady ? 0 : Math.max(0, this.loop.nextTime - this.host.now());
  }

  /**
   * Calls the acts of a diagram that begins now, with RxJS's marble rules and one millisecond per frame. Each act is called
   * when time reaches its frame, before the tasks that are due at the same instant.
   *
   * @throws TypeError when a mark of the diagram has no act, or an act no mark
   */
  at(marbles: string, acts: Readonly<Record<string, () => void>>): void {
    this.driver.assertActive('at');
    this.agenda.add(marbles, actsOf(marbles, acts), this.host.now());
  }

  /**
   * Lets `ms` milliseconds pass, and runs all tasks that are due until then, including the last instant. No task starts
   * later. So a task that spends more time (`advanceClock`) than is left is the last.
   */
  advanceBy(ms: number): void {
    this.driver.drive('advanceBy', this.advancing(duration('advanceBy', ms)));
  }

  /** Lets time pass until `now()` is `time`, as `advanceBy` does. */
  advanceTo(time: number): void {
    this.driver.drive('advanceTo', this.advancing(this.until('advanceTo', time)));
  }

  /** Runs ready tasks, and tasks that these make ready, without letting time pass. Delayed tasks do not count. */
  runUntilIdle(): void {
    this.driver.drive('runUntilIdle', this.loop.untilIdle());
  }

  /**
   * Runs all ready and delayed tasks, and tasks that they post, and lets time pass until none is left. The clock then
   * stands at the last of them. Tasks with a delay of `Infinity`, and running tasks that await something, do not count. It
   * fails, and names the task, if something never ends, such as a repeating task. Use `advanceBy` for those.
   *
   * ```ts
   * runner.postTask(save, { delay: 60_000 });
   * env.runAll(); // saved, and a minute later
   * ```
   *
   * @throws Error when more than `maxTasks` tasks have run
   */
  runAll(): void {
    this.driver.drive('runAll', this.loop.all());
  }

  /** Runs tasks, and lets time pass, until `predicate` returns true. Fails if nothing is left to run. */
  runUntil(predicate: () => boolean): void {
    this.driver.drive('runUntil', this.loop.until(predicate));
  }

  /** Runs exactly one task, after the due acts. Returns false if none is ready. */
  step(): boolean {
    return this.driver.drive('step', this.loop.step());
  }

  /**
   * Lets `ms` milliseconds pass without running anything, as if the thread were busy. Inside a task, it makes that task
   * take so long.
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

  /** `runAll`, with promises: tasks that are posted as they settle run too. */
  async runAllAsync(): Promise<void> {
    await this.driver.driveAsync('runAllAsync', this.loop.all());
  }

  /** `runUntil`, with promises: `predicate` is called when they have settled. */
  async runUntilAsync(predicate: () => boolean): Promise<void> {
    await this.driver.driveAsync('runUntilAsync', this.loop.until(predicate));
  }

  /** `step`, with promises. */
  async stepAsync(): Promise<boolean> {
    return this.driver.driveAsync('stepAsync', this.loop.step());
  }

  /**
   * `advanceClock`, with promises: they settle before it, so that their posts are made by then, and after it. Inside a task
   * call `advanceClock` instead, because a method cannot run inside another one.
   */
  async advanceClockAsync(ms: number): Promise<void> {
    await this.driver.driveAsync('advanceClockAsync', this.spending(duration('advanceClockAsync', ms)));
  }

  /**
   * Ends the environment. Remaining tasks are cancelled, and remaining actions never run. Later calls do nothing.
   *
   * @throws Error when tasks are left, unless that is allowed, or when a failure was not seen
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
      throw new RangeError(`${verb} takes a time from ${this.now()} on, which is now; got ${show(time)}.`);
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
