/**
 * Speed, side by side: `npm run bench`, or `npm run bench -- --smoke` for tiny sizes, which only shows that all of it runs.
 *
 * In one process, contenders in turn, medians of several rounds. Ratios count; absolute figures move with the machine.
 * Contenders from npm take part where `npm ci --prefix bench` has installed them.
 *
 * - `--only TEXT` runs the rows whose title has TEXT in it, and may be given several times;
 * - `--json FILE` and `--markdown FILE` save what was measured.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { missing } from './peers/installed.js';
import { describeMachine, type Report, showMarks, showRatios, showReport, showResult } from './report.js';
import { type Result, runRow } from './rounds.js';
import { allRows } from './rows/index.js';

const { values: options } = parseArgs({
  options: {
    smoke: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [''] },
    json: { type: 'string' },
    markdown: { type: 'string' },
  },
});

if (globalThis.gc === undefined) throw new Error('The bench measures memory too: run it with --expose-gc.');
const machine = describeMachine();
console.log(`${machine}\n`);
if (missing.length > 0) {
  console.log(`Without ${missing.join(', ')}: to measure them too, run \`npm ci --prefix bench\` first.\n`);
}

const results: Result[] = [];
for (const row of allRows(options.smoke ? 0.001 : 1)) {
  if (!options.only.some((text) => row.title.includes(text))) continue;
  const result = await runRow(options.smoke ? { ...row, rounds: 1, warmUp: 0, marks: [] } : row);
  results.push(result);
  console.log(`${showResult(result)}\n`);
  // After each row, so that a run that is cut off has not been for nothing.
  const report: Report = { date: new Date().toISOString(), machine, results };
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 1)}\n`);
  if (options.markdown !== undefined) writeFileSync(options.markdown, showReport(report));
}
if (!options.smoke) console.log(`${showMarks(results)}\n\n${showRatios(results)}\n`);
// Some contenders keep the process alive.
process.exit();
