import type { Span } from '../demo/lane-recorder.js';

/** How much of the past is kept, in milliseconds. */
export const KEPT_MS = 10_000;
/** Two spans that are this close are one in the picture. */
const GAP_MS = 1;

/** When something ran, in the last ten seconds. */
export class Timeline {
  private spans: [from: number, to: number][] = [];
  private first = 0;

  /** Spans come in the order of their ends. */
  add(from: number, to: number): void {
    const last = this.spans.at(-1);
    if (last !== undefined && from - last[1] < GAP_MS) last[1] = to;
    else this.spans.push([from, to]);
  }

  /** What ended after a moment, which does not go back. */
  since(time: number): readonly Span[] {
    const { spans } = this;
    while (this.first < spans.length && spans[this.first]![1] < time - KEPT_MS) this.first++;
    // Seldom, so that it costs little for each span.
    if (this.first > 1_000) {
      this.spans = spans.slice(this.first);
      this.first = 0;
    }
    return this.spans.filter(([, to]) => to > time);
  }

  /** Which part of the time between two moments it ran, from 0 to 1. */
  share(from: number, to: number): number {
    const ran = this.since(from).map((span) => Math.max(0, Math.min(span[1], to) - Math.max(span[0], from)));
    return ran.reduce((sum, ms) => sum + ms, 0) / (to - from);
  }
}
