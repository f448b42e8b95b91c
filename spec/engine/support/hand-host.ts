import type { Host } from '../../../src/host/host.js';

/**
 * A host driven by hand. It logs what is asked of it, counts the looks at its clock, and refuses what the design
 * forbids: a second wake-up, a timer for what is never due, keeping alive a wake-up that nobody waits for.
 */
export class HandHost implements Host {
  standsStill = false;
  turnLimit = 100_000;
  time = 0;
  /** How often somebody looked at the clock. */
  looks = 0;
  timerKeepsAlive = false;
  wakeKeepsAlive = false;
  timerDue = Infinity;
  /** Whether wake-ups are asked of a function that somebody has put in the place of the host's own for a while. */
  isReplaced = false;
  private isWakeLost = false;
  private readonly log: string[] = [];
  private woken: (() => void) | null = null;
  private timer: (() => void) | null = null;
  private readonly laterCalls: (() => void)[] = [];

  now(): number {
    this.looks++;
    return this.time;
  }

  epoch(): number {
    return Math.floor(this.time);
  }

  wake(run: () => void, keepAlive: boolean): boolean {
    const replaces = this.woken !== null;
    if (replaces && !this.standsStill) throw new Error('A wake-up was asked for while one is outstanding.');
    this.woken = run;
    this.isWakeLost = false;
    this.wakeKeepsAlive = keepAlive;
    if (!replaces) this.log.push('wake');
    return !this.standsStill && !this.isReplaced;
  }

  isWakeDoubtful(): boolean {
    return this.standsStill || this.isWakeLost;
  }

  /** The wake-up goes with the function it was asked of. */
  loseWake(): void {
    this.woken = null;
    this.isWakeLost = true;
    this.isReplaced = false;
  }

  keepWake(): void {
    if (this.woken === null) throw new Error('There is no wake-up to keep the process alive.');
    this.wakeKeepsAlive = true;
  }

  wakeAt(deadline: number, run: () => void): void {
    if (!Number.isFinite(deadline)) throw new Error(`A timer was armed for ${deadline}.`);
    if (this.timer !== null && this.timerDue <= deadline) return;
    this.timer = run;
    this.timerDue = deadline;
    this.log.push(`wakeAt ${deadline}`);
  }

  disarm(): void {
    if (this.timer !== null) this.log.push('disarm');
    this.timer = null;
    this.timerDue = Infinity;
  }

  keepTimer(keepAlive: boolean): void {
    this.timerKeepsAlive = keepAlive;
  }

  later(run: () => void): void {
    this.laterCalls.push(run);
    this.log.push('later');
  }

  /** What was asked for since this was last read. */
  read(): string[] {
    return this.log.splice(0);
  }

  get isWakeOutstanding(): boolean {
    return this.woken !== null;
  }

  get isTimerArmed(): boolean {
    return this.timer !== null;
  }

  /** Whether a Node process would wait for what is outstanding. */
  get keepsProcessAlive(): boolean {
    return (this.woken !== null && this.wakeKeepsAlive) || (this.timer !== null && this.timerKeepsAlive);
  }

  /** The wake-up comes. */
  comeWake(): void {
    const { woken } = this;
    if (woken === null) throw new Error('No wake-up is outstanding.');
    this.woken = null;
    woken();
  }

  /** All wake-ups come, those that they ask for too, but no timer. */
  comeAll(): void {
    while (this.woken !== null) this.comeWake();
  }

  /** Time passes until `time`; the timer fires when it is due, and may be armed again. */
  advanceTo(time: number): void {
    while (this.timer !== null && this.timerDue <= time) {
      this.time = Math.max(this.time, this.timerDue);
      this.fire();
    }
    this.time = time;
  }

  /** The timer comes, perhaps a little early. */
  fire(): void {
    const { timer } = this;
    if (timer === null) throw new Error('No timer is armed.');
    this.timer = null;
    this.timerDue = Infinity;
    timer();
  }

  /** What was put off comes; gives what it throws. */
  comeLater(): unknown[] {
    return this.laterCalls.splice(0).flatMap((run) => {
      try {
        run();
        return [];
      } catch (error) {
        return [error];
      }
    });
  }
}
