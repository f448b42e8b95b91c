// Checks the page of `npm run demo:web` as a person uses it, in Chromium: types, clicks and switches, and looks at what it shows.
// A line for each check, and the page's own table of how long keys waited. `--short` has bursts of fewer tasks, with as much work:
// asapScheduler takes the square of their number. `--write` takes the pictures of the docs.
/* global document -- functions that are given to "until" run in the page */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { openChromium } from './chromium.mjs';
import { Person, SHIFT } from './check-web-demo/person.mjs';
import { toWebp } from './check-web-demo/webp.mjs';
import { PALE_TEXTS, WITNESS } from './check-web-demo/witness.mjs';

const root = `${import.meta.dirname}/..`;
const images = `${root}/docs/images`;
const isWriting = process.argv.includes('--write');
const TASKS = process.argv.includes('--short') ? 20_000 : 100_000;
const DESK = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 740 };
const SCHEDULERS = ['rxjs-task-runner', 'asyncScheduler', 'asapScheduler'];
const PICTURE = { width: 1180, height: 900 };
const LIMIT_MS = 60_000;
/** The page shows its table twice a second. */
const TABLE_MS = 1_000;
const MOST_BYTES = 100_000;

let failures = 0;
function check(name, isTrue, seen) {
  if (!isTrue) failures++;
  console.log(isTrue ? `ok    ${name}` : `FAIL  ${name}: ${JSON.stringify(seen)}`);
}

/** The command of the README, and the address that it prints. */
async function startDemo() {
  const args = ['--import', 'tsx', 'examples/web-demo/serve.ts'];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const address = await new Promise((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
      const found = /http:\/\/127\.0\.0\.1:\d+\//.exec(output);
      if (found !== null) resolve(found[0]);
    });
    child.on('exit', (code) => reject(new Error(`The demo ended with code ${code}: ${output}`)));
  });
  return { child, address };
}

const { child, address } = await startDemo();
const browser = await openChromium();
const page = await browser.newPage({ viewport: DESK, colorScheme: 'light' });
page.setDefaultTimeout(LIMIT_MS);
const complaints = [];
page.on('console', (message) => {
  if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
});
page.on('pageerror', (error) => complaints.push(error.message));
await page.addInitScript(WITNESS);
const person = await Person.at(page);

// What the page shows.
const textOf = (selector) => page.locator(selector).innerText();
const noteOf = (track) => textOf(`[data-track="${track}"] .note`);
const seen = () => page.evaluate('seen');
const logged = async () => (await seen()).filter(({ what }) => what === 'log').map(({ text }) => text);
const words = () => page.locator('#matches .word').allInnerTexts();
const matches = () => page.locator('#matches li').allInnerTexts();
const forgetSeen = () => page.evaluate('seen.length = 0');
const until = (what, argument) => page.waitForFunction(what, argument);
const untilLogged = (beginning) =>
  until((text) => seen.some((one) => one.what === 'log' && one.text.startsWith(text)), beginning);
const untilAnswered = (text) => until((asked) => document.getElementById('matches').dataset.for === asked, text);
const untilNote = (track, part) =>
  until(
    ([name, text]) => document.querySelector(`[data-track="${name}"] .note`).textContent.includes(text),
    [track, part],
  );

async function choose(value) {
  await person.click(`label:has(input[value="${value}"])`);
}

async function ask(text) {
  await page.locator('#query').fill('');
  await untilAnswered('');
  await person.click('#query');
  await person.type(text);
  await person.noticed();
  await untilAnswered(text);
}

/** Takes a picture of the page, without its log, where the docs have it. */
async function takePicture(name, viewport = DESK, colorScheme = 'light') {
  if (!isWriting) return;
  mkdirSync(images, { recursive: true });
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize(viewport);
  await pause(100); // for a frame of that size
  const png = await page.screenshot({ fullPage: true, style: 'section:has(#log) { display: none }' });
  await page.setViewportSize(DESK);
  await page.emulateMedia({ colorScheme: 'light' });
  const webp = await toWebp(browser, png);
  writeFileSync(`${images}/${name}.webp`, webp);
  check(`the picture ${name}.webp has less than 100 kB`, webp.length < MOST_BYTES, webp.length);
}

async function typesWhileTheIndexIsBuilt() {
  await page.goto(`${address}?burst=${TASKS}`);
  await until(() => 'ready' in document.documentElement.dataset);
  await ask('recieve');
  const found = await matches();
  check(
    'a misspelt word is found',
    found.some((line) => /^receive\s+1 error$/.test(line)),
    found,
  );
  const status = await textOf('#status');
  check('the status tells how many words are found', /^\d words are most like “recieve”\.$/.test(status), status);
  await untilLogged('The index of 274,937 words is built');
  await ask('dictionar');
  const completions = await page.locator('#completions li').allInnerTexts();
  check('the index completes what is typed', completions.includes('dictionary'), completions);
}

/** Presses Burst and goes on typing, whether or not the page keeps up. Returns what was seen, and what came before the end. */
async function typesThroughABurst(scheduler) {
  await choose(scheduler);
  await page.locator('#query').fill('');
  await untilAnswered('');
  await forgetSeen();
  await person.clickBoth('#burst', '#query');
  await person.type('recieve');
  if (scheduler === 'rxjs-task-runner') await untilAnswered('recieve');
  if (scheduler === 'rxjs-task-runner') await takePicture('web-demo-light', PICTURE);
  await untilLogged('The burst has ended');
  await person.noticed();
  await untilAnswered('recieve');
  const all = await seen();
  const end = all.findIndex(({ what, text }) => what === 'log' && text.startsWith('The burst has ended'));
  const textsBefore = (kind) => all.slice(0, end).flatMap(({ what, text }) => (what === kind ? [text] : []));
  return {
    before: all.slice(0, end).map(({ what }) => what),
    lanes: textsBefore('lanes'),
    outside: textsBefore('outside'),
    keys: all.filter(({ what }) => what === 'key').length,
    found: await words(),
  };
}

async function feelsTheDifference() {
  const [runner, async, asap] = await inTurn(SCHEDULERS, typesThroughABurst);
  check('on a runner, answers come while the burst is running', runner.before.includes('answer'), runner.before);
  const inBurst = (note) => note.startsWith('burst');
  check('its tasks are seen in their lane', runner.lanes.some(inBurst), runner.lanes);
  const isLate = !async.before.includes('answer') && async.before.includes('key');
  check('on asyncScheduler, keys are noticed at once, and answers come after the burst', isLate, async.before);
  const isHonest = !async.lanes.some(inBurst) && async.outside.some((note) => note.includes('wait'));
  check('its tasks wait outside of all lanes', isHonest, { lanes: async.lanes, outside: async.outside });
  check('on asapScheduler, no key is noticed until the burst has ended', !asap.before.includes('key'), asap.before);
  check(
    'no key is lost',
    [runner, async, asap].every(({ keys }) => keys === 7),
    [runner.keys, async.keys, asap.keys],
  );
  check(
    'all three give the same answers',
    [async, asap].every(({ found }) => found.join() === runner.found.join() && found.length > 0),
    [runner.found, async.found, asap.found],
  );
  await pause(TABLE_MS);
  await takePicture('web-demo-dark', PICTURE, 'dark');

  await person.click('#hold');
  await person.click('#shutdown');
  const refusals = (await logged()).filter((text) => /^asapScheduler cannot be (held|shut down)\.$/.test(text));
  check('what only a runner can do says so on other schedulers', refusals.length === 2, refusals);
  await choose('rxjs-task-runner');
}

/** The page's own table, as it shows it. */
async function printTable() {
  await pause(TABLE_MS);
  const rows = await page.locator('table tr').evaluateAll((all) => {
    return all.map((row) => [...row.cells].map((cell) => cell.textContent.replace(/\s+/g, ' ').trim()));
  });
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const isMeasured = rows.length === 4 && rows.slice(1).every((row) => row.every((cell) => cell !== '–'));
  check('the table has a measured row for each scheduler', isMeasured, rows);
  console.log(`\nUnder a burst of ${TASKS} tasks:\n`);
  for (const row of rows) console.log(row.map((cell, column) => cell.padEnd(widths[column] + 2)).join(''));
  console.log();
}

async function changesABurst() {
  await forgetSeen();
  await person.click('#burst');
  await person.click('#hold');
  await untilLogged('The burst is held');
  await untilNote('best-effort', 'held');
  const before = await textOf('#burst-note');
  await pause(300);
  check('nothing of a held burst runs', (await textOf('#burst-note')) === before, before);
  const waiting = /burst ([\d,]+)/.exec(await noteOf('best-effort'))[1];
  await choose('user-visible');
  await untilLogged(`${waiting} tasks of the burst are user-visible now.`);
  await untilNote('user-visible', `burst ${waiting} held`);
  check('a change of priority moves all its tasks to another lane', !(await noteOf('best-effort')).includes('burst'));
  await person.click('#hold');
  await untilLogged('The burst is released.');
  await until((text) => document.getElementById('burst-note').textContent !== text, before);
  const going = await textOf('#burst-note');
  check('a released burst goes on', /^[1-9][\d,]* of [\d,]+ tasks have run$/.test(going), going);
  await person.click('#cancel');
  const [line] = (await logged()).filter((text) => text.startsWith('The burst is cancelled'));
  const dropped = Number(/([\d,]+) tasks are dropped/.exec(line)?.[1].replaceAll(',', ''));
  check('a cancelled burst drops what has not run', dropped > 0 && dropped < TASKS, line);
  await untilNote('user-visible', 'empty');
  check('its lane is empty then', (await textOf('#burst-note')) === 'none');
  await choose('best-effort');
}

async function searchesOnThreads() {
  const queries = ['recieve', 'definately', 'sheduler'];
  const onLoop = await inTurn(queries, askFor);
  await choose('workers');
  await forgetSeen();
  const onWorkers = await inTurn(queries, askFor);
  check('web workers find the same as the loop', onWorkers.join() === onLoop.join(), { onLoop, onWorkers });
  const runs = (await seen()).filter(({ what }) => what === 'threads').map(({ text }) => text);
  const isShown = ['part 1', 'part 2'].every((part) => runs.some((text) => text.includes(part)));
  check('the picture shows what each worker runs', isShown, runs);
}

async function askFor(text) {
  await ask(text);
  return matches();
}

async function shutsDown() {
  await forgetSeen();
  await person.click('#burst');
  await person.click('#shutdown');
  await untilLogged('The pool is shut down in');
  const [line] = (await logged()).filter((text) => text.startsWith('The pool is shut down in'));
  check('a shutdown tells what it has dropped', /: [1-9][\d,]* tasks dropped, 0 abandoned\.$/.test(line), line);
  await person.click('#query');
  await person.type('x');
  await untilLogged('The pool is shut down: nobody searches.');
  await person.click('#shutdown');
  await untilLogged('A new pool is at work.');
  await ask('recieve');
  check('after a new start it answers again', (await words()).includes('receive'));
}

/** The whole way with keys only. */
async function usesTheKeyboard() {
  await page.reload();
  await until(() => 'ready' in document.documentElement.dataset);
  const focused = () => page.evaluate('document.activeElement.id || document.activeElement.value');
  check('the search has the focus at first', (await focused()) === 'query', await focused());
  await person.type('recieve');
  await person.noticed();
  await untilAnswered('recieve');
  const stops = [];
  for (let stop = 0; stop < 8; stop++) {
    person.press('Tab');
    await person.noticed();
    stops.push(await focused());
    if (stops.at(-1) === 'workers' || stops.at(-1) === 'loop') {
      person.press('ArrowRight');
      await person.noticed();
      await untilLogged('The search runs on 2 web workers now.');
    }
    if (stops.at(-1) === 'burst') {
      person.press(' ');
      await untilLogged('A burst of');
    }
  }
  const way = 'rxjs-task-runner,loop,burst,hold,cancel,best-effort,rebuild,shutdown';
  check('Tab goes through all controls, in order', stops.join() === way, stops);
  person.press('Tab', SHIFT);
  person.press('/');
  await person.noticed();
  check('/ goes back to the search', (await focused()) === 'query', await focused());
}

async function looksRight() {
  const widths = {};
  for (const [name, size] of Object.entries({ DESK, PHONE })) {
    await page.setViewportSize(size);
    await pause(200);
    widths[name] = await page.evaluate('[document.documentElement.scrollWidth, innerWidth]');
  }
  check(
    'nothing is wider than the page, at 360 pixels and at 1,280',
    Object.values(widths).every(([a, b]) => a <= b),
    widths,
  );
  await page.setViewportSize(DESK);
  for (const theme of ['dark', 'light']) {
    await choose(theme);
    const pale = await page.evaluate(PALE_TEXTS);
    check(`every text has a contrast of 4.5 or more in the ${theme} theme`, pale.length === 0, pale);
  }
  const backgrounds = [];
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await choose('system');
    backgrounds.push(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
  }
  check('the theme follows the system', backgrounds[0] !== backgrounds[1], backgrounds);
  await takePicture('web-demo-phone', PHONE);
}

async function inTurn(values, act) {
  const results = [];
  for (const value of values) results.push(await act(value));
  return results;
}

try {
  await typesWhileTheIndexIsBuilt();
  await feelsTheDifference();
  await printTable();
  await changesABurst();
  await searchesOnThreads();
  await shutsDown();
  await usesTheKeyboard();
  await looksRight();
  check('the browser has nothing to complain of', complaints.length === 0, complaints);
} catch (error) {
  check('the page can be used to the end', false, `${error.message}; ${complaints.join('; ')}`);
} finally {
  await browser.close();
  child.kill();
}
process.exit(failures > 0 ? 1 : 0);
