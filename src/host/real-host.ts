import { hostFunctions, setRef } from './host-functions.js';
import { type Host, LONGEST_TIMEOUT, type Pump, type Step } from './host.js';
import { ImmediatePump } from './immediate-pump.js';
import { MessagePump } from './message-pump.js';
import { outside } from './outside.js';
import { RealTime, TimeOfDay } from './real-time.js';

/** How often the timer may be replaced by an earlier one before the loop arms it at the end of a turn instead. */
const MOST_REPLACEMENTS = 8;

/**
 * Real time, in Node, browsers and similar runtimes. The available functions are looked up at each use.
 *
 * The pump uses `setImmediate` if it exists (Node, Deno, Bun), because a `MessageChannel` would keep the process alive.
 * Otherwise it uses messages.
 */
export class RealHost implements Host {
  private readonly time = new RealTime();
  private readonly timeOfDay = new TimeOfDay();
  private loop: Pump | null = null;
  private timer: unknown = null;
  /** When the timer is due, and the function that armed it. If the function was replaced, the timer may be lost. */
  private timerDue = Infinity;
  private timedBy: unknown = undefined;
  private timerKeepsAlive = false;
  private replacements = 0;

  now(): number {
    return this.time.now();
  }

  epoch(mayStep: boolean): number {
    return this.timeOfDay.at(this.time.now(), Date.now(), mayStep);
  }

  pump(step: Step, keepsAlive: () => boolean): Pump {
    const countingStep: Step = (isFirst) => {
      // At each step: the last step of a turn, which runs nothing, must know that it may arm the timer.
      this.replacements = 0;
      return step(isFirst);
    };
    return (this.loop = this.makePump(countingStep, keepsAlive));
  }

  protected makePump(step: Step, keepsAlive: () => boolean): Pump {
    return new RealPump(step, keepsAlive);
  }

  wakeAt(deadline: number, run: () => void): void {
    const { setTimeout, clearTimeout } = hostFunctions();
    const isArmed = this.timer !== null && this.timedBy === setTimeout;
    // This includes an overdue timer, which fires as soon as the thread is free.
    if (isArmed && this.timerDue <= deadline) return;
    // There were many delays in a row, each shorter than those before. The turn arms the timer once, at its end.
    if (isArmed && this.replacements >= MOST_REPLACEMENTS) {
      this.loop!.wake(this.timerKeepsAlive);
      return;
    }
    const before = this.timer;
    this.arm(deadline, run, setTimeout);
    this.replacements++;
    if (before !== null) clearTimeout(before as number);
  }

  keepTimer(keepAlive: boolean): void {
    if (this.timerKeepsAlive === keepAlive) return;
    this.timerKeepsAlive = keepAlive;
    setRef(this.timer, keepAlive);
  }

  /** If the browser supports it: whether a key press or a click is waiting for the page. */
  mustRest(): boolean {
    const { navigator } = globalThis as { navigator?: { scheduling?: { isInputPending?(): boolean } } };
    return navigator?.scheduling?.isInputPending?.() === true;
  }

  later(run: () => void): void {
    const { setImmediate, setTimeout } = hostFunctions();
    outside(() => {
      if (setImmediate === undefined) setTimeout(run, 0);
      else setImmediate(run);
    });
  }

  private arm(deadline: number, run: () => void, setTimeout: typeof globalThis.setTimeout): void {
    // Node counts a time-out from the start of the loop's iteration, so it may come early; the scheduler then asks
    // again for the rest, which rounds up to a whole millisecond.
    const delay = Math.min(Math.max(1, Math.ceil(deadline - this.time.now())), LONGEST_TIMEOUT);
    let isArming = true;
    let isOver = false as boolean;
    const timer = outside(() =>
      setTimeout(() => {
        isOver = true;
        // A test's stub that calls back at once has armed nothing.
        if (isArming || this.timer !== timer) return;
        this.timer = null;
        run();
      }, delay),
    );
    isArming = false;
    this.timerDue = deadline;
    this.timedBy = setTimeout;
    this.timer = isOver ? null : timer;
    // The turn finds the due tasks, and arms the timer again for the others.
    if (isOver) this.loop!.wake(this.timerKeepsAlive);
    else if (!this.timerKeepsAlive) setRef(timer, false);
  }
}

/** Steps by the functions available at the request. */
class RealPump implements Pump {
  private readonly immediates: ImmediatePump;
  private readonly messages: MessagePump;

  constructor(step: Step, keepsAlive: () => boolean) {
    this.immediates = new ImmediatePump(step, keepsAlive);
    this.messages = new MessagePump(step, keepsAlive);
  }

  get isSure(): boolean {
    return this.immediates.isSure || this.messages.isSure;
  }

  wake(keepAlive: boolean): void {
    if (hostFunctions().setImmediate === undefined) this.messages.wake(keepAlive);
    else this.immediates.wake(keepAlive);
  }
}
