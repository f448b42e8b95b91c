import type { Subscription } from 'rxjs';
import { Deferred } from '../base/deferred.js';
import { setAlarm } from '../engine/alarm.js';
import { currentTask } from '../engine/current.js';
import { isLive, schedulerInForce } from '../engine/schedulers.js';
import { DELAYED, IDLE, RUNNING, type Task } from '../engine/task.js';
import type { WaitOptions } from '../engine/task-options.js';
import type { TaskScheduler } from '../engine/task-scheduler.js';
import type { Watched, Watcher } from '../engine/watched.js';
import { demandOptions, toDuration } from './options.js';
import { wait } from './wait.js';

export interface ShutdownOptions {
  /** How long to wait for what must be waited for, in milliseconds. For ever unless said otherwise. */
  readonly timeout?: number | undefined;
}

/**
 * What became of the tasks a runner or pool had when its shutdown began: the name of each, or that of its runner. One that
 * somebody cancels before it begins, or that has waited for too long, is in none of the lists.
 */
export interface ShutdownReport {
  /** Ended, well or not, before the shutdown did. */
  readonly ran: readonly string[];
  /** Dropped before they began. */
  readonly skipped: readonly string[];
  /** Begun, or bound to run, but not waited for. */
  readonly abandoned: readonly string[];
}

/** What a shutdown finds on one clock. */
export interface ShutdownPart {
  readonly scheduler: TaskScheduler;
  /** Tells of the tasks that end. */
  readonly watched: Watched;
  /** The tasks that have not begun, and those that have. */
  readonly waiting: readonly Task[];
  readonly pending: readonly Task[];
}

/** What is shut down. */
export interface ShutdownScope {
  /** What it is called in errors. */
  readonly description: string;
  /** Stops admission. */
  close(): void;
  parts(): ShutdownPart[];
  /** Whether the task, which runs now, is part of it. */
  owns(task: Task): boolean;
}

/** The shutdown of one runner or pool: it happens once, whoever asks for it, and however often. */
export class Shutdown implements Watcher {
  private readonly ran: string[] = [];
  private readonly skipped: string[] = [];
  private readonly abandoned: string[] = [];
  private readonly awaited = new Set<Task>();
  private watched: Watched[] = [];
  private hasBegun = false;
  private timer: Subscription | null = null;
  private readonly done = new Deferred();
  private report: ShutdownReport | null = null;
  /** Those who wait for the report, and may give up. */
  private readonly waiting = new Set<(report: ShutdownReport) => void>();

  constructor(private readonly scope: ShutdownScope) {}

  /** @throws RangeError or TypeError when the time-out is not a number of milliseconds, 0 or more */
  begin(options?: ShutdownOptions): Promise<ShutdownReport> {
    demandOptions(options);
    const timeout = toDuration('The timeout of a shutdown', options?.timeout ?? Infinity);
    if (!this.hasBegun) this.run(timeout);
    return this.done.promise as Promise<ShutdownReport>;
  }

  /** Drops all that waits, cancels all that runs, and waits for nothing; a shutdown that has begun is cut short. */
  stop(): Promise<ShutdownReport> {
    if (!this.hasBegun) this.run(Infinity);
    this.giveUp(`${this.scope.description} was stopped`);
    return this.done.promise as Promise<ShutdownReport>;
  }

  /** The report, when there is one. */
  whenDone(options: WaitOptions | undefined): Promise<ShutdownReport> {
    return wait(options, (resolve) => {
      // A `then` of the one promise would keep whoever has given up until a shutdown that may never come.
      if (this.report !== null) resolve(this.report);
      else this.waiting.add(resolve);
      return () => this.waiting.delete(resolve);
    });
  }

  /** A task has ended, or was taken out of its queue, and so never begins. */
  left(task: Task, hasRun: boolean): void {
    // An action that was armed again before the shutdown, in this very run, has another one to come.
    if (hasRun && task.place !== IDLE && !task.closed) return;
    if (!this.awaited.delete(task)) return;
    if (hasRun) this.ran.push(nameOf(task));
    this.finishIfDone();
  }

  private run(timeout: number): void {
    this.hasBegun = true;
    this.scope.close();
    const parts = this.scope.parts();
    const dropped: Task[] = [];
    for (const { scheduler, waiting, pending } of parts) {
      const canEnd = isLive(scheduler);
      // One that has yielded waits for its turn, but it has begun.
      const begun = new Set(pending);
      for (const task of waiting) {
        if (task.isBarrier || begun.has(task)) continue;
        if (canEnd && isToRun(task)) this.awaitTurn(task);
        else dropped.push(task);
      }
      for (const task of pending) this.awaitOrAbandon(task, canEnd);
    }
    const caller = currentTask();
    // One that has yielded before is among the pending.
    const isNew = caller !== null && !parts.some(({ pending }) => pending.includes(caller));
    if (isNew && this.scope.owns(caller)) this.awaitOrAbandon(caller, true);
    this.watched = parts.map(({ watched }) => watched);
    for (const watched of this.watched) watched.watch(this);
    // All is in the report before the first is told: that may cancel what is awaited, or stop everything.
    for (const task of dropped) this.skipped.push(nameOf(task));
    for (const task of dropped) task.reject();
    this.finishIfDone();
    if (this.awaited.size === 0 || timeout === Infinity) return;
    this.timer = setAlarm(schedulerInForce(), timeout, () => {
      this.giveUp(`the shutdown of ${this.scope.description} has timed out`);
    });
  }

  private awaitOrAbandon(task: Task, canEnd: boolean): void {
    if (!canEnd || task.traits.shutdownBehavior === 'continue-on-shutdown') this.abandoned.push(nameOf(task));
    else this.awaited.add(task);
  }

  private awaitTurn(task: Task): void {
    this.awaited.add(task);
    // Dropped before it began, it never ends; one that has begun does, cancelled or not.
    task.add(() => {
      if (task.place !== RUNNING) this.left(task, false);
    });
  }

  private giveUp(reason: string): void {
    const left = [...this.awaited];
    this.awaited.clear();
    for (const task of left) this.abandoned.push(nameOf(task));
    for (const task of left) {
      task.abandon(reason);
      task.reject();
    }
    this.finishIfDone();
  }

  private finishIfDone(): void {
    if (this.awaited.size > 0) return;
    this.timer?.unsubscribe();
    for (const watched of this.watched.splice(0)) watched.unwatch(this);
    const { ran, skipped, abandoned } = this;
    const report = (this.report ??= { ran, skipped, abandoned });
    this.done.resolve(report);
    for (const resolve of this.waiting) resolve(report);
    this.waiting.clear();
  }
}

/** Whether a task that waits is to run all the same. What is delayed is not. */
function isToRun(task: Task): boolean {
  // In virtual time what is ready is with the delay manager too, until its frame begins.
  const isDelayed = task.place >= DELAYED && task.delay !== 0;
  return !isDelayed && task.traits.shutdownBehavior === 'block-shutdown';
}

function nameOf(task: Task): string {
  return task.traits.name;
}
