// Which specs run in a page, and the scripts for that: all but those of spec/browser/node-only.mjs, which must be those that need Node.
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { NODE_ONLY, TOO_LONG } from '../../spec/browser/node-only.mjs';

const ROOT = join(import.meta.dirname, '..', '..');
/** Modules of Node, and packages that need some. */
const isOfNode = (path) => /^(node:|esbuild$|typescript$|prom-client$|@opentelemetry\/(?!api$))/.test(path);

const filesUnder = (folder, ending) =>
  readdirSync(join(ROOT, folder), { recursive: true })
    .filter((file) => file.endsWith(ending))
    .map((file) => join(folder, file))
    .sort();

const COMMON = {
  absWorkingDir: ROOT,
  outdir: ROOT,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  write: false,
  logLevel: 'warning',
};

/**
 * The spec files that run in a page; the doubtful ones: those that are listed as Node-only, and import nothing of Node; all scripts, by
 * path; and what is wrong: a spec that needs Node and is not listed, and one that is listed and is not there.
 */
export async function scriptsOfThePage() {
  // In the order of .mocharc.json.
  const specs = ['spec', 'marble-tests'].flatMap((folder) => filesUnder(folder, '.spec.ts'));
  const faults = Object.keys({ ...NODE_ONLY, ...TOO_LONG })
    .filter((file) => !specs.includes(file))
    .map((file) => `${file} is listed, and is not there.`);
  const { own, imports, packages } = await buildOwn();
  const doubtful = [];
  for (const file of specs) {
    const way = wayToNode(imports, file);
    if (file in NODE_ONLY) {
      if (way === null) doubtful.push(file);
    } else if (way !== null) {
      faults.push(
        `${file} needs Node: ${way.join(' → ')}. Make it portable, or move that part to a *.node.spec.ts, ` +
          'which spec/browser/node-only.mjs lists with the reason.',
      );
    }
  }
  const portable = specs.filter((file) => !(file in NODE_ONLY || file in TOO_LONG));
  const scripts = { ...own, ...(await buildPackages(packages)) };
  return { specs: [...portable, ...filesUnder('spec/browser', '.page.ts')], doubtful, scripts, faults };
}

/**
 * The sources and the specs, as a development server serves them: a script for each, of the same path, since debug mode and some specs
 * go by the names in stacks.
 */
async function buildOwn() {
  const imports = new Map();
  const packages = new Set();
  const note = (importer, path) => {
    const file = relative(ROOT, importer);
    imports.set(file, [...(imports.get(file) ?? []), path]);
  };
  const apart = {
    name: 'apart',
    setup({ onResolve, resolve }) {
      onResolve({ filter: /./ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
        if (kind === 'entry-point' || pluginData === 'asked') return undefined;
        if (isOfNode(path)) {
          note(importer, path);
          return { path, external: true };
        }
        const { path: found, errors } = await resolve(path, { kind, importer, resolveDir, pluginData: 'asked' });
        if (errors.length > 0) return { errors };
        const isOwn = /\.ts$/.test(found) && !found.includes('node_modules');
        if (isOwn) note(importer, relative(ROOT, found));
        else packages.add(path);
        return { path: isOwn ? `/${relative(ROOT, found)}` : `/node_modules/${path}.js`, external: true };
      });
    },
  };
  const { outputFiles } = await build({
    ...COMMON,
    outbase: ROOT,
    entryPoints: ['src', 'spec', 'marble-tests'].flatMap((folder) => filesUnder(folder, '.ts')),
    outExtension: { '.js': '.ts' },
    sourcemap: 'external',
    plugins: [apart],
  });
  return { own: byPath(outputFiles), imports, packages };
}

/** Their parts are in the folder of RxJS, which is the only one that has any. */
async function buildPackages(names) {
  const { outputFiles } = await build({
    ...COMMON,
    entryPoints: [...names].map((name) => ({ in: name, out: `node_modules/${name}` })),
    splitting: true,
    chunkNames: 'node_modules/rxjs/[name]-[hash]',
  });
  return byPath(outputFiles);
}

const byPath = (outputFiles) =>
  Object.fromEntries(outputFiles.map(({ path, contents }) => [`/${relative(ROOT, path)}`, contents]));

/** The imports that lead from a file to what is there in Node only, or null. */
function wayToNode(imports, file, seen = new Set()) {
  seen.add(file);
  for (const path of imports.get(file) ?? []) {
    if (isOfNode(path)) return [file, path];
    if (seen.has(path)) continue;
    const rest = wayToNode(imports, path, seen);
    if (rest !== null) return [file, ...rest];
  }
  return null;
}
