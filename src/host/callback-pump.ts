import { setRef } from './host-functions.js';
import { MORE, NOTHING, type Pump, REST, type Step, type Verdict } from './host.js';
import { outside } from './outside.js';

/** The minimum and the maximum number of callbacks in a batch. */
const SMALLEST_BATCH = 16;
const LARGEST_BATCH = 1_024;

/**
 * Requests that the host calls `run` in its next frame or idle period. Returns a handle if the request may keep Node alive.
 */
export type AskHost = (run: (info?: unknown) => void) => unknown;

/**
 * Steps by callbacks of `requestAnimationFrame` or `requestIdleCallback`. The host runs several of them in a row, with all
 * microtasks between two.
 *
 * They are requested in batches, because a request made in a frame comes in the next one. If a batch was too small, the
 * next one has twice its size.
 */
export class CallbackPump implements Pump {
  readonly isSure = false;
  private isAwake = false;
  private isFirst = true;
  /** Callbacks of other batches do nothing. */
  private batch = 0;
  private size = SMALLEST_BATCH;
  /** How many callbacks of the batch are left. */
  private left = 0;
  private used = 0;
  /** Whether the remaining callbacks keep the process alive. */
  private doesKeepAlive = false;

  constructor(
    private readonly step: Step,
    private readonly keepsAlive: () => boolean,
    private readonly ask: AskHost,
  ) {}

  wake(keepAlive: boolean): void {
    // After a step with nothing more to do, the remaining callbacks of its batch still come.
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
      // A function of the host may throw. Callbacks that were requested before still come.
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
