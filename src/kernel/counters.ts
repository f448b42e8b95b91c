/** Counts of posted tasks by outcome, on all clocks. */
export interface Counters {
  /** Succeeded. */
  finished: number;
  /** Failed, including those that exceeded a time limit. */
  failed: number;
  /** Rejected: after a shutdown, or because a queue was full. */
  rejected: number;
  /** Dropped: from a full queue, or by `clear`. */
  dropped: number;
}

export function newCounters(): Counters {
  return { finished: 0, failed: 0, rejected: 0, dropped: 0 };
}
