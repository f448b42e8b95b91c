// The layer rule (which folder of src/ may import which), and no cycles.
// An arrow that points up counts even if it is only a type. A cycle counts if it is there at run time: two classes that
// name each other's type (a task its sequence, a sequence its tasks) are no cycle as long as `import type` says so.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import ts from 'typescript';

/** Each may import itself and those before it. `index` is the files directly in src/. */
const LAYERS = ['base', 'host', 'engine', 'runners', 'index'];

/** Any other folder is an entry of its own: it may import itself and all LAYERS, and no other folder may import it. */
function mayImport(from, to) {
  if (from === to) return true;
  if (!LAYERS.includes(to)) return false;
  return !LAYERS.includes(from) || LAYERS.indexOf(to) < LAYERS.indexOf(from);
}

const packagesFor = (layer) => (layer === 'testing' ? ['rxjs', 'rxjs/testing'] : ['rxjs']);

function layerOf(file) {
  const [, folder, ...rest] = file.split('/');
  return rest.length === 0 ? 'index' : folder;
}

/** Sees import, export … from, import(), import('…').Type and require(). */
const specifiersIn = (text) => ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);

/** What is left of them at run time. */
const runTimeSpecifiersIn = (text) =>
  specifiersIn(
    ts.transpileModule(text, {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true },
    }).outputText,
  );

const resolve = (file, specifier) => posix.join(posix.dirname(file), specifier).replace(/\.js$/, '.ts');

const violations = [];
/** @type {Map<string, string[]>} file → the files it imports at run time */
const graph = new Map();

function checkFile(file) {
  const text = readFileSync(file, 'utf8');
  const from = layerOf(file);
  for (const specifier of specifiersIn(text)) {
    if (!specifier.startsWith('.')) {
      const allowed = packagesFor(from);
      if (!allowed.includes(specifier)) {
        violations.push(`${file}: may not import '${specifier}', only relative files and ${allowed.join(', ')}`);
      }
      continue;
    }
    const target = resolve(file, specifier);
    if (!target.startsWith('src/') || !existsSync(target)) {
      violations.push(`${file}: '${specifier}' is no file of src/ (write './name.js')`);
    } else if (!mayImport(from, layerOf(target))) {
      violations.push(`${file}: ${from} may not look at ${layerOf(target)} ('${specifier}')`);
    }
  }
  const relative = runTimeSpecifiersIn(text).filter((specifier) => specifier.startsWith('.'));
  graph.set(
    file,
    relative.map((specifier) => resolve(file, specifier)),
  );
}

/** Depth first; a file met again while it is still on the path closes a cycle. */
const finished = new Set();
function findCycles(file, path) {
  if (path.includes(file)) {
    violations.push(`cycle: ${[...path.slice(path.indexOf(file)), file].join(' → ')}`);
    return;
  }
  if (finished.has(file)) return;
  for (const target of graph.get(file) ?? []) findCycles(target, [...path, file]);
  finished.add(file);
}

process.chdir(`${import.meta.dirname}/..`);
const files = readdirSync('src', { recursive: true })
  .map((name) => `src/${name.replaceAll('\\', '/')}`)
  .filter((name) => name.endsWith('.ts'))
  .sort();
for (const file of files) checkFile(file);
for (const file of files) findCycles(file, []);

if (violations.length > 0) {
  console.error(violations.join('\n'));
  console.error(`\nViolations: ${violations.length}. Layers: ${LAYERS.join(' ← ')}; other folders look inward only.`);
  process.exit(1);
}
console.log(`layers: ${files.length} files, no violation`);
