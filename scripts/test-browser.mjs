// Runs the specs and marble-tests in Chromium, built by esbuild, with mocha's build for browsers. What is Node-only is listed in
// spec/browser/node-only.mjs. Needs no build. Fails unless the page passes each test that mocha counts for the same files in Node, by its title.
// `npm run test:browser -- spec/verbs` runs the files whose path contains that.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join, posix } from 'node:path';
import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { withPage } from './chromium.mjs';
import { scriptsOfThePage } from './test-browser/specs.mjs';

const ROOT = join(import.meta.dirname, '..');
const LIMIT = 600_000;
const FLAGS = ['--js-flags=--expose-gc', '--enable-precise-memory-info'];
const began = performance.now();
const seconds = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;

const { specs, doubtful, scripts, faults } = await scriptsOfThePage();
scripts['/mocha.js'] = readFileSync(join(ROOT, 'node_modules/mocha/mocha.js'));
scripts['/page.js'] = readFileSync(join(import.meta.dirname, 'test-browser/page.js'));

const wanted = process.argv.slice(2);
const isWanted = (file) => wanted.length === 0 || wanted.some((part) => file.includes(part));
const chosen = specs.filter(isWanted);
const suspects = doubtful.filter(isWanted);
console.log(`${chosen.length} files, built in ${seconds()}`);

/** The titles that mocha counts in Node, which it runs none of. */
async function titlesInNode() {
  const mocha = ['--import', 'tsx', '--expose-gc', 'node_modules/mocha/bin/mocha.js', '--no-config'];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...mocha, '--dry-run', '--reporter', 'json', ...chosen],
    { cwd: ROOT, maxBuffer: 1 << 28 },
  );
  return JSON.parse(stdout.slice(stdout.indexOf('{\n'))).tests.map(({ fullTitle }) => fullTitle);
}

/** The text with the lines of the sources, where it names those of scripts that were served. */
const mapped = (text) =>
  text.replace(/http:\/\/[\d.:]+\/(\S+?):(\d+):(\d+)/g, (whole, path, line, column) => {
    const map = scripts[`/${path}.map`];
    if (map === undefined) return whole;
    const sources = new SourceMap(JSON.parse(Buffer.from(map).toString()));
    const { originalSource, originalLine } = sources.findEntry(line - 1, column - 1);
    if (originalSource === undefined) return whole;
    return `${posix.join(posix.dirname(path), originalSource)}:${originalLine + 1}`;
  });

/** Runs the files in a page of their own; `fail` is told of what fails, as it fails. Gives the titles of what has passed. */
function runInPage(files, fail) {
  const script = (file) => `<script type="module" src="/${file}"></script>`;
  const modules = ['page.js', 'spec/root-hooks.ts', ...files].map(script);
  const html = ['<!doctype html>', '<script src="/mocha.js"></script>', ...modules].join('\n');
  return withPage({ html, scripts, flags: FLAGS }, async (page, url) => {
    const passed = [];
    await new Promise((resolve) => {
      const giveUp = (reason) => {
        fail('The run', `${reason}, after ${passed.length} tests; the last that passed was: ${passed.at(-1)}`);
        resolve();
      };
      const timer = setTimeout(giveUp, LIMIT, `It has not ended within ${LIMIT} ms`);
      const tell = (what, title, text) => {
        if (what === 'pass') passed.push(title);
        else if (what === 'fail') fail(title, mapped(text));
        else {
          clearTimeout(timer);
          resolve();
        }
      };
      page.on('pageerror', (error) => fail('The page', mapped(error.stack ?? error.message)));
      page.on('crash', () => giveUp('The page has crashed'));
      page
        .exposeFunction('tell', tell)
        .then(() => page.goto(url))
        .catch((error) => giveUp(error.message));
    });
    return passed;
  });
}

/** What stands in one list more often than in the other. */
function difference(one, other) {
  const counts = new Map();
  for (const title of other) counts.set(title, (counts.get(title) ?? 0) + 1);
  return one.filter((title) => {
    const count = counts.get(title) ?? 0;
    counts.set(title, count - 1);
    return count <= 0;
  });
}

let failures = 0;
function fail(title, text = '') {
  failures++;
  console.log(`FAIL  ${title}\n${text.replace(/^/gm, '      ')}\n`);
}

for (const fault of faults) fail(fault);
const passed = await runInPage(chosen, fail);
const expected = await titlesInNode();
if (expected.length === 0) fail('There is no test.');
for (const title of difference(expected, passed)) fail(`In Node only: ${title}`, 'It has not passed in the page.');
for (const title of difference(passed, expected))
  fail(`In the page only: ${title}`, 'Mocha in Node does not know of it.');

// Of what is listed as Node-only and imports nothing of Node, each test must fail here, or it need not be listed.
if (suspects.length > 0) {
  for (const title of await runInPage(suspects, () => undefined)) fail(title, 'It is listed as Node-only, and passes.');
}
console.log(`${passed.length} of ${expected.length} tests passed in Chromium, ${failures} failures, ${seconds()}`);
process.exit(failures > 0 ? 1 : 0);
