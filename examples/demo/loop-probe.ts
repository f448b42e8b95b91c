const EVERY_MS = 2;

/**
 * Measures how late the event loop is: every 2 ms something is due, and waits until the loop comes round to it.
 *
 * `monitorEventLoopDelay` of Node takes one sample each time the loop comes round. A loop that stands still for a
 * second is one sample of many there, and its 99th percentile may show nothing. Here the standstill counts for every
 * moment in which something was due, as it would for a request or a click.
 */
export class LoopProbe {
  readonly delays: number[] = [];
  /** When the loop came round. */
  readonly rounds: number[] = [];
  private due: number;
  private until = Infinity;
  private timer: NodeJS.Timeout | undefined;

  constructor(start: number) {
    this.due = start;
    this.wait();
  }

  /** What is due after `time` does not count. */
  stopAt(time: number): void {
    this.until = time;
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private wait(): void {
    this.timer = setTimeout(this.onRound, this.due - performance.now());
  }

  private readonly onRound = (): void => {
    const now = performance.now();
    this.rounds.push(now);
    for (; this.due <= now; this.due += EVERY_MS) {
      if (this.due <= this.until) this.delays.push(now - this.due);
    }
    this.wait();
  };
}
