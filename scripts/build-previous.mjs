// Builds the last released version into bench/previous/, so that the bench can measure it beside the present one.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The commit of 0.1.0. */
const PREVIOUS = '37ba04c3400e0e6b612635e7ba64cae3bcd2ba47';

process.chdir(`${import.meta.dirname}/..`);
const folder = 'bench/previous';
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const archive = execFileSync('git', [
  'archive',
  PREVIOUS,
  'src',
  'tsconfig.json',
  'tsconfig.esm.json',
  'tsconfig.cjs.json',
]);
execFileSync('tar', ['-x', '-C', folder], { input: archive });
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', `${folder}/tsconfig.cjs.json`], { stdio: 'inherit' });
writeFileSync(`${folder}/dist/cjs/package.json`, '{ "type": "commonjs" }\n');
