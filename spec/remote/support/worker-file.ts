import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { buildSync } from 'esbuild';

const files = new Map<string, string>();

/** A module of this folder as a file of its own, as a bundler makes it of a user's. Built once. */
export function bundled(name: string): string {
  let outfile = files.get(name);
  if (outfile === undefined) {
    outfile = join(mkdtempSync(join(tmpdir(), 'bundled-')), `${name.replace('.worker', '')}.mjs`);
    files.set(name, outfile);
    buildSync({
      entryPoints: [fileURLToPath(new URL(`./${name}.ts`, import.meta.url))],
      outfile,
      bundle: true,
      format: 'esm',
      target: 'es2022',
      platform: 'node',
      // The library's own sources, and not what was published.
      tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
    });
  }
  return outfile;
}

/** The served tasks. */
export const workerFile = (): string => bundled('served.worker');

/** A worker of code, or else of the served tasks: without the loader of the specs, which it does not need, and so quicker. */
export function worker(name: string, options: WorkerOptions = {}, code?: string): Worker {
  return new Worker(code ?? workerFile(), { ...options, name, eval: code !== undefined, execArgv: [] });
}
