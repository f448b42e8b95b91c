// Starts the Chromium of the machine for the scripts that need a page, and serves what the page loads.
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { chromium } from 'playwright-core';

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** Debian's package of that name, or the path in CHROMIUM. */
export function openChromium(flags = []) {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) {
    throw new Error(`There is no Chromium at ${executablePath}: install Debian's package chromium, or set CHROMIUM.`);
  }
  return chromium.launch({ executablePath, args: [...FLAGS, ...flags] });
}

/**
 * Hands a page to `use`, with the address of the page that it may go to: `html`, for which the server has `scripts`, by path. Closes
 * all of it afterwards.
 */
export async function withPage({ html, scripts, flags }, use) {
  const server = createServer((request, response) => {
    const script = scripts[request.url];
    response.statusCode = script === undefined && request.url !== '/' ? 404 : 200;
    response.setHeader('content-type', script === undefined ? 'text/html; charset=utf-8' : 'text/javascript');
    response.end(script ?? html);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await openChromium(flags);
  try {
    return await use(await browser.newPage(), `http://127.0.0.1:${server.address().port}/`);
  } finally {
    await browser.close();
    server.close();
  }
}
