import { judge, type Mark, type Verdict } from './marks.js';

/** Does the work of a row once; a figure for each metric of the row. */
export type Measure = () => Promise<readonly number[]>;

/** What the figures of a row are, and which are better. */
export interface Metric {
  readonly unit: string;
  readonly better: 'more' | 'less';
}

/** One way to do the work of a row. */
export interface Contender {
  readonly name: string;
  readonly measure: Measure;
}

export interface Row {
  readonly title: string;
  readonly metrics: readonly Metric[];
  /** The first is the one the others are compared with. */
  readonly contenders: readonly Contender[];
  readonly rounds: number;
  /** Rounds that are run, and not counted. Two unless said otherwise. */
  readonly warmUp?: number;
  /** All rounds of a contender before those of the next, because what one does to the process cannot be undone. */
  readonly isInOrder?: boolean;
  /** About how many milliseconds a contender may take for all its rounds; then it has fewer. */
  readonly allowance?: number;
  /** What a reader must know to judge the figures. */
  readonly notes?: readonly string[];
  readonly marks?: readonly Mark[];
  /** Ends what the row has opened: threads, say. */
  readonly close?: () => Promise<unknown>;
}

export interface Figure {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  /** How many times as good the first contender of the row is. */
  readonly ratio: number;
}

export interface Result {
  readonly title: string;
  readonly metrics: readonly Metric[];
  readonly rounds: number;
  readonly contenders: readonly { readonly name: string; readonly rounds: number; readonly figures: Figure[] }[];
  readonly notes: readonly string[];
  readonly verdicts: readonly Verdict[];
}

const ALLOWANCE = 1_000;
/** Fewer rounds than this only if one takes longer than all the time there is. */
const LEAST_ROUNDS = 3;
/** How long work is repeated for one figure, in milliseconds. */
const LONGEST_REPEATED = 200;

/** Runs a row's contenders in turn, round after round, so that whatever else the machine does meets all alike. */
export async function runRow(row: Row): Promise<Result> {
  const { contenders, isInOrder = false } = row;
  const courses = contenders.map((contender) => new Course(contender, row.allowance ?? ALLOWANCE));
  const warmUp = row.warmUp ?? 2;
  if (isInOrder) {
    for (const course of courses) {
      for (let round = -warmUp; round < row.rounds; round++) await course.run(round >= 0);
    }
  } else {
    for (let round = -warmUp; round < row.rounds; round++) {
      // Each begins a round once, and comes after another one each time.
      for (const i of courses.keys()) await courses[(i + warmUp + round) % courses.length]!.run(round >= 0);
    }
  }
  await row.close?.();
  return summary(row, courses);
}

/** The rounds of one contender. */
class Course {
  readonly rounds: (readonly number[])[] = [];
  private spent = 0;

  constructor(
    readonly contender: Contender,
    private readonly allowance: number,
  ) {}

  async run(isCounted: boolean): Promise<void> {
    if (this.rounds.length >= (this.spent > 3 * this.allowance ? 1 : LEAST_ROUNDS) && this.spent > this.allowance)
      return;
    // What the one before left behind is not this one's to collect.
    globalThis.gc!();
    // Node counts time-outs from the turn of its loop they are set in, so all begin in a fresh one.
    await new Promise((resolve) => setTimeout(resolve, 1));
    const start = performance.now();
    const figures = await this.contender.measure();
    const elapsed = performance.now() - start;
    this.spent += elapsed;
    // What takes this long is warm long before it ends.
    if (isCounted || elapsed > this.allowance / 4) this.rounds.push(figures);
  }
}

function summary({ title, metrics, rounds, notes = [], marks = [] }: Row, courses: readonly Course[]): Result {
  const firsts = metrics.map((_, i) => median(courses[0]!.rounds.map((figures) => figures[i]!)));
  const contenders = courses.map((course) => ({
    name: course.contender.name,
    rounds: course.rounds.length,
    figures: metrics.map(({ better }, i): Figure => {
      const all = course.rounds.map((figures) => figures[i]!);
      const middle = median(all);
      const ratio = better === 'more' ? firsts[i]! / middle : middle / firsts[i]!;
      return { median: middle, least: Math.min(...all), most: Math.max(...all), ratio };
    }),
  }));
  const figureOf = (name: string, metric: number): number =>
    contenders.find((contender) => contender.name === name)?.figures[metric]?.median ?? NaN;
  return { title, metrics, rounds, contenders, notes, verdicts: marks.map((mark) => judge(mark, figureOf)) };
}

/** Does small work so often that a round is long enough to be measured, and the compiler warm; the median of all. */
export function repeated(times: number, measure: () => Promise<number>): Measure {
  return async () => {
    const figures: number[] = [];
    const end = performance.now() + LONGEST_REPEATED;
    do figures.push(await measure());
    while (figures.length < times && performance.now() < end);
    return [median(figures)];
  };
}

/** Of an even number of values the mean of the two in the middle: either of them would favour somebody. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

/** The value that `share` of all values are below: 0.5 for the median. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
