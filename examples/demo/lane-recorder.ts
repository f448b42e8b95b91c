/** The two halves of the program; with the task runner they are its user-blocking and its best-effort lane. */
export type LaneName = 'typing' | 'indexing';

/** From when to when something ran. */
export type Span = readonly [from: number, to: number];

/** Two spans that are this close are drawn as one: between them there was no time for anything else. */
const GAP_MS = 0.05;

/** Notes which lane ran when. */
export class LaneRecorder {
  private readonly times: Record<LaneName, number[]> = { typing: [], indexing: [] };

  /** Runs a piece of work of a lane. */
  run<T>(lane: LaneName, work: () => T): T {
    const from = performance.now();
    const result = work();
    this.times[lane].push(from, performance.now());
    return result;
  }

  /** When a lane ran between two moments. */
  spans(lane: LaneName, from: number, to: number): Span[] {
    const times = this.times[lane];
    const spans: [number, number][] = [];
    for (let at = 0; at < times.length; at += 2) {
      const begin = Math.max(times[at]!, from);
      const end = Math.min(times[at + 1]!, to);
      if (begin >= end) continue;
      const last = spans.at(-1);
      if (last !== undefined && begin - last[1] < GAP_MS) last[1] = end;
      else spans.push([begin, end]);
    }
    return spans;
  }
}
