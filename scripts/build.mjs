// Builds dist/esm and dist/cjs: plain tsc, twice.
import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

/** Resolves to the exit code. */
const compile = (project) =>
  new Promise((resolve, reject) => {
    spawn(process.execPath, [tsc, '-p', project], { stdio: 'inherit' }).on('error', reject).on('close', resolve);
  });

process.chdir(`${import.meta.dirname}/..`);
rmSync('dist', { recursive: true, force: true });

const codes = await Promise.all([compile('tsconfig.esm.json'), compile('tsconfig.cjs.json')]);
if (codes.some((code) => code !== 0)) process.exit(1);

// The package is "type": "module"; this makes the .js files below dist/cjs CommonJS again.
writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n');
