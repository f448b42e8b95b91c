import { type Host, MORE, NOTHING, PAUSE, type Pump, REST, type Step, type Verdict } from '../../../src/host/host.js';

/**
 * A host driven by hand. It logs what is asked of it, counts the looks at its clock, and refuses what the design forbids:
 * a timer for what is never due, and a step that is asked for while it is certain to come.
 */
export class HandHost implements Host {
  time = 0;
  /** How often somebody looked at the clock. */
  looks = 0;
  /** The functions of the host that throw when they are called next, once each. */
  readonly throwing = new Set<'wake' | 'wakeAt'>();
  /** Whether steps are asked of a function that may be gone before they come, so that none is certain. */
  isDoubtful = false;
  timerDue = Infinity;
  /** Whether somebody waits for the host. */
  isInputPending = false;
  private readonly log: string[] = [];
  private step: Step = () => NOTHING;
  private keepsAlive: () => boolean = () => false;
  private isAwake = false;
  private isFirst = true;
  private wakeKeepsAlive = false;
  private timer: (() => void) | null = null;
  private timerKeepsAlive = false;
  private readonly laterCalls: (() => void)[] = [];
  private isSure = false;

  now(): number {
    this.looks++;
    return this.time;
  }

  epoch(): number {
    return Math.floor(this.time);
  }

  pump(step: Step, keepsAlive: () => boolean): Pump {
    this.step = step;
    this.keepsAlive = keepsAlive;
    // eslint-disable-next-line @typescript-eslint/no-this-alias
    const host = this;
    return {
      get isSure() {
        return host.isSure;
      },
      wake: (keepAlive) => {
        this.wake(keepAlive);
      },
    };
  }

  wakeAt(deadline: number, run: () => void): void {
    this.throwIfTold('wakeAt');
    if (!Number.isFinite(deadline)) throw new Error(`A timer was armed for ${deadline}.`);
    if (this.timer !== null && this.timerDue <= deadline) return;
    this.timer = run;
    this.timerDue = deadline;
    this.log.push(`wakeAt ${deadline}`);
  }

  keepTimer(keepAlive: boolean): void {
    this.timerKeepsAlive = keepAlive;
  }

  mustRest(): boolean {
    return this.isInputPending;
  }

  later(run: () => void): void {
    this.laterCalls.push(run);
    this.log.push('later');
  }

  /** What was asked for since this was last read. */
  read(): string[] {
    return this.log.splice(0);
  }

  /** Whether a step is to come. */
  get isWoken(): boolean {
    return this.isAwake;
  }

  get isTimerArmed(): boolean {
    return this.timer !== null;
  }

  /** Whether a Node process would wait for what is outstanding. */
  get keepsProcessAlive(): boolean {
    return (this.isAwake && this.wakeKeepsAlive) || (this.timer !== null && this.timerKeepsAlive);
  }

  /** The steps that are to come go with the function they were asked of. */
  loseSteps(): void {
    this.isAwake = this.isSure = false;
    this.isDoubtful = false;
  }

  /** One step comes. After one that throws the loop goes on, as after one that says `REST`. */
  comeStep(): Verdict {
    if (!this.isAwake) throw new Error('No step is outstanding.');
    const { isFirst } = this;
    this.isFirst = false;
    this.isSure = true;
    let verdict: Verdict = REST;
    try {
      verdict = this.step(isFirst);
    } finally {
      this.after(verdict);
    }
    return verdict;
  }

  /** The steps of one turn come: until there is nothing to do, or the host shall have its turn. */
  comeTurn(): Verdict {
    let verdict = this.comeStep();
    while (verdict === MORE) verdict = this.comeStep();
    return verdict;
  }

  /** All turns come, but no timer. */
  comeAll(): void {
    while (this.isAwake) this.comeTurn();
  }

  /** Time passes until `time`; the timer fires when it is due, and may be armed again. What that wakes comes at once. */
  advanceTo(time: number): void {
    while (this.timer !== null && this.timerDue <= time) {
      this.time = Math.max(this.time, this.timerDue);
      this.fire();
      this.comeAll();
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

  private wake(keepAlive: boolean): void {
    if (this.isSure) throw new Error('A step was asked for that is certain to come.');
    this.throwIfTold('wake');
    if (!this.isAwake || (keepAlive && !this.wakeKeepsAlive)) this.log.push(keepAlive ? 'wake' : 'wake quietly');
    this.wakeKeepsAlive = keepAlive || (this.isAwake && this.wakeKeepsAlive);
    this.isAwake = true;
    this.isSure = keepAlive && !this.isDoubtful;
  }

  private after(verdict: Verdict): void {
    if (verdict === MORE) return;
    this.isFirst = true;
    this.isAwake = verdict !== NOTHING;
    this.wakeKeepsAlive = this.isAwake && this.keepsAlive();
    this.isSure = this.wakeKeepsAlive;
    const what = verdict === PAUSE ? 'pause' : 'rest';
    if (this.isAwake) this.log.push(this.wakeKeepsAlive ? what : `${what} quietly`);
  }

  private throwIfTold(name: 'wake' | 'wakeAt'): void {
    if (this.throwing.delete(name)) throw new Error(`${name} threw`);
  }
}
