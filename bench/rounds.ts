/** One way to do the work of a row; the figure of one round, by `unit` of the row. */
export type Contender = () => Promise<number>;

export interface Row {
  readonly title: string;
  /** What the figures are, and which is better. */
  readonly unit: string;
  readonly better: 'more' | 'less';
  readonly rounds: number;
  /** The first is the one the others are compared with. */
  readonly contenders: Readonly<Record<string, Contender>>;
}

export interface Result {
  readonly title: string;
  readonly unit: string;
  readonly figures: readonly { name: string; median: number; least: number; most: number; ratio: number }[];
}

/** Runs a row's contenders in turn, round after round, so that whatever else the machine does meets all alike. */
export async function runRow({ title, unit, better, rounds, contenders }: Row): Promise<Result> {
  const names = Object.keys(contenders);
  const figures = new Map<string, number[]>(names.map((name) => [name, []]));
  // The first two rounds warm up: they are not counted.
  for (let round = -2; round < rounds; round++) {
    for (const name of names) {
      const figure = await contenders[name]!();
      if (round >= 0) figures.get(name)!.push(figure);
    }
  }
  const medians = names.map((name) => median(figures.get(name)!));
  return {
    title,
    unit: `${unit}, ${better} is better`,
    figures: names.map((name, i) => ({
      name,
      median: medians[i]!,
      least: Math.min(...figures.get(name)!),
      most: Math.max(...figures.get(name)!),
      ratio: better === 'more' ? medians[0]! / medians[i]! : medians[i]! / medians[0]!,
    })),
  };
}

/** Does small work so often that a round is long enough to be measured, and the compiler warm; the median of all. */
export function repeated(times: number, contender: Contender): Contender {
  return async () => {
    const figures: number[] = [];
    for (let i = 0; i < times; i++) figures.push(await contender());
    return median(figures);
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}
