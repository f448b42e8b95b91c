import { hostFunctions, setRef } from './host-functions.js';
import { type Host, LONGEST_TIMEOUT, type Pump, type Step } from './host.js';
import { ImmediatePump } from './immediate-pump.js';
import { MessagePump } from './message-pump.js';
import { outside } from './outside.js';
import { RealTime, TimeOfDay } from './real-time.js';

/** How often the timer may be replaced by an earlier one, before the loop is asked to arm it at the end of a turn. */
const MOST_REPLACEMENTS = 8;

/**
 * Real time, in Node, browsers and everything between: which functions there are is asked at each use.
 *
 * `setImmediate` pumps where it exists (Node, Deno, Bun), since a `MessageChannel` would keep the process alive; messages
 * elsewhere.
 */
export class RealHost implements Host {
  private readonly time = new RealTime();
  private readonly timeOfDay = new TimeOfDay();
  private loop: Pump | null = null;
  private timer: unknown = null;
  /** When the timer is due, and the function it was asked of; another one in its place may have swallowed it. */
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
      // Each one: the last of a turn, which runs nothing, must find that it may arm the timer.
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
    // Also one that is overdue: it comes as soon as the thread is free.
    if (isArmed && this.timerDue <= deadline) return;
    // Many delays in one stretch, each shorter than those before: the turn arms the timer, once, when it ends.
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

  /** Where the browser can tell: the user has pressed a key, or clicked, and that waits for the page. */
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
        // A stub of a test that calls back at once has armed nothing.
        if (isArming || this.timer !== timer) return;
        this.timer = null;
        run();
      }, delay),
    );
    isArming = false;
    this.timerDue = deadline;
    this.timedBy = setTimeout;
    this.timer = isOver ? null : timer;
    // The turn looks for what is due, and asks again for what is not.
    if (isOver) this.loop!.wake(this.timerKeepsAlive);
    else if (!this.timerKeepsAlive) setRef(timer, false);
  }
}

/** Steps by what there is when they are asked for. */
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
