/**
 * Speed, side by side: `npm run bench`, or `npm run bench -- --smoke` for tiny sizes, which only shows that all of it runs.
 *
 * In one process, contenders in turn, medians of several rounds. Ratios count; absolute figures move with the machine.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { type Result, runRow } from './rounds.js';
import { rows } from './rows.js';

const { values: options } = parseArgs({ options: { smoke: { type: 'boolean' }, only: { type: 'string' } } });

if (globalThis.gc === undefined) throw new Error('The bench measures memory too: run it with --expose-gc.');
const [processor] = cpus();
console.log(`Node ${process.version}, ${cpus().length} × ${processor?.model ?? 'unknown processor'}\n`);
console.log('| row | contender | median | least – most | the runner is |');
console.log('| --- | --- | ---: | ---: | ---: |');
for (const row of rows(options.smoke === true ? 0.001 : 1)) {
  if (options.only === undefined || row.title.includes(options.only)) print(await runRow(row));
}
process.exit();

function print({ title, unit, figures }: Result): void {
  figures.forEach(({ name, median, least, most, ratio }, i) => {
    const row = i === 0 ? `${title} (${unit})` : '';
    const times = i === 0 ? '' : `${ratio.toPrecision(2)} × as good`;
    console.log(`| ${row} | ${name} | ${show(median)} | ${show(least)} – ${show(most)} | ${times} |`);
  });
}

function show(figure: number): string {
  return figure >= 100 ? figure.toFixed(0) : figure.toPrecision(3);
}
