// Checks the package in a real browser: bundles dist/esm with the program of scripts/check-browser/, and runs it in Chromium.
// Needs a build, and Chromium. A line for each check.
import { build } from 'esbuild';
import { withPage } from './chromium.mjs';

const { outputFiles } = await build({
  entryPoints: [`${import.meta.dirname}/check-browser/page.js`],
  bundle: true,
  format: 'esm',
  target: 'es2022',
  write: false,
  logLevel: 'warning',
});
const html = '<script type="module" src="/page.js"></script>';
const results = await withPage({ html, scripts: { '/page.js': outputFiles[0].contents } }, async (page, url) => {
  page.on('pageerror', (error) => console.log(`      ${error.message}`));
  await page.goto(url);
  await page.waitForFunction('window.results', null, { timeout: 60_000 });
  return page.evaluate('window.results');
});
let failures = results.length === 0 ? 1 : 0;
for (const { name, isTrue, seen } of results) {
  if (!isTrue) failures++;
  console.log(isTrue ? `ok    ${name}` : `FAIL  ${name}: ${seen}`);
}
process.exit(failures > 0 ? 1 : 0);
