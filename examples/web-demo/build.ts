import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';

const HERE = import.meta.dirname;

/** Writes the page, with all that it needs, to a folder that any web server can serve. */
export async function buildPage(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: { main: join(HERE, 'main.ts'), 'search.worker': join(HERE, 'search.worker.ts') },
    outdir: folder,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    sourcemap: true,
    logLevel: 'warning',
  });
  for (const name of ['index.html', 'style.css']) copyFileSync(join(HERE, name), join(folder, name));
  const words = createRequire(import.meta.url)('an-array-of-english-words') as string[];
  writeFileSync(join(folder, 'words.txt'), words.join('\n'));
}
