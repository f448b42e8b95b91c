import { setRef } from './host-functions.js';
import { MORE, NOTHING, type Pump, REST, type Step, type Verdict } from './host.js';
import { outside } from './outside.js';

/** How many callbacks are asked for at least, and at most. */
const SMALLEST_BATCH = 16;
const LARGEST_BATCH = 1_024;

/** Asks the host to call `run` in its next frame, or idle period, and gives a handle where that may keep Node alive. */
export type AskHost = (run: (info?: unknown) => void) => unknown;

/**
 * Steps by callbacks of which the host runs several in one go, with all microtasks between two: those of
 * `requestAnimationFrame`, and of `requestIdleCallback`.
 *
 * They are asked for in batches, since one that is asked for in a frame comes in the next. A batch that did not suffice is
 * followed by one of twice its size.
 */
export class CallbackPump implements Pump {
  readonly isSure = false;
  private isAwake = false;
  private isFirst = true;
  /** The callbacks of another batch than this do nothing. */
  private batch = 0;
  private size = SMALLEST_BATCH;
  /** How many of the batch are to come. */
  private left = 0;
  private used = 0;
  /** Whether those that are to come keep the process alive. */
  private doesKeepAlive = false;

  constructor(
    private readonly step: Step,
    private readonly keepsAlive: () => boolean,
    private readonly ask: AskHost,
  ) {}

  wake(keepAlive: boolean): void {
    // After a step that had nothing more to do, those that are left of its batch come as well.
    if (this.left === 0 || (keepAlive && !this.doesKeepAlive)) this.arm(keepAlive);
    this.isAwake = true;
  }

  private arm(keepAlive: boolean): void {
    const batch = ++this.batch;
    const call = (): void => {
      if (batch === this.batch) this.tick();
    };
    this.isFirst = true;
    this.doesKeepAlive = keepAlive;
    this.left = this.used = 0;
    outside(() => {
      // A function of the host may throw; those that were asked for before come.
      for (; this.left < this.size; this.left++) {
        const handle = this.ask(call);
        if (!keepAlive) setRef(handle, false);
      }
    });
  }

  private tick(): void {
    this.left--;
    if (!this.isAwake) return;
    const { isFirst } = this;
    let verdict: Verdict = REST;
    this.isFirst = false;
    this.used++;
    try {
      verdict = this.step(isFirst);
    } finally {
      this.after(verdict);
    }
  }

  private after(verdict: Verdict): void {
    if (verdict === NOTHING) this.isAwake = false;
    else if (verdict !== MORE || this.left === 0) {
      this.size = Math.min(LARGEST_BATCH, Math.max(SMALLEST_BATCH, this.used * 2));
      this.arm(this.keepsAlive());
    }
  }
}
