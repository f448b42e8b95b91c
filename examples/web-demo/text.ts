const NUMBERS = new Intl.NumberFormat('en');

/** 12345 as 12,345. */
export function count(value: number): string {
  return NUMBERS.format(value);
}

/** Milliseconds as a person reads them: `4 ms`, `1.2 s`. */
export function duration(ms: number): string {
  if (Number.isNaN(ms)) return '–';
  if (ms < 1_000) return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
  return `${(ms / 1_000).toFixed(1)} s`;
}
