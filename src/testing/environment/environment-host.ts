import { type Host, NOTHING, type Pump, type Step } from '../../host/host.js';

/**
 * The time of one `TaskEnvironment`: it moves when it is told to, and nothing runs unless somebody asks for a turn.
 *
 * One task per turn, so that whoever drives it may look at the world, and let promises settle, between any two.
 */
export class EnvironmentHost implements Host {
  /** Called once, when the environment is disposed of. */
  onEnd: () => void = () => undefined;
  private time = 0;
  private step: Step = () => NOTHING;
  private isWoken = false;
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

  pump(step: Step): Pump {
    this.step = step;
    return {
      isSure: false,
      wake: () => {
        this.isWoken = true;
      },
    };
  }

  wakeAt(deadline: number, run: () => void): void {
    this.timer = run;
    this.timerDue = deadline;
  }

  keepTimer(): void {
    // Nothing here keeps a process alive.
  }

  mustRest(): boolean {
    return false;
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

  /** One step that was asked for comes, if it is time; `false` when there is none. */
  turn(): boolean {
    if (!this.isWoken && this.timerDue <= this.time) {
      const { timer } = this;
      this.timer = null;
      this.timerDue = Infinity;
      timer?.();
    }
    if (!this.isWoken) return false;
    this.isWoken = this.step(true) !== NOTHING;
    return true;
  }

  /** What was put off for later, each call once. */
  takeLater(): (() => void) | undefined {
    return this.laterCalls.shift();
  }
}
