// The public surface as text, a file for each entry: api/*.api.md, by API Extractor, from the declarations that a build has made.
// It fails when that differs from what is committed, and shows where. `--write` writes it.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompilerState, Extractor, ExtractorConfig } from '@microsoft/api-extractor';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'api');

/** The declarations of each entry, by the name of its report. */
function findEntries() {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return Object.entries(exports)
    .filter(([, { types }]) => types !== undefined)
    .map(([entry, { types }]) => ({ name: entry === '.' ? 'core' : entry.slice(2), file: join(root, types.node) }));
}

function configOf({ name, file }, reportFolder) {
  return ExtractorConfig.prepare({
    packageJsonFullPath: join(root, 'package.json'),
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: file,
      compiler: { tsconfigFilePath: join(root, 'tsconfig.esm.json') },
      apiReport: { enabled: true, reportFileName: name, reportFolder, reportTempFolder: join(reportFolder, 'temp') },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      // Docstrings, and types that are exported by another entry or by none, are looked at by check-docs.mjs.
      messages: {
        extractorMessageReporting: { default: { logLevel: 'none' } },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
  });
}

/** @returns the texts of the reports, by the name of the file */
function makeReports(temp) {
  const entries = findEntries();
  const [first, ...others] = entries.map((entry) => configOf(entry, temp));
  const additionalEntryPoints = others.map(({ mainEntryPointFilePath }) => mainEntryPointFilePath);
  const compilerState = CompilerState.create(first, { additionalEntryPoints });
  const messageCallback = (message) => {
    // What it tells on its way is of no use: that it makes a report.
    message.handled = message.logLevel !== 'error';
  };
  for (const config of [first, ...others]) {
    const { errorCount } = Extractor.invoke(config, { localBuild: true, compilerState, messageCallback });
    if (errorCount > 0) throw new Error(`There is no report of ${config.mainEntryPointFilePath}.`);
  }
  return new Map(
    entries.map(({ name }) => {
      const text = readFileSync(join(temp, `${name}.api.md`), 'utf8');
      return [`${name}.api.md`, text.replaceAll('\r', '').replaceAll(/^ *\/\/ \(undocumented\)\n/gm, '')];
    }),
  );
}

/** @returns what is not in both, line by line */
function difference(committed, actual) {
  const [before, after] = [committed, actual].map((text) => text.split('\n'));
  const gone = before.filter((line) => !after.includes(line)).map((line) => `- ${line}`);
  const added = after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`);
  return [...gone, ...added].join('\n') || '(the same lines in another order, or another number of times)';
}

const temp = mkdtempSync(join(tmpdir(), 'rxjs-task-runner-'));
const reports = makeReports(temp);
rmSync(temp, { recursive: true });
const lines = [...reports.values()].join('').split('\n').length;

if (process.argv.includes('--write')) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const [name, text] of reports) writeFileSync(join(folder, name), text);
  console.log(`api/: ${reports.size} entries, ${lines} lines`);
} else {
  const committed = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  const changed = [...new Set([...committed.keys(), ...reports.keys()])].filter(
    (name) => committed.get(name) !== reports.get(name),
  );
  for (const name of changed) {
    console.log(`FAIL  api/${name}\n${difference(committed.get(name) ?? '', reports.get(name) ?? '')}\n`);
  }
  if (changed.length > 0) {
    console.log('The public surface is not what is committed. If it should be: npm run api, and commit api/.');
    process.exit(1);
  }
  console.log(`ok    api/: ${reports.size} entries, ${lines} lines, as committed`);
}
