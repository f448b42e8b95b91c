const EVERY_MS = 10;

/** At some moment, something took so many milliseconds. */
export interface Sample {
  readonly at: number;
  readonly ms: number;
}

/**
 * Measures how late the event loop of the page is: every 10 ms a timer is due, and waits until the loop comes round to it. A loop
 * that stands still counts for every moment in which something was due, as in `demo/loop-probe.ts`.
 */
export class LoopProbe {
  private due = performance.now();

  /** @param onDelay hears of each moment: when a timer was due, and how late it was */
  constructor(private readonly onDelay: (sample: Sample) => void) {
    this.wait();
  }

  private wait(): void {
    setTimeout(this.onRound, this.due - performance.now());
  }

  private readonly onRound = (): void => {
    const now = performance.now();
    for (; this.due <= now; this.due += EVERY_MS) this.onDelay({ at: this.due, ms: now - this.due });
    this.wait();
  };
}
