// Checks the package in a real browser: bundles dist/esm with the programs of scripts/check-browser/, and runs them in Chromium.
// Needs a build, and Chromium. A line for each check.
import { build } from 'esbuild';
import { checkInsight } from './check-browser/insight.mjs';
import { checkPageLife, FLAGS } from './check-browser/page-life.mjs';
import { withTabs } from './chromium.mjs';

const FOLDER = `${import.meta.dirname}/check-browser`;
const LIMIT_MS = 60_000;

const { outputFiles } = await build({
  entryPoints: ['page.js', 'library.js', 'tasks.js'].map((file) => `${FOLDER}/${file}`),
  outdir: '/',
  bundle: true,
  format: 'esm',
  target: 'es2022',
  write: false,
  logLevel: 'warning',
});
const scripts = Object.fromEntries(outputFiles.map(({ path, contents }) => [path, contents]));
const html = '<!doctype html><button>press</button>';
/** What pages have sent to the server. */
const sent = [];

let count = 0;
let failures = 0;
function check(name, isTrue, seen) {
  count++;
  if (!isTrue) failures++;
  console.log(isTrue ? `ok    ${name}` : `FAIL  ${name}: ${JSON.stringify(seen)}`);
}

async function checkPackage({ open }) {
  const page = await open('page.js');
  await page.waitForFunction('window.results', null, { timeout: LIMIT_MS });
  for (const { name, isTrue, seen } of await page.evaluate('window.results')) check(name, isTrue, seen);
  await page.close();
}

await withTabs({ html, scripts, flags: FLAGS, posted: (text) => sent.push(text) }, async (browser, url) => {
  const [context] = browser.contexts();
  /** A new tab, in front of the others, that has loaded a script. */
  const open = async (script) => {
    const page = await context.newPage();
    page.setDefaultTimeout(LIMIT_MS);
    page.on('pageerror', (error) => console.log(`      ${error.message}`));
    await page.goto(url);
    await page.bringToFront();
    await page.addScriptTag({ type: 'module', url: script });
    return page;
  };
  const tools = { check, open, url, sent, cdpOf: (page) => context.newCDPSession(page), browser };
  for (const part of [checkPackage, checkPageLife, checkInsight]) {
    try {
      await part(tools);
    } catch (error) {
      check(`${part.name} comes to its end`, false, error.stack);
    }
  }
});
console.log(`${count - failures} of ${count} checks passed`);
process.exit(failures > 0 || count === 0 ? 1 : 0);
