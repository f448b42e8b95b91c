// Starts the Chromium of the machine for the scripts that need a page, and serves what the page loads.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** Debian's package of that name, or the path in CHROMIUM. */
function pathOfChromium() {
  const path = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (existsSync(path)) return path;
  throw new Error(`There is no Chromium at ${path}: install Debian's package chromium, or set CHROMIUM.`);
}

export function openChromium(flags = []) {
  return chromium.launch({ executablePath: pathOfChromium(), args: [...FLAGS, ...flags] });
}

/**
 * Serves `html`, and `scripts` by path. `posted` gets what pages post.
 *
 * @returns the address, and what ends it
 */
async function serve({ html, scripts, posted }) {
  const server = createServer((request, response) => {
    const script = scripts[request.url];
    if (request.method === 'POST') request.setEncoding('utf8').on('data', (text) => posted?.(text));
    response.statusCode = script === undefined && request.url !== '/' ? 404 : 200;
    response.setHeader('content-type', script === undefined ? 'text/html; charset=utf-8' : 'text/javascript');
    response.end(script ?? html);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

/** Hands a page to `use`, with the address that it may go to. Closes all of it afterwards. */
export async function withPage({ flags, ...served }, use) {
  const { url, close } = await serve(served);
  const browser = await openChromium(flags);
  try {
    return await use(await browser.newPage(), url);
  } finally {
    await browser.close();
    close();
  }
}

/**
 * Hands a browser to `use`, as people have it: playwright turns a good deal off in its own, so that there no page is ever hidden,
 * throttled, or kept in the back/forward cache. Its pages are the tabs of one window.
 */
export async function withTabs({ flags = [], ...served }, use) {
  const { url, close } = await serve(served);
  const profile = mkdtempSync(join(tmpdir(), 'chromium-'));
  const own = ['--remote-debugging-port=0', `--user-data-dir=${profile}`];
  const child = spawn(pathOfChromium(), [...FLAGS, ...own, ...flags], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise((resolve) => child.on('close', resolve));
  try {
    const browser = await connect(await addressOf(child));
    try {
      return await use(browser, url);
    } finally {
      // It goes in peace, with all of its processes, or else they would write to the profile still.
      await (await browser.newBrowserCDPSession()).send('Browser.close');
    }
  } finally {
    const impatience = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(impatience);
    rmSync(profile, { recursive: true, force: true });
    close();
  }
}

/** Connects to a browser that has just started. While it opens its first tab, playwright may wait for that in vain: then once more. */
async function connect(address, attempts = 3) {
  try {
    return await chromium.connectOverCDP(address, { noDefaults: true, timeout: 15_000 });
  } catch (error) {
    if (attempts === 1) throw error;
    return connect(address, attempts - 1);
  }
}

/** Where a browser that has just started listens, as it says itself. */
function addressOf(child) {
  let said = '';
  return new Promise((resolve, reject) => {
    child.stderr.on('data', (text) => {
      said += text;
      const found = /DevTools listening on (ws:\S+)/.exec(said);
      if (found !== null) resolve(found[1]);
    });
    child.on('exit', (code) => reject(new Error(`Chromium ended with code ${code}: ${said}`)));
  });
}
