import type { Subscription } from 'rxjs';
import { Deferred } from '../base/deferred.js';
import { demandOneOf, demandOptions, toDuration } from '../base/demand.js';
import { wait } from '../base/wait.js';
import type { Closing } from '../kernel/admission.js';
import { currentTask } from '../kernel/current.js';
import { hub } from '../kernel/events.js';
import { isReady, pendingIn, waitingIn } from '../kernel/inventory.js';
import { IDLE, RUNNING } from '../kernel/place.js';
import type { Task } from '../kernel/task.js';
import type { Work } from '../kernel/work.js';
import type { ShutdownOptions, ShutdownReport, WaitOptions } from '../types.js';
import { schedulerInForce } from '../virtual/in-force.js';

/** The scope of a shutdown. */
export interface ShutdownScope {
  /** Its name in errors. */
  readonly description: string;
  /** Rejects new tasks, except for those that `closing` accepts. */
  close(closing: Closing): void;
  /** Its work, on all clocks. */
  works(): Work[];
}

/**
 * The shutdown of one runner or pool. It happens once, however often it is requested.
 *
 * While it waits, it accepts `'block-shutdown'` tasks, as Chromium does, because the awaited tasks may need them.
 */
export class Shutdown implements Closing {
  private readonly ran: string[] = [];
  private readonly skipped: string[] = [];
  private readonly abandoned: string[] = [];
  private readonly awaited = new Set<Task>();
  private stopListening: (() => void) | null = null;
  private hasBegun = false;
  private timer: Subscription | null = null;
  private deadline = Infinity;
  private readonly ended = new Deferred<ShutdownReport>();
  private report: ShutdownReport | null = null;
  /** The callers who wait for the report, and may give up. */
  private readonly waiting = new Set<(report: ShutdownReport) => void>();

  constructor(private readonly scope: ShutdownScope) {}

  /** @throws RangeError or TypeError when an option is invalid */
  begin(options?: ShutdownOptions): Promise<ShutdownReport> {
    demandOptions(options, ['timeout', 'queued']);
    const { timeout = Infinity, queued = 'honour' } = options ?? {};
    toDuration('The timeout of a shutdown', timeout);
    demandOneOf(queued, ['honour', 'run'], 'The option queued');
    if (!this.hasBegun) this.run(queued === 'run');
    this.limit(timeout);
    return this.ended.promise;
  }

  /** Drops all waiting tasks and cancels all running ones, without waiting. A shutdown in progress ends at once. */
  stop(): Promise<ShutdownReport> {
    if (!this.hasBegun) this.run(false);
    this.giveUp(`${this.scope.description} was stopped`);
    return this.ended.promise;
  }

  /** The report, when there is one. */
  whenEnded(options: WaitOptions | undefined): Promise<ShutdownReport> {
    return wait(options, (resolve) => {
      // A `then` on a common promise would keep callers who have given up in memory until a shutdown that may never come.
      if (this.report !== null) resolve(this.report);
      else this.waiting.add(resolve);
      return () => this.waiting.delete(resolve);
    });
  }

  takes(task: Task, delay: number): boolean {
    if (this.report !== null || delay > 0 || task.traits.shutdownBehavior !== 'block-shutdown') return false;
    // A re-armed action is already known.
    if (!this.awaited.has(task)) this.awaitTurn(task);
    return true;
  }

  private run(runsQueued: boolean): void {
    this.hasBegun = true;
    this.scope.close(this);
    const works = this.scope.works();
    const dropped: Task[] = [];
    const running = new Set<Task>();
    for (const work of works) {
      const { isLive } = work.scheduler;
      for (const task of waitingIn(work)) {
        if (task.isInternal) continue;
        if (isLive && isToRun(task, runsQueued)) this.awaitTurn(task);
        else dropped.push(task);
      }
      for (const task of pendingIn(work)) {
        running.add(task);
        this.awaitOrAbandon(task, isLive);
      }
    }
    const caller = currentTask();
    // A pending task that goes on was found above.
    const isNew = caller !== null && !running.has(caller);
    if (isNew && works.some((work) => work.has(caller))) this.awaitOrAbandon(caller, true);
    this.stopListening = hub.listen({
      ended: (task) => this.left(task, true),
      left: (task) => this.left(task, false),
    });
    // Held tasks no longer wait: see `hold`.
    for (const task of this.awaited) {
      task.recheckRest();
      if (task.sequence.gate !== task.sequence.workers) task.sequence.recheck();
    }
    // The report is complete before the first task is notified, because that may cancel awaited tasks, or stop everything.
    for (const task of dropped) this.skipped.push(nameOf(task));
    for (const task of dropped) task.reject();
    this.endIfOver();
  }

  /** A later call may shorten the remaining time, but not extend it. */
  private limit(timeout: number): void {
    if (timeout === Infinity || this.report !== null) return;
    const scheduler = schedulerInForce();
    const deadline = scheduler.clock.now() + timeout;
    if (deadline >= this.deadline) return;
    this.deadline = deadline;
    this.timer?.unsubscribe();
    const giveUp = (): void => this.giveUp(`the shutdown of ${this.scope.description} has timed out`);
    this.timer = scheduler.alarm(timeout, giveUp, true);
  }

  private awaitOrAbandon(task: Task, canEnd: boolean): void {
    if (!canEnd || task.traits.shutdownBehavior === 'continue-on-shutdown') this.abandoned.push(nameOf(task));
    else this.awaited.add(task);
  }

  private awaitTurn(task: Task): void {
    this.awaited.add(task);
    // A task that was dropped before it began never ends. A task that has begun does, cancelled or not.
    task.add(() => {
      if (task.place !== RUNNING) this.left(task, false);
    });
  }

  /** A task has ended, or was removed from its queue, so that it never begins. */
  private left(task: Task, hasRun: boolean): void {
    // An action that re-armed itself in this run, before the shutdown, will run again.
    if (hasRun && task.place !== IDLE && !task.closed) return;
    if (!this.awaited.delete(task)) return;
    if (hasRun) this.ran.push(nameOf(task));
    this.endIfOver();
  }

  private giveUp(reason: string): void {
    const left = [...this.awaited];
    this.awaited.clear();
    for (const task of left) this.abandoned.push(nameOf(task));
    for (const task of left) {
      task.abandon(reason);
      task.reject();
    }
    this.endIfOver();
  }

  private endIfOver(): void {
    if (this.awaited.size > 0 || this.report !== null) return;
    this.timer?.unsubscribe();
    this.stopListening?.();
    const { ran, skipped, abandoned } = this;
    const report = (this.report = { ran, skipped, abandoned });
    this.ended.resolve(report);
    for (const resolve of this.waiting) resolve(report);
    this.waiting.clear();
  }
}

/** Whether a waiting task must still run. Delayed tasks must not. */
function isToRun(task: Task, runsQueued: boolean): boolean {
  return isReady(task) && (runsQueued || task.traits.shutdownBehavior === 'block-shutdown');
}

function nameOf(task: Task): string {
  return task.traits.name;
}
