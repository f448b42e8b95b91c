/** How large the rows are: 1 for a real run. */
export type Scale = number;

export function sized(count: number, scale: Scale): number {
  return Math.max(10, Math.round(count * scale));
}

/** As the titles have it: 100,000. */
export function inWords(count: number): string {
  return count.toLocaleString('en');
}

/** A burst of a row of this size: so many times that some 200,000 tasks are run; less often where that would take long. */
export function timesFor(size: number): number {
  return Math.min(200, Math.max(1, Math.round(200_000 / size)));
}
