import type { Subscription } from 'rxjs';
import { Action } from '../kernel/action.js';
import { delayOf } from '../kernel/delay-manager.js';
import type { TaskScheduler } from '../kernel/scheduler.js';
import { IN_LANE } from '../kernel/sequence.js';
import { Task } from '../kernel/task.js';
import { postedFrom } from './posted-from.js';

/** How many of those who wait are named in a report. */
const MOST_NAMES = 5;

/**
 * Watches the posted tasks of one clock that have begun: which of them hold up others for too long?
 *
 * One alarm is armed at the most, for the earliest time at which there may be something to report, and none while no task
 * is pending. So it ends by itself in virtual time, too.
 */
export class HoldWatch {
  /** Who has begun, and has neither ended nor been reported, and when it began; in that order. */
  private readonly holders = new Map<Task, number>();
  private readonly reported = new WeakSet<Task>();
  private alarm: Subscription | null = null;
  private alarmAt = Infinity;

  constructor(
    private readonly scheduler: TaskScheduler,
    private readonly heldFor: number,
    private readonly report: (message: string) => void,
    private readonly isOn: () => boolean,
  ) {}

  posted(task: Task): void {
    // It may be the first that waits for one which was in nobody's way until now.
    const { workers } = task.sequence;
    for (const { sequence } of this.holders.keys()) {
      if (sequence.workers === workers) this.lookIn(this.heldFor);
    }
  }

  started(task: Task): void {
    // One that gives way and goes on has held its sequence all the time.
    if (task instanceof Action || this.holders.has(task) || this.reported.has(task)) return;
    this.holders.set(task, this.scheduler.clock.now());
    this.lookIn(this.heldFor);
  }

  ended(task: Task): void {
    this.reported.delete(task);
    const since = this.holders.get(task);
    if (since === undefined) return;
    this.holders.delete(task);
    if (this.holders.size === 0) this.disarm();
    // It has kept the thread, or the alarm would have come first.
    const age = this.scheduler.clock.now() - since;
    if (age >= this.heldFor) this.tell(task, age, 'held');
  }

  stop(): void {
    this.holders.clear();
    this.disarm();
  }

  private lookIn(delay: number): void {
    const at = this.scheduler.clock.now() + delay;
    if (at >= this.alarmAt) return;
    this.disarm();
    this.alarmAt = at;
    this.alarm = this.scheduler.alarm(delay, this.look, false);
  }

  private disarm(): void {
    this.alarm?.unsubscribe();
    this.alarm = null;
    this.alarmAt = Infinity;
  }

  private readonly look = (): void => {
    this.disarm();
    if (!this.isOn()) this.holders.clear();
    const now = this.scheduler.clock.now();
    for (const [task, since] of this.holders) {
      const age = now - since;
      if (age < this.heldFor) {
        this.lookIn(this.heldFor - age);
        return;
      }
      if (this.tell(task, age, 'has held')) {
        this.holders.delete(task);
        this.reported.add(task);
      } else this.lookIn(Math.max(this.heldFor, this.nextArrival(task)));
    }
  };

  /** In how many milliseconds, at the most, something that is delayed now may wait for `task`. */
  private nextArrival({ sequence }: Task): number {
    let earliest = Infinity;
    for (const node of this.scheduler.delays.values()) {
      if (!(node instanceof Task)) continue;
      const { sequence: other, needsWorker } = node;
      const mayWait = other === sequence || (needsWorker && other.workers === sequence.workers);
      if (mayWait) earliest = Math.min(earliest, delayOf(node));
    }
    return earliest;
  }

  /** Reports a hold, if anybody waits for it. */
  private tell(task: Task, age: number, verb: string): boolean {
    const behind = waitingBehind(task);
    const forWorker = waitingForWorker(task);
    if (behind.length + forWorker.length === 0) return false;
    const { clock } = this.scheduler;
    const { poolName } = task.sequence.workers.admission;
    const worker = `a worker of ${poolName === '' ? 'its pool' : `'${poolName}'`}`;
    const held = [...(behind.length > 0 ? ['its sequence'] : []), ...(forWorker.length > 0 ? [worker] : [])];
    const from = Math.round(clock.epoch(false) - age);
    const lines = [
      `${describe(task)} ${verb} ${held.join(' and ')} for ${Math.round(age)} ms, since ${from} by its clock.`,
      ...(behind.length > 0 ? [`Behind it in its sequence: ${list(behind)}.`] : []),
      ...(forWorker.length > 0 ? [`Waiting for a worker: ${list(forWorker)}.`] : []),
    ];
    try {
      this.report(lines.join('\n  '));
    } catch (error) {
      clock.later(() => {
        throw error;
      });
    }
    return true;
  }
}

/** What is queued in the sequence of a task, and cannot begin before it has ended. */
function waitingBehind(task: Task): Task[] {
  const { sequence } = task;
  if (sequence.limit > 1 && sequence.spot === IN_LANE) return [];
  return [...sequence].filter((other) => other !== task);
}

/** The next tasks of the sequences that wait for a worker, if `task` has one of theirs. */
function waitingForWorker(task: Task): Task[] {
  const { workers } = task.sequence;
  if (!task.holdsWorker) return [];
  return [...workers.waiting].flatMap(({ head }) => (head === null || head === task ? [] : [head]));
}

function describe(task: Task): string {
  const what = task.describe();
  const from = postedFrom(task);
  return from === undefined ? what : `${what}, posted from ${from},`;
}

function list(tasks: readonly Task[]): string {
  const names = tasks.slice(0, MOST_NAMES).map((task) => describe(task).replace(/,$/, ''));
  const rest = tasks.length - names.length;
  return rest > 0 ? `${names.join('; ')}; and ${rest} more` : names.join('; ');
}
