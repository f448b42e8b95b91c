import type { Span } from '../demo/lane-recorder.js';
import { type Slice, type Stretch, toSlice } from '../demo/slice.js';
import { median, round, summarize, type Summary } from '../demo/statistics.js';
import type { Run } from './experiment.js';
import type { ThreadLog } from './thread-log.js';

/** A run, and when each thread worked meanwhile. */
export interface RunWithThreads extends Run {
  readonly threads: readonly (readonly Span[])[];
}

/** All rounds of one contender. Times are in milliseconds. */
export interface Result {
  readonly name: string;
  readonly keystrokes: Summary;
  readonly eventLoopDelay: Summary;
  /** In all rounds. `answered` are those whose answer was shown. */
  readonly searches: { readonly begun: number; readonly answered: number; readonly cancelled: number };
  /** The median of the rounds. */
  readonly total: number;
  /** The median of the rounds. */
  readonly processorTime: number;
  /** How long each thread ran, in all rounds. */
  readonly threads: readonly number[];
  /** What was answered, by what was asked. */
  readonly answers: Readonly<Record<string, readonly string[]>>;
  readonly slice: Slice;
}

/** A few keys around one with a long search. */
const SLICE: Stretch = { from: -10, to: 500 };
const LETTERS_OF_SLICE = 6;

/** Of all threads during a run that has just ended. */
export function withThreads(run: Run, logs: readonly ThreadLog[]): RunWithThreads {
  return { ...run, threads: logs.map((log) => log.spans(run.start, run.start + run.total)) };
}

/**
 * Pools the rounds of each contender.
 *
 * @throws Error when two contenders did not give the same answer
 */
export function toResults(runs: ReadonlyMap<string, readonly RunWithThreads[]>): Result[] {
  assertSameAnswers([...runs.values()].flat());
  return [...runs].map(([name, rounds]) => ({
    name,
    keystrokes: summarize(rounds.flatMap((run) => run.screen.waits)),
    eventLoopDelay: summarize(rounds.flatMap((run) => run.probe.delays)),
    searches: {
      begun: sum(rounds.map((run) => run.searches.begun)),
      answered: sum(rounds.map((run) => run.screen.shown.length)),
      cancelled: sum(rounds.map((run) => run.searches.cancelled)),
    },
    total: median(rounds.map((run) => run.total)),
    processorTime: median(rounds.map((run) => run.processorTime)),
    threads: rounds[0]!.threads.map((_, thread) =>
      round(sum(rounds.flatMap((run) => run.threads[thread]!.map(([from, to]) => to - from)))),
    ),
    answers: Object.fromEntries(rounds.flatMap((run) => [...run.answers])),
    slice: sliceOf(rounds[0]!),
  }));
}

/** Each shows those answers that it gives in time; where two answer the same, they must say the same. */
function assertSameAnswers(runs: readonly Run[]): void {
  const known = new Map<string, string>();
  for (const { answers } of runs) {
    for (const [text, words] of answers) {
      const answer = words.join(', ');
      if ((known.get(text) ?? answer) !== answer) throw new Error(`There are two answers to '${text}'.`);
      known.set(text, answer);
    }
  }
}

function sliceOf(run: RunWithThreads): Slice {
  const { keystrokes, lanes, threads } = run;
  const number = keystrokes.findIndex(({ text }) => text.length === LETTERS_OF_SLICE);
  const inThreads = threads.map((spans, index): [string, () => readonly Span[]] => [
    `thread ${index + 1}`,
    () => spans,
  ]);
  return toSlice(run, number, SLICE, {
    typing: (from, to) => lanes.spans('typing', from, to),
    search: (from, to) => lanes.spans('search', from, to),
    ...Object.fromEntries(inThreads),
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
