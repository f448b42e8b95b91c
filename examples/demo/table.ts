const LABEL_WIDTH = 24;
const VALUE_WIDTH = 12;
const RATIO_WIDTH = 7;

/** One measure of all contenders. */
export interface TableRow {
  readonly label: string;
  readonly values: readonly string[];
  /** To the first contender, if there is such a thing. */
  readonly ratios?: readonly number[];
}

/** A column per contender. Where it is narrow there is no room for the ratios. */
export function table(contenders: readonly string[], rows: readonly TableRow[], width: number): string[] {
  const fullWidth = LABEL_WIDTH + contenders.length * (VALUE_WIDTH + RATIO_WIDTH) - RATIO_WIDTH;
  const hasRatios = fullWidth <= width && rows.some(({ ratios }) => ratios !== undefined);
  // The first contender has none: they are ratios to it.
  const ratioWidth = (index: number): number => (index > 0 && hasRatios ? RATIO_WIDTH : 0);
  const head = contenders.map((name, index) => {
    const room = VALUE_WIDTH + ratioWidth(index);
    return (name.length < room ? name : name.replace('Scheduler', '')).padStart(room);
  });
  const lines = rows.map(({ label, values, ratios }) => {
    const cells = values.map((value, index) => {
      const ratio = ratios === undefined ? '' : `${ratios[index]!.toFixed(1)} x`;
      return value.padStart(VALUE_WIDTH) + ratio.padStart(ratioWidth(index)).slice(0, ratioWidth(index));
    });
    return (label.padEnd(LABEL_WIDTH) + cells.join('')).trimEnd();
  });
  return [' '.repeat(LABEL_WIDTH) + head.join(''), ...lines];
}
