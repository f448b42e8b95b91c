// Checks the package in a real browser: bundles dist/esm with the program of scripts/check-browser/, and runs it in Chromium.
// Needs a build, and Chromium (Debian's package of that name, or the path in CHROMIUM). A line for each check.
import { createServer } from 'node:http';
import { build } from 'esbuild';
import { openChromium } from './chromium.mjs';

const { outputFiles } = await build({
  entryPoints: [`${import.meta.dirname}/check-browser/page.js`],
  bundle: true,
  format: 'esm',
  target: 'es2022',
  write: false,
  logLevel: 'warning',
});
const server = createServer((request, response) => {
  const isScript = request.url === '/page.js';
  response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
  response.end(isScript ? outputFiles[0].contents : '<script type="module" src="/page.js"></script>');
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

const browser = await openChromium();
let failures = 0;
try {
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.log(`      ${error.message}`));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.waitForFunction('window.results', null, { timeout: 60_000 });
  const results = await page.evaluate('window.results');
  for (const { name, isTrue, seen } of results) {
    if (!isTrue) failures++;
    console.log(isTrue ? `ok    ${name}` : `FAIL  ${name}: ${seen}`);
  }
  if (results.length === 0) failures++;
} finally {
  await browser.close();
  server.close();
}
process.exit(failures > 0 ? 1 : 0);
