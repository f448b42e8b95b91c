import type { Host } from '../host/host.js';

/**
 * The time of one `TaskEnvironment`: it moves when it is told to, and nothing runs unless somebody asks for a turn.
 *
 * One task per turn, so that whoever drives it may look at the world, and let promises settle, between any two.
 */
export class EnvironmentHost implements Host {
  readonly standsStill = true;
  readonly turnLimit = 1;
  private time = 0;
  private woken: (() => void) | null = null;
  private timer: (() => void) | null = null;
  private timerDue = Infinity;
  private readonly laterCalls: (() => void)[] = [];

  /** @param start the epoch at time 0: a whole number of milliseconds */
  constructor(readonly start: number) {}

  now(): number {
    return this.time;
  }

  epoch(): number {
    return this.start + Math.floor(this.time);
  }

  wake(run: () => void): boolean {
    this.woken = run;
    return true;
  }

  isWakeDoubtful(): boolean {
    return false;
  }

  keepWake(): void {
    // Nothing here keeps a process alive.
  }

  wakeAt(deadline: number, run: () => void): void {
    this.timer = run;
    this.timerDue = deadline;
  }

  disarm(): void {
    this.timer = null;
    this.timerDue = Infinity;
  }

  keepTimer(): void {
    // As above.
  }

  later(run: () => void): void {
    this.laterCalls.push(run);
  }

  /** Time moves to `time`, and never back. */
  moveTo(time: number): void {
    this.time = Math.max(this.time, time);
  }

  /** Time passes as it does while the one thread is busy, inside a task or out of it: nothing else runs meanwhile. */
  spend(ms: number): void {
    this.time += ms;
  }

  /** One wake-up that has been asked for comes, if it is time; `false` when there is none. */
  turn(): boolean {
    const run = this.woken ?? (this.timerDue <= this.time ? this.timer : null);
    if (run === null) return false;
    if (run === this.woken) this.woken = null;
    else this.disarm();
    run();
    return true;
  }

  /** What was put off for later, each call once. */
  takeLater(): (() => void) | undefined {
    return this.laterCalls.shift();
  }
}
