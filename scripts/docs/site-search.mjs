// The search of the site in a real Chromium, from the file system: a reader finds pages by words whatever signs are in them.
import { join } from 'node:path';
import { openChromium } from '../chromium.mjs';

/** What a reader types, and a page that must be among those found. */
const SEARCHES = {
  'best-effort maxWait': 'Choosing runners, priorities and limits',
  'p-queue:': 'From p-queue, p-limit and async.queue',
  'setWorkers(pool': 'rxjs-task-runner.setWorkers',
};

/** Tells which searches find nothing, or the wrong pages, and what the pages have thrown. */
export async function checkSearch(site) {
  const problems = [];
  const browser = await openChromium();
  try {
    const page = await browser.newPage();
    page.on('pageerror', (error) => problems.push(`a page has thrown: ${error.message}`));
    for (const [text, title] of Object.entries(SEARCHES)) {
      await page.goto(`file://${join(site, 'index.html')}`);
      await page.click('#tsd-search-trigger');
      await page.fill('#tsd-search-input', text);
      const found = page.locator('#tsd-search-results', { hasText: title });
      await found.waitFor({ timeout: 10_000 }).catch(() => problems.push(`'${text}' does not find '${title}'`));
    }
  } finally {
    await browser.close();
  }
  return { count: Object.keys(SEARCHES).length, problems };
}
