import type { Run } from './experiment.js';
import type { Span } from './lane-recorder.js';
import { median, summarize, type Summary } from './statistics.js';

/** What happened around one press of a key, in milliseconds from that press. */
export interface Slice {
  readonly from: number;
  readonly to: number;
  readonly letter: string;
  /** How long that key waited for its answer. */
  readonly answeredAfter: number;
  readonly typing: readonly Span[];
  readonly indexing: readonly Span[];
  /** When the event loop came round. */
  readonly loop: readonly number[];
  readonly pressed: readonly Mark[];
  readonly answered: readonly Mark[];
}

/** A letter that was typed, or answered, at some moment. */
export interface Mark {
  readonly at: number;
  readonly letter: string;
}

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

const SLICE_FROM = -4;
/** At most; how much of it is drawn depends on the width of the terminal. */
const SLICE_TO = 116;

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
    keystrokes: rounded(summarize(rounds.flatMap((run) => run.screen.waits))),
    eventLoopDelay: rounded(summarize(rounds.flatMap((run) => run.probe.delays))),
    indexing: {
      words: rounds[0]!.words,
      fingerprint: rounds[0]!.fingerprint,
      median: round(median(rounds.map((run) => run.indexingMs))),
      rounds: rounds.map((run) => round(run.indexingMs)),
    },
    slice: toSlice(rounds[0]!, key),
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

function toSlice(run: Run, number: number): Slice {
  const key = run.keystrokes[number]!;
  const from = key.at + SLICE_FROM;
  const to = key.at + SLICE_TO;
  const isInside = ({ at }: { at: number }): boolean => at >= from && at < to;
  const relative = (at: number): number => round(at - key.at);
  const spans = (lane: 'typing' | 'indexing'): Span[] =>
    run.lanes.spans(lane, from, to).map(([begin, end]) => [relative(begin), relative(end)]);
  return {
    from: SLICE_FROM,
    to: SLICE_TO,
    letter: key.letter,
    answeredAfter: round(run.screen.waits[number]!),
    typing: spans('typing'),
    indexing: spans('indexing'),
    loop: run.probe.rounds.filter((at) => at >= from && at < to).map(relative),
    pressed: run.keystrokes.filter(isInside).map(({ at, letter }) => ({ at: relative(at), letter })),
    answered: run.screen.shown.filter(isInside).map(({ at, key: { letter } }) => ({ at: relative(at), letter })),
  };
}

function rounded({ count, p50, p99, max }: Summary): Summary {
  return { count, p50: round(p50), p99: round(p99), max: round(max) };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
