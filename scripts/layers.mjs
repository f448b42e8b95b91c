// The layer rule (which folder of src/ may import which), and no circles.
// An arrow counts even if it is only a type, for layers and for circles. Inside of kernel/ a circle of types is allowed, since a
// task names its sequence and a sequence its tasks; there only what is left at run time must have none.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import ts from 'typescript';

/** Each may import itself and those before it. `types` is src/types.ts, `index` is src/index.ts. */
const LAYERS = ['types', 'base', 'host', 'kernel', 'virtual', 'runners', 'verbs', 'index'];
/** Beside each other: these stand where `verbs` does, and see neither it nor one another. */
const BESIDE = { inspect: 'verbs', operators: 'verbs', remote: 'verbs' };
/** Further entries: each may import itself and all of the above. */
const levelOf = (layer) => {
  const level = LAYERS.indexOf(BESIDE[layer] ?? layer);
  return level < 0 ? LAYERS.length : level;
};

/** No verb imports another: each pays for itself. */
function mayImport(from, to) {
  if (from === to) return from !== 'verbs';
  return levelOf(to) < levelOf(from) && (LAYERS.includes(to) || to in BESIDE);
}

/** What an entry needs besides rxjs: a peer that is optional, since nothing else looks at it. */
const PACKAGES = { testing: ['rxjs/testing'], metrics: ['prom-client'], otel: ['@opentelemetry/api'] };
const packagesFor = (layer) => ['rxjs', ...(PACKAGES[layer] ?? [])];

function layerOf(file) {
  const [, folder, ...rest] = file.split('/');
  return rest.length === 0 ? posix.basename(folder, '.ts') : folder;
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
/** @type {Map<string, string[]>} file → the files it imports */
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
  const specifiers = from === 'kernel' ? runTimeSpecifiersIn(text) : specifiersIn(text);
  const relative = specifiers.filter((specifier) => specifier.startsWith('.'));
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
  console.error(
    `\nViolations: ${violations.length}. Layers: ${LAYERS.join(' ← ')}; other folders look inward only, and no verb at another.`,
  );
  process.exit(1);
}
console.log(`layers: ${files.length} files, no violation`);
