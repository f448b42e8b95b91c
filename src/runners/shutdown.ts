import { demand } from '../base/errors.js';
import { Admission, type ShutdownWatch } from '../engine/admission.js';
import { currentTask } from '../engine/current.js';
import { waitingTasks } from '../engine/inventory.js';
import { isLive } from '../engine/schedulers.js';
import { DELAYED, RUNNING, type Task } from '../engine/task.js';
import { toTraits } from '../engine/traits.js';
import { SequencedTaskRunner } from './sequenced-task-runner.js';

export interface ShutdownOptions {
  /** How long to wait for what must be waited for, in milliseconds. For ever unless said otherwise. */
  readonly timeout?: number | undefined;
}

/** What became of the tasks a pool had when its shutdown began: the name of each, or that of its runner. */
export interface ShutdownReport {
  /** Ended, well or not, before the shutdown did. */
  readonly ran: readonly string[];
  /** Never begun. */
  readonly skipped: readonly string[];
  /** Begun, or bound to run, but not waited for. */
  readonly abandoned: readonly string[];
}

/** The shutdown of one pool: it happens once, whoever asks for it, and however often. */
export class Shutdown implements ShutdownWatch {
  private readonly ran: string[] = [];
  private readonly skipped: string[] = [];
  private readonly abandoned: string[] = [];
  private readonly awaited = new Set<Task>();
  private report: Promise<ShutdownReport> | null = null;
  private finish: () => void = () => undefined;

  constructor(private readonly admission: Admission) {}

  /** @throws RangeError when the time-out is not a number of milliseconds */
  begin({ timeout = Infinity }: ShutdownOptions = {}): Promise<ShutdownReport> {
    const isTime = typeof timeout === 'number' && timeout >= 0;
    demand(isTime, 'The timeout of a shutdown must be a number of milliseconds', timeout, RangeError);
    return (this.report ??= this.run(timeout));
  }

  /** Called for each task of the pool that ends from now on. */
  ended(task: Task): void {
    if (!this.awaited.delete(task)) return;
    this.ran.push(nameOf(task));
    if (this.awaited.size === 0) this.finish();
  }

  private async run(timeout: number): Promise<ShutdownReport> {
    this.admission.shutdown = this;
    for (const workers of this.admission.workers.values()) {
      const canEnd = isLive(workers.scheduler);
      for (const task of waitingTasks(workers)) this.dropOrAwait(task, canEnd);
      for (const task of workers.pending.keys()) this.awaitOrAbandon(task, canEnd);
    }
    const caller = currentTask();
    if (caller?.sequence.workers.admission === this.admission) this.awaitOrAbandon(caller, true);
    if (this.awaited.size > 0) await this.waitFor(timeout);
    const { ran, skipped, abandoned } = this;
    return { ran, skipped, abandoned };
  }

  private dropOrAwait(task: Task, canEnd: boolean): void {
    // In virtual time what is ready is with the delay manager too, until its frame begins.
    const isDelayed = task.place >= DELAYED && task.delay !== 0;
    if (isDelayed || !canEnd || task.traits.shutdownBehavior !== 'block-shutdown') {
      this.skipped.push(nameOf(task));
      task.reject();
    } else {
      this.await(task);
    }
  }

  private awaitOrAbandon(task: Task, canEnd: boolean): void {
    if (!canEnd || task.traits.shutdownBehavior === 'continue-on-shutdown') this.abandoned.push(nameOf(task));
    else this.await(task);
  }

  private await(task: Task): void {
    this.awaited.add(task);
    // Cancelled before it began, it never ends; one that has begun does, cancelled or not.
    task.add(() => {
      if (task.place !== RUNNING && this.awaited.delete(task) && this.awaited.size === 0) this.finish();
    });
  }

  private async waitFor(timeout: number): Promise<void> {
    // A runner of no pool: the time-out must not wait behind what it limits.
    const timer = new SequencedTaskRunner(
      toTraits({ priority: 'user-blocking' }),
      () => new Admission('', 1, null),
    ).schedule(() => {
      this.giveUp();
    }, timeout);
    await new Promise<void>((resolve) => {
      this.finish = resolve;
    });
    timer.unsubscribe();
  }

  private giveUp(): void {
    const left = [...this.awaited];
    this.awaited.clear();
    for (const task of left) {
      this.abandoned.push(nameOf(task));
      task.abandon('the shutdown of its pool has timed out');
      task.reject();
    }
    this.finish();
  }
}

function nameOf(task: Task): string {
  return task.traits.name;
}
