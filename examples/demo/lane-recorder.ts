/** From when to when something ran. */
export type Span = readonly [from: number, to: number];

/** Two spans that are this close are drawn as one: between them there was no time for anything else. */
const GAP_MS = 0.05;

/** Notes which lane ran when. */
export class LaneRecorder<Lane extends string> {
  private readonly times = new Map<Lane, number[]>();

  /** Runs a piece of work of a lane. */
  run<T>(lane: Lane, work: () => T): T {
    const from = performance.now();
    const result = work();
    let times = this.times.get(lane);
    if (times === undefined) this.times.set(lane, (times = []));
    times.push(from, performance.now());
    return result;
  }

  /** When a lane ran between two moments. */
  spans(lane: Lane, from: number, to: number): Span[] {
    return spansBetween(this.times.get(lane) ?? [], from, to);
  }
}

/** Of beginnings and ends in turn, what lies between two moments. */
export function spansBetween(times: ArrayLike<number>, from: number, to: number): Span[] {
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
