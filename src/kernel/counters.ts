/** What became of posted tasks, on all clocks. */
export interface Counters {
  /** Ended well. */
  finished: number;
  /** Failed: threw, or ran for longer than they may. */
  failed: number;
  /** Refused: after a shutdown, or because a queue was full. */
  rejected: number;
  /** Dropped: from a full queue, or by `clear`. */
  dropped: number;
}

export function newCounters(): Counters {
  return { finished: 0, failed: 0, rejected: 0, dropped: 0 };
}
