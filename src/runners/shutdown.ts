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

/** What is shut down. */
export interface ShutdownScope {
  /** What it is called in errors. */
  readonly description: string;
  /** Stops admission, but for what `closing` takes. */
  close(closing: Closing): void;
  /** What it has, on all clocks. */
  works(): Work[];
}

/**
 * The shutdown of one runner or pool: it happens once, whoever asks for it, and however often.
 *
 * While it waits for something it takes `'block-shutdown'` tasks in, as Chromium does: what it waits for may need them to
 * end.
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
  /** Those who wait for the report, and may give up. */
  private readonly waiting = new Set<(report: ShutdownReport) => void>();

  constructor(private readonly scope: ShutdownScope) {}

  /** @throws RangeError or TypeError when an option has a value that it cannot have */
  begin(options?: ShutdownOptions): Promise<ShutdownReport> {
    demandOptions(options, ['timeout', 'queued']);
    const { timeout = Infinity, queued = 'honour' } = options ?? {};
    toDuration('The timeout of a shutdown', timeout);
    demandOneOf(queued, ['honour', 'run'], 'The option queued');
    if (!this.hasBegun) this.run(queued === 'run');
    this.limit(timeout);
    return this.ended.promise;
  }

  /** Drops all that waits, cancels all that runs, and waits for nothing; a shutdown that has begun is cut short. */
  stop(): Promise<ShutdownReport> {
    if (!this.hasBegun) this.run(false);
    this.giveUp(`${this.scope.description} was stopped`);
    return this.ended.promise;
  }

  /** The report, when there is one. */
  whenEnded(options: WaitOptions | undefined): Promise<ShutdownReport> {
    return wait(options, (resolve) => {
      // A `then` of the one promise would keep whoever has given up until a shutdown that may never come.
      if (this.report !== null) resolve(this.report);
      else this.waiting.add(resolve);
      return () => this.waiting.delete(resolve);
    });
  }

  takes(task: Task, delay: number): boolean {
    if (this.report !== null || delay > 0 || task.traits.shutdownBehavior !== 'block-shutdown') return false;
    // An action that is armed again is known already.
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
    // One that is pending already, and goes on, was found above.
    const isNew = caller !== null && !running.has(caller);
    if (isNew && works.some((work) => work.has(caller))) this.awaitOrAbandon(caller, true);
    this.stopListening = hub.listen({
      ended: (task) => this.left(task, true),
      left: (task) => this.left(task, false),
    });
    // What was held need not wait any more: see `hold`.
    for (const task of this.awaited) {
      task.recheckRest();
      if (task.sequence.gate !== task.sequence.workers) task.sequence.recheck();
    }
    // All is in the report before the first is told: that may cancel what is awaited, or stop everything.
    for (const task of dropped) this.skipped.push(nameOf(task));
    for (const task of dropped) task.reject();
    this.endIfOver();
  }

  /** A later call may shorten the time that is left, and not lengthen it. */
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
    // Dropped before it began, it never ends; one that has begun does, cancelled or not.
    task.add(() => {
      if (task.place !== RUNNING) this.left(task, false);
    });
  }

  /** A task has ended, or was taken out of its queue, and so never begins. */
  private left(task: Task, hasRun: boolean): void {
    // An action that was armed again before the shutdown, in this very run, has another one to come.
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

/** Whether a task that waits is to run all the same. What is delayed is not. */
function isToRun(task: Task, runsQueued: boolean): boolean {
  return isReady(task) && (runsQueued || task.traits.shutdownBehavior === 'block-shutdown');
}

function nameOf(task: Task): string {
  return task.traits.name;
}
