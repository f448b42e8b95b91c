import type { LaneName, Run } from './experiment.js';
import { type Slice, type SpansOf, type Stretch, toSlice } from './slice.js';
import { median, round, summarize, type Summary } from './statistics.js';

/** All rounds of one contender. Times are in milliseconds. */
export interface Result {
  readonly scheduler: string;
  readonly keystrokes: Summary;
  readonly eventLoopDelay: Summary;
  readonly indexing: {
    readonly words: number;
    readonly fingerprint: string;
    readonly median: number;
    readonly rounds: readonly number[];
  };
  /** Each measure divided by that of the first contender. */
  readonly ratio: {
    readonly p50: number;
    readonly p99: number;
    readonly max: number;
    readonly eventLoopDelayP99: number;
    readonly indexing: number;
  };
  readonly slice: Slice;
}

/** At most; how much of it is drawn depends on the width of the terminal. */
const SLICE: Stretch = { from: -4, to: 116 };

/**
 * Pools the rounds of each contender.
 *
 * @throws Error when the contenders did not do the same work
 */
export function toResults(runs: ReadonlyMap<string, readonly Run[]>): Result[] {
  assertSameWork([...runs.values()].flat());
  const first = [...runs.values()].map((rounds) => rounds[0]!);
  const key = keyInTheMiddle(first);
  const measures = [...runs].map(([scheduler, rounds]) => ({
    scheduler,
    keystrokes: summarize(rounds.flatMap((run) => run.screen.waits)),
    eventLoopDelay: summarize(rounds.flatMap((run) => run.probe.delays)),
    indexing: {
      words: rounds[0]!.words,
      fingerprint: rounds[0]!.fingerprint,
      median: round(median(rounds.map((run) => run.indexingMs))),
      rounds: rounds.map((run) => round(run.indexingMs)),
    },
    slice: toSlice(rounds[0]!, key, SLICE, lanesOf(rounds[0]!)),
  }));
  const base = measures[0]!;
  return measures.map((measure) => ({
    ...measure,
    ratio: {
      p50: round(measure.keystrokes.p50 / base.keystrokes.p50),
      p99: round(measure.keystrokes.p99 / base.keystrokes.p99),
      max: round(measure.keystrokes.max / base.keystrokes.max),
      eventLoopDelayP99: round(measure.eventLoopDelay.p99 / base.eventLoopDelay.p99),
      indexing: round(measure.indexing.median / base.indexing.median),
    },
  }));
}

function assertSameWork(runs: readonly Run[]): void {
  const fingerprints = new Set(runs.map((run) => run.fingerprint));
  if (fingerprints.size !== 1) throw new Error('The runs did not all index the same words in the same order.');
}

/** A key that was pressed while everybody was indexing: the plan of the typist is the same in all runs. */
function keyInTheMiddle(runs: readonly Run[]): number {
  const halfway = Math.min(...runs.map((run) => run.indexingMs)) / 2;
  const { keystrokes, start } = runs[0]!;
  return Math.max(0, keystrokes.filter((key) => key.at - start <= halfway).length - 1);
}

function lanesOf({ lanes }: Run): Record<LaneName, SpansOf> {
  return {
    typing: (from, to) => lanes.spans('typing', from, to),
    indexing: (from, to) => lanes.spans('indexing', from, to),
  };
}
