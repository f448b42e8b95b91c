// What the library adds to an application: bundled by esbuild with rxjs external, minified, gzipped.
// It bundles dist/esm, which is what bundlers get: `npm run size` builds it first.
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const LIMITS = [
  {
    name: 'ThreadPool with a sequenced runner',
    // 6 kB was the aim; docs/decisions.md, 9, 14 and 22, say what it would take.
    limit: 15.75 * 1024,
    code: `import { ThreadPool } from './dist/esm/index.js'; new ThreadPool().createSequencedTaskRunner();`,
  },
  {
    name: 'the whole core entry',
    limit: 20.25 * 1024,
    code: `export * from './dist/esm/index.js';`,
  },
  {
    name: 'the operators, beside the core',
    limit: 2.75 * 1024,
    code: `export * from './dist/esm/operators/index.js';`,
    external: ['../base/*', '../engine/*', '../runners/*'],
  },
];

let over = false;
for (const { name, limit, code, external = [] } of LIMITS) {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: `${import.meta.dirname}/..` },
    external: ['rxjs', ...external],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'warning',
  });
  const minified = outputFiles[0].contents;
  const size = gzipSync(minified, { level: 9 }).length;
  over ||= size > limit;
  console.log(`${size > limit ? 'OVER' : 'ok  '} ${size} of ${limit} bytes (minified ${minified.length}): ${name}`);
}
process.exit(over ? 1 : 0);
