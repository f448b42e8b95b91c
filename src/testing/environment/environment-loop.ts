import type { Task } from '../../kernel/task.js';
import type { EnvironmentHost } from './environment-host.js';
import type { Agenda } from './environment-marbles.js';
import type { EnvironmentScheduler } from './environment-scheduler.js';

/** Something done step by step. Wherever it yields, promises may settle before it goes on. */
export type Steps<T> = Generator<undefined, T>;

/** How many of the last runs say which task keeps posting. */
const SAMPLE = 100;

/**
 * What the verbs of a `TaskEnvironment` do, for its synchronous and its asynchronous forms alike.
 *
 * - At any moment acts come first, as the values of a hot observable do; then tasks, one by one; then what was put off
 *   for later, such as the report of an error nobody awaits. Only then does time move on, to the next of them.
 * - Errors are kept, and everything else goes on.
 */
export class EnvironmentLoop {
  /** What went wrong since somebody last asked. */
  private errors: unknown[] = [];
  private runs = 0;
  /** Alarms and acts, which are no tasks, but may come for ever too. */
  private others = 0;
  /** The last runs, in words. */
  private latest: string[] = [];

  constructor(
    private readonly host: EnvironmentHost,
    private readonly scheduler: EnvironmentScheduler,
    private readonly agenda: Agenda,
    private readonly maxTasks: number,
  ) {}

  /** When there is something to do next, if nothing is ready now. */
  get nextTime(): number {
    return Math.min(this.agenda.nextTime, this.scheduler.nextDeadline);
  }

  takeErrors(): unknown[] {
    return this.errors.splice(0);
  }

  /** A verb begins. */
  begin(): void {
    this.scheduler.enterVerb();
    this.restart();
  }

  *step(): Steps<boolean> {
    while (this.act()) yield;
    for (;;) {
      const task = this.scheduler.runNext();
      const wasAlarm = this.takeAlarm();
      if (task !== null || wasAlarm) yield;
      if (task !== null) return true;
      if (!wasAlarm) return false;
    }
  }

  *untilIdle(): Steps<void> {
    while (this.runNext()) yield;
  }

  /** Until nothing remains that time would bring, however far it has to move. */
  *all(): Steps<void> {
    for (;;) {
      while (this.runNext()) yield;
      if (this.nextTime === Infinity) return;
      this.host.moveTo(this.nextTime);
    }
  }

  /** To `target`; a task that spends more time than there is left is the last one. */
  *advanceTo(target: number): Steps<void> {
    const { host } = this;
    for (;;) {
      while (host.now() <= target && this.runNext()) yield;
      const next = this.nextTime;
      if (host.now() > target || next > target) break;
      host.moveTo(next);
      // Time has an end here, so only a moment that has none is too long.
      this.restart();
    }
    host.moveTo(target);
  }

  *until(predicate: () => boolean): Steps<void> {
    while (!predicate()) {
      if (this.runNext()) {
        yield;
        continue;
      }
      const next = this.nextTime;
      if (next === Infinity) throw new Error(this.nothingLeft());
      this.host.moveTo(next);
    }
  }

  /** Reports of errors nobody awaits, if there are any. */
  report(): boolean {
    let run = this.host.takeLater();
    if (run === undefined) return false;
    for (; run !== undefined; run = this.host.takeLater()) this.attempt(run);
    return true;
  }

  /** Calls `run`, and keeps what it throws. */
  private attempt(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.errors.push(error);
    }
  }

  private runNext(): boolean {
    if (this.act()) return true;
    const task = this.scheduler.runNext();
    const wasAlarm = this.takeAlarm();
    if (task === null) return wasAlarm || this.report();
    this.count(task);
    return true;
  }

  private restart(): void {
    this.runs = 0;
    this.others = 0;
  }

  private takeAlarm(): boolean {
    const wasAlarm = this.scheduler.takeAlarm();
    if (wasAlarm) this.countOther();
    return wasAlarm;
  }

  private act(): boolean {
    const act = this.agenda.take(this.host.now());
    if (act === undefined) return false;
    this.countOther();
    this.attempt(act.run);
    return true;
  }

  private count(task: Task): void {
    if (this.runs++ === 0) this.latest = [];
    if (this.runs > this.maxTasks + 1 - SAMPLE) this.latest.push(this.scheduler.describe(task));
    if (this.runs > this.maxTasks) throw new Error(this.noEnd());
  }

  private countOther(): void {
    if (++this.others <= this.maxTasks) return;
    throw new Error(
      `More than ${this.maxTasks} alarms and acts have come, at ${this.host.epoch()}, and there is no end.${this.awaiting()}`,
    );
  }

  private noEnd(): string {
    const { latest } = this;
    const counts = new Map<string, number>();
    for (const name of latest) counts.set(name, (counts.get(name) ?? 0) + 1);
    const busiest = [...counts].sort(([, a], [, b]) => b - a).slice(0, 3);
    const list = busiest.map(([name, count]) => `\n  ${name} (${count} of the last ${latest.length} runs)`);
    return `More than ${this.maxTasks} tasks have run, at ${this.host.epoch()}, and there is no end. What keeps running:${list.join('')}`;
  }

  private nothingLeft(): string {
    return `Nothing is left to run, at ${this.host.epoch()}, and the predicate is still not true.${this.awaiting()}`;
  }

  private awaiting(): string {
    const begun = this.scheduler.begun().map((task) => `\n  ${this.scheduler.describe(task)}`);
    return begun.length === 0 ? '' : ` These have begun and await something:${begun.join('')}`;
  }
}
