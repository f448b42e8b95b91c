import type { Subscription } from 'rxjs';
import { shorten } from '../base/shorten.js';
import { Action } from '../kernel/action.js';
import { delayOf } from '../kernel/delay-manager.js';
import type { TaskScheduler } from '../kernel/scheduler.js';
import type { Sequence } from '../kernel/sequence.js';
import { Task } from '../kernel/task.js';
import type { Workers } from '../kernel/workers.js';
import { postedFrom } from './posted-from.js';

/** A place without progress for a long time, although tasks wait there. */
interface Stall {
  /** The blocking tasks. If they change, the stall has changed. */
  readonly holders: readonly Task[];
  readonly lines: readonly string[];
}

/**
 * Watches the posted tasks of one clock that have begun, to find those that block others for too long.
 *
 * At most one alarm is armed, for the earliest time of a possible report, and none while no task is pending. So it also
 * ends by itself in virtual time.
 */
export class StallWatch {
  /** The tasks that have begun and not ended, with their start times, in that order. */
  private readonly holders = new Map<Task, number>();
  /** The tasks that blocked a sequence, or the workers of a pool, in the last report. */
  private readonly reported = new WeakMap<Sequence | Workers, readonly Task[]>();
  private alarm: Subscription | null = null;
  private alarmAt = Infinity;

  constructor(
    private readonly scheduler: TaskScheduler,
    private readonly after: number,
    private readonly report: (message: string) => void,
    private readonly isOn: () => boolean,
  ) {}

  posted(task: Task): void {
    // It may be the first task that waits for a task which blocked no other until now.
    const { workers } = task.sequence;
    for (const { sequence } of this.holders.keys()) {
      if (sequence.workers !== workers) continue;
      this.lookIn(this.after);
      return;
    }
  }

  started(task: Task): void {
    // A task that yields and continues has held its sequence all the time.
    if (task instanceof Action || this.holders.has(task)) return;
    this.holders.set(task, this.scheduler.clock.now());
    this.lookIn(this.after);
  }

  ended(task: Task): void {
    // An action, or a task that began before the watch.
    if (!this.holders.has(task)) return;
    // It may have blocked the thread. Otherwise the alarm came first.
    this.tellOf(task.sequence, this.stallOfSequence(task, 'held'));
    this.holders.delete(task);
    if (this.holders.size === 0) this.disarm();
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
      if (age < this.after) {
        this.lookIn(this.after - age);
        return;
      }
      const { sequence } = task;
      const stalls = [
        this.tellOf(sequence, this.stallOfSequence(task, 'has held')),
        this.tellOf(sequence.workers, this.stallOfWorkers(sequence.workers)),
      ];
      if (!stalls.includes(true)) this.lookIn(Math.max(this.after, this.nextArrival(task)));
    }
  };

  /** After how many milliseconds, at the latest, a delayed task may wait for `task`. */
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

  private stallOfSequence(task: Task, verb: string): Stall | null {
    const age = this.ageOf(task);
    // Checked first, because it runs for each task that ends, and thousands may wait.
    if (age < this.after) return null;
    const waiting = waitingBehind(task);
    if (waiting.length === 0) return null;
    const from = Math.round(this.scheduler.clock.epoch(false) - age);
    return {
      holders: [task],
      lines: [
        `${describe(task)} ${verb} its sequence for ${Math.round(age)} ms, since ${from} by its clock.`,
        `Behind it in its sequence: ${list(waiting)}.`,
      ],
    };
  }

  /** Not a stall while one of the workers has been held only for a short time: then workers still become free. */
  private stallOfWorkers(workers: Workers): Stall | null {
    const waiting = [...workers.waiting].flatMap(({ head }) => head ?? []);
    const holders = [...this.holders.keys()].filter((task) => task.sequence.workers === workers && task.holdsWorker);
    const ages = holders.map((task) => this.ageOf(task));
    if (waiting.length === 0 || holders.length === 0 || Math.min(...ages) < this.after) return null;
    const { poolName } = workers.admission;
    const held = holders.map((task, index) => `${describe(task)} for ${Math.round(ages[index]!)} ms`);
    return {
      holders,
      lines: [
        `No worker of ${poolName === '' ? 'a pool' : `'${poolName}'`} has become free for ${Math.round(Math.min(...ages))} ms.`,
        `They are held by ${shorten(held)}.`,
        `Waiting for a worker: ${list(waiting)}.`,
      ],
    };
  }

  private ageOf(holder: Task): number {
    return this.scheduler.clock.now() - this.holders.get(holder)!;
  }

  /** Reports a stall, unless it was reported and has not changed since. Returns false if there is none. */
  private tellOf(where: Sequence | Workers, stall: Stall | null): boolean {
    if (stall === null) return false;
    const before = this.reported.get(where) ?? [];
    this.reported.set(where, stall.holders);
    if (before.length === stall.holders.length && stall.holders.every((task) => before.includes(task))) return true;
    try {
      this.report(stall.lines.join('\n  '));
    } catch (error) {
      this.scheduler.clock.later(() => {
        throw error;
      });
    }
    return true;
  }
}

/** The queued tasks in the sequence of a task, which cannot begin before it has ended. */
function waitingBehind(task: Task): Task[] {
  const { sequence } = task;
  if (sequence.limit > 1 && sequence.running < sequence.limit) return [];
  return [...sequence].filter((other) => other !== task);
}

function describe(task: Task): string {
  const what = task.describe();
  const from = postedFrom(task);
  return from === undefined ? what : `${what}, posted from ${from},`;
}

function list(tasks: readonly Task[]): string {
  return shorten(tasks.map((task) => describe(task).replace(/,$/, '')));
}
