// Builds dist/esm, dist/cjs and dist/types: plain tsc, twice.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
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

// The package is "type": "module"; this makes the .js files below dist/cjs CommonJS again, and dist/types their declarations.
for (const folder of ['cjs', 'types']) writeFileSync(`dist/${folder}/package.json`, '{ "type": "commonjs" }\n');

// The ES modules have the same declarations: not a copy, whose classes would be others for TypeScript.
const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
for (const { types } of Object.values(exports)) {
  if (!types) continue;
  const depth = types.node.split('/').length - './dist/index.d.ts'.split('/').length;
  const original = types.node.replace('./dist/', '../'.repeat(depth)).replace(/\.d\.ts$/, '.js');
  writeFileSync(types.default, `export * from '${original}';\n`);
}
