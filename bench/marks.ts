/** Looks up the median of a contender; NaN when it was not measured. */
export type FigureOf = (contender: string, metric: number) => number;

/** Where we should stand, by a figure or by a ratio of figures. */
export interface Mark {
  readonly text: string;
  readonly unit: string;
  seen(figureOf: FigureOf): number;
  isMet(seen: number): boolean;
}

export interface Verdict {
  readonly mark: string;
  readonly seen: number;
  readonly unit: string;
  /** Null when one of the contenders was not measured. */
  readonly isMet: boolean | null;
}

/** What the runner is called in every row. */
export const RUNNER = 'a runner';

/** So much noise two figures that are level may differ by. */
const NOISE = 0.9;

/** The runner does at least `times` as much as `contender`. */
export function atLeast(times: number, contender: string, runner = RUNNER): Mark {
  const isLevel = times === 1;
  return {
    text: `${runner === RUNNER ? '' : `${runner}: `}${isLevel ? `at least level with ${contender} (${NOISE} ×)` : `at least ${times} × ${contender}`}`,
    unit: '×',
    seen: (figureOf) => figureOf(runner, 0) / figureOf(contender, 0),
    isMet: (seen) => seen >= (isLevel ? NOISE : times),
  };
}

/** The runner takes less than `contender` does. */
export function lessThan(contender: string): Mark {
  return {
    text: `less than ${contender}`,
    unit: '×',
    seen: (figureOf) => figureOf(RUNNER, 0) / figureOf(contender, 0),
    isMet: (seen) => seen < 1,
  };
}

/** The figure of the runner is at most so large. */
export function atMost(limit: number, unit: string, what = '', metric = 0, runner = RUNNER): Mark {
  return {
    text: `${what === '' ? '' : `${what} `}at most ${limit} ${unit}`,
    unit,
    seen: (figureOf) => figureOf(runner, metric),
    isMet: (seen) => seen <= limit,
  };
}

/** `contender` takes at most `times` as long as the first of the row, whose figures are times. */
export function within(times: number, contender: string, first: string): Mark {
  return {
    text: `${contender}: within ${times} × ${first}`,
    unit: '×',
    seen: (figureOf) => figureOf(contender, 0) / figureOf(first, 0),
    isMet: (seen) => seen <= times,
  };
}

export function judge(mark: Mark, figureOf: FigureOf): Verdict {
  const seen = mark.seen(figureOf);
  return { mark: mark.text, seen, unit: mark.unit, isMet: Number.isNaN(seen) ? null : mark.isMet(seen) };
}
