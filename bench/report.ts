import { cpus, totalmem } from 'node:os';
import type { Figure, Metric, Result } from './rounds.js';

/** What was measured on what: everything that is saved. */
export interface Report {
  readonly date: string;
  readonly machine: string;
  readonly results: readonly Result[];
}

export function describeMachine(): string {
  const [processor] = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  const model = (processor?.model ?? 'unknown processor').trim();
  return `Node ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} × ${model}, ${memory}`;
}

/** A row as Markdown: a table of its contenders, and what a reader must know. */
export function showResult(result: Result): string {
  const { title, metrics, contenders, rounds, notes, verdicts } = result;
  const table = metrics.length === 1 ? oneMetric(result) : severalMetrics(result);
  const fewer = contenders
    .filter((contender) => contender.rounds < rounds)
    .map((contender) => `${contender.name} ${contender.rounds}`);
  const counts = `${rounds} ${rounds === 1 ? 'round' : 'rounds'}${fewer.length > 0 ? ` (${fewer.join(', ')})` : ''}.`;
  const marks = verdicts.map(
    ({ mark, seen, unit, isMet }) => `- Mark: ${mark}; seen ${withUnit(seen, unit)}: ${said(isMet)}.`,
  );
  return [
    `### ${title}`,
    '',
    table,
    '',
    [counts, ...notes].join(' '),
    ...(marks.length > 0 ? ['', ...marks] : []),
  ].join('\n');
}

/** All marks in one table. */
export function showMarks(results: readonly Result[]): string {
  const lines = results.flatMap(({ title, verdicts }) =>
    verdicts.map(({ mark, seen, unit, isMet }) => `| ${title} | ${mark} | ${withUnit(seen, unit)} | ${said(isMet)} |`),
  );
  return ['| row | mark | seen | |', '| --- | --- | ---: | --- |', ...lines].join('\n');
}

/** Of whom the table of ratios has a column each; of all other libraries it names the best. */
const COLUMNS = [
  'asyncScheduler',
  'asapScheduler',
  'scheduler (React)',
  'setTimeout',
  'setImmediate',
  'raw postMessage',
];
const LIBRARIES = /^(@most|fastq|p-queue|effect|scheduler-polyfill|RxJS|piscina|tinypool|poolifier|workerpool)/;

/** How many times as good as the others the first contender of each row is, by the row's first metric. */
export function showRatios(results: readonly Result[]): string {
  const rows = results.flatMap(({ title, metrics, contenders }) => {
    const ratioOf = (name: string): number =>
      contenders.find((contender) => contender.name === name)?.figures[0]?.ratio ?? NaN;
    const libraries = contenders.map(({ name }) => name).filter((name) => LIBRARIES.test(name));
    const [best] = libraries.sort((a, b) => ratioOf(a) - ratioOf(b));
    const ratios = [...COLUMNS.map(ratioOf), best === undefined ? NaN : ratioOf(best)];
    // What is smaller than the noise is no ratio.
    if (ratios.every(Number.isNaN) || ratios.some((ratio) => ratio <= 0)) return [];
    const ours = `${show(contenders[0]!.figures[0]!.median)} ${metrics[0]!.unit}`;
    return [{ title, ours, ratios, best }];
  });
  const columns = [...COLUMNS, 'the best of other libraries'];
  const isUsed = columns.map((_, i) => rows.some(({ ratios }) => !Number.isNaN(ratios[i])));
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const used = (cells: readonly string[]): string[] => cells.filter((_, i) => isUsed[i]);
  return [
    line(['row', 'ours', ...used(columns)]),
    line(['---', '---:', ...used(columns.map(() => '---:'))]),
    ...rows.map(({ title, ours, ratios, best }) => {
      const cells = ratios.map(show);
      if (best !== undefined) cells.push(`${cells.pop()!} (${best})`);
      return line([title, ours, ...used(cells)]);
    }),
  ].join('\n');
}

export function showReport({ date, machine, results }: Report): string {
  return [
    `Measured on ${date.slice(0, 10)}: ${machine}.`,
    showRatios(results),
    showMarks(results),
    ...results.map(showResult),
    '',
  ].join('\n\n');
}

function oneMetric({ metrics, contenders }: Result): string {
  return [
    `| contender | ${heading(metrics[0]!)} | least – most | the first is |`,
    '| --- | ---: | ---: | ---: |',
    ...contenders.map(({ name, figures }, i) => {
      const { median, least, most, ratio } = figures[0]!;
      const times = i === 0 ? '' : `${show(ratio)} × as good`;
      return `| ${name} | ${show(median)} | ${show(least)} – ${show(most)} | ${times} |`;
    }),
  ].join('\n');
}

function severalMetrics({ metrics, contenders }: Result): string {
  return [
    `| contender | ${metrics.map(heading).join(' | ')} |`,
    `| --- |${' ---: |'.repeat(metrics.length)}`,
    ...contenders.map(({ name, figures, rounds }) => {
      const cell = ({ median, least, most }: Figure): string =>
        rounds === 1 ? show(median) : `${show(median)} (${show(least)} – ${show(most)})`;
      return `| ${name} | ${figures.map(cell).join(' | ')} |`;
    }),
  ].join('\n');
}

function heading({ unit, better }: Metric): string {
  return `${unit}, ${better} is better`;
}

function withUnit(figure: number, unit: string): string {
  return `${show(figure)} ${unit}`.trim();
}

function said(isMet: boolean | null): string {
  if (isMet === null) return 'not measured';
  return isMet ? 'met' : 'missed';
}

function show(figure: number): string {
  if (Number.isNaN(figure)) return '–';
  if (Math.abs(figure) >= 100) return figure.toFixed(0);
  return Math.abs(figure) < 0.001 ? figure.toFixed(0) : figure.toPrecision(3);
}
