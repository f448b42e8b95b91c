// What becomes of tasks while a page is hidden, frozen, in the back/forward cache, and when it ends. The functions that are given to
// `evaluate` run in the page.
/* global document, library, window, localStorage, navigator, performance, addEventListener, fetch, setInterval, clearInterval, Worker -- of the page */
import { setTimeout as pause } from 'node:timers/promises';

/** How often Chromium lets timers fire in hidden pages. */
const TIMER_MS = 1_000;
const HIDDEN_MS = 2.5 * TIMER_MS;
const FROZEN_MS = 3_000;
/** After so long in a hidden page it slows timers down further; five minutes are the default. */
const THROTTLED_AFTER_MS = 6_000;
export const FLAGS = [`--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/${THROTTLED_AFTER_MS / 1_000}`];

export async function checkPageLife(tools) {
  await checkHiddenPage(tools);
  await checkFrozenPage(tools);
  await checkCachedPage(tools);
  await checkEndOfPage(tools);
}

/** A tab that has noted in `log` what ran, and when the page has changed. */
async function openLogging({ open }) {
  const page = await open('library.js');
  await page.evaluate(() => {
    window.log = [];
    window.note = (what) => () => void window.log.push(what);
    for (const type of ['freeze', 'resume', 'visibilitychange']) {
      document.addEventListener(type, window.note(type));
    }
    for (const type of ['pagehide', 'pageshow']) {
      addEventListener(type, ({ persisted }) => window.log.push(`${type} ${persisted ? 'persisted' : ''}`.trim()));
    }
  });
  return page;
}

/** Puts another tab before the page, which is hidden then. */
async function hide(page, { open }) {
  const front = await open('library.js');
  await until(page, 'document.visibilityState === "hidden"');
  return front;
}

/** By a timer, since a hidden page has no frames. */
const until = (page, expression) => page.waitForFunction(expression, null, { polling: 50 });
const logOf = (page) => page.evaluate('log');
const ran = (log, prefix) => log.filter((what) => what.startsWith(prefix));

async function checkHiddenPage(tools) {
  const { check } = tools;
  const page = await openLogging(tools);
  await page.evaluate(() => {
    const drafts = new library.ThreadPool().createSequencedTaskRunner({ shutdownBehavior: 'block-shutdown' });
    const save = () => {
      drafts.postTask(window.note('draft'));
      library.runShutdownBlockers(drafts);
      window.log.push('saved');
    };
    document.addEventListener('visibilitychange', save, { once: true });
  });
  const front = await hide(page, tools);
  const hidden = await logOf(page);
  check(
    'a page that is hidden can run at once what is to be saved',
    hidden.join() === 'visibilitychange,draft,saved',
    hidden,
  );
  await page.evaluate(async (ms) => {
    const { createFrameTaskRunner, createIdleTaskRunner, interval, ThreadPool } = library;
    const pool = new ThreadPool({ name: 'hidden' });
    const runner = pool.createSequencedTaskRunner();
    window.subscription = interval(50, runner).subscribe(window.note('tick'));
    setInterval(window.note('timer'), 50);
    for (const delay of [300, 100, 200]) runner.postTask(window.note(`delay ${delay}`), { delay });
    createFrameTaskRunner().postTask(window.note('frame'));
    createIdleTaskRunner().postTask(window.note('idle'));
    await new Promise((resolve) => setTimeout(resolve, ms));
  }, HIDDEN_MS);
  const log = await logOf(page);
  const timers = ran(log, 'timer').length;
  const ticks = ran(log, 'tick').length;
  const isSlow = (times) => times > 0 && times < HIDDEN_MS / 100;
  check('Chromium slows the timers of a hidden page down', isSlow(timers), timers);
  check('an interval slows down with them, and makes up for nothing', isSlow(ticks), { ticks, timers });
  const delays = ran(log, 'delay').join();
  check('delays come there in the order in which they are due', delays === 'delay 100,delay 200,delay 300', log);
  check('idle tasks run in a hidden page', log.includes('idle'), log);
  check('tasks of a frame wait', !log.includes('frame'), log);

  const { steps, wakeUps } = await page.evaluate(async (ms) => {
    const runner = new library.ThreadPool().createSequencedTaskRunner();
    let steps = 0;
    let wakeUps = 0;
    // Undisturbed it would come some hundred times.
    const timer = setInterval(() => wakeUps++, 1);
    const end = performance.now() + ms;
    await runner.postTask(async (context) => {
      for (; performance.now() < end; steps++) await context.yield();
    });
    clearInterval(timer);
    return { steps, wakeUps };
  }, 1_500);
  check('tasks without a delay are not slowed down', steps > 500 && wakeUps < 100, { steps, wakeUps });

  const report = await page.evaluate(async () => {
    const pool = new library.ThreadPool();
    void pool.postTask((context) => context.sleep(30), { name: 'sleeps' });
    await library.flush(pool.createSequencedTaskRunner());
    await new Promise((resolve) => setTimeout(resolve));
    void pool.postTask(() => undefined, { name: 'saves', shutdownBehavior: 'block-shutdown' });
    pool.postTask(() => undefined, { name: 'skipped' }).then(null, () => undefined);
    return pool.shutdown();
  });
  const { ran: ended, skipped, abandoned } = report;
  const isWhole = [...ended].sort().join() === 'saves,sleeps' && skipped.join() === 'skipped' && abandoned.length === 0;
  check('a shutdown in a hidden page waits for a sleep, and ends', isWhole, report);

  await checkThrottledPage(page, check);
  const before = await page.evaluate('log.filter((what) => what === "tick").length');
  await page.bringToFront();
  await until(page, 'log.includes("frame")');
  check('the frame comes when the page is seen again', (await logOf(page)).includes('frame'));
  const since = await page.evaluate('log.filter((what) => what === "tick").length');
  check('an interval does not catch up on what it has missed', since - before < 10, { before, since });
  await front.close();
  await page.close();
}

/** After some minutes, here seconds, timers that ask for themselves again fire once a minute. */
async function checkThrottledPage(page, check) {
  await pause(THROTTLED_AFTER_MS);
  const begun = (await logOf(page)).length;
  await pause(4 * TIMER_MS);
  const log = (await logOf(page)).slice(begun);
  const [ticks, timers] = ['tick', 'timer'].map((what) => ran(log, what).length);
  const isSlow = timers <= 1 && ticks >= 2;
  check('an interval goes on once a second when those of the browser come once a minute', isSlow, { ticks, timers });
}

/** Work of all kinds, in the middle of which the page will stop: 1,000 tasks of 2 ms, delays, repetitions, a thread, a shutdown. */
function startWork() {
  const { interval, postRepeatingTask, ThreadPool, Threads } = library;
  const pool = new ThreadPool({ name: 'work' });
  const runner = pool.createSequencedTaskRunner();
  for (let number = 0; number < 1_000; number++) {
    runner.postTask(() => {
      for (const end = performance.now() + 2; performance.now() < end;);
      window.log.push(`task ${number}`);
    });
  }
  const timed = pool.createSequencedTaskRunner();
  for (const delay of [2_400, 2_000, 2_200]) timed.postTask(window.note(`delay ${delay}`), { delay });
  interval(50, timed).subscribe(window.note('tick'));
  postRepeatingTask(timed, window.note('run'), { interval: 50, mode: 'fixed-rate' });
  const threads = new Threads(() => new Worker('/tasks.js', { type: 'module' }), { size: 1 });
  pool.postTask(threads.call('later', ['thread', 500])).then((value) => window.log.push(value));
  const closing = new ThreadPool({ name: 'closing' });
  for (const name of ['first', 'second']) {
    closing.postTask((context) => context.sleep(600), { name, shutdownBehavior: 'block-shutdown' });
  }
  void closing.shutdown().then(({ ran: ended }) => window.log.push(`shut down: ${ended}`));
}

const ENDS = ['task 999', 'delay 2400', 'thread', 'shut down: first,second'];
const untilDone = (page) => until(page, `${JSON.stringify(ENDS)}.every((what) => log.includes(what))`);

/** What must hold of that work when the page has gone on. */
function checkWork(check, when, log) {
  const tasks = ran(log, 'task');
  const isWhole = tasks.length === 1_000 && tasks.every((what, index) => what === `task ${index}`);
  check(`${when}, no task is lost, and order is kept`, isWhole, tasks);
  const delays = ran(log, 'delay').join();
  check(
    `${when}, each delay comes once, in the order in which they were due`,
    delays === 'delay 2000,delay 2200,delay 2400',
    delays,
  );
}

/** How often it has ticked since the page went on, before the delays came that were due meanwhile. */
function burstAfter(log, type, what) {
  const rest = log.slice(log.lastIndexOf(type) + 1);
  const end = rest.indexOf('delay 2000');
  return ran(rest.slice(0, end), what).length;
}

async function checkFrozenPage(tools) {
  const { check, cdpOf } = tools;
  const page = await openLogging(tools);
  const front = await hide(page, tools);
  const cdp = await cdpOf(page);
  await page.evaluate(startWork);
  await until(page, 'log.includes("task 20")');
  await cdp.send('Page.setWebLifecycleState', { state: 'frozen' });
  await until(page, 'log.includes("freeze")');
  const frozen = await logOf(page);
  await pause(FROZEN_MS);
  const later = await logOf(page);
  const isStill = later.length === frozen.length && !later.includes('task 999');
  check('a frozen page runs nothing', isStill, later.slice(frozen.length));
  await cdp.send('Page.setWebLifecycleState', { state: 'active' });
  await untilDone(page);
  const log = await logOf(page);
  checkWork(check, 'after a freeze', log);
  const bursts = ['tick', 'run'].map((what) => burstAfter(log, 'resume', what));
  check('after a freeze, neither an interval nor a repeating task makes up for it', Math.max(...bursts) <= 2, bursts);
  await front.close();
  await page.close();
}

async function checkCachedPage(tools) {
  const { check, url } = tools;
  const page = await openLogging(tools);
  await page.evaluate(startWork);
  await until(page, 'log.includes("task 20")');
  await page.goto(`${url}?next`);
  await pause(FROZEN_MS);
  const isGone = (await page.evaluate('typeof window.log')) === 'undefined';
  // The page that comes back loads nothing, of which playwright would have to hear.
  await page.evaluate('void history.back()');
  await until(page, 'window.log?.includes("pageshow persisted")');
  check('a page that somebody leaves goes into the back/forward cache, and comes back', isGone);
  await untilDone(page);
  const log = await logOf(page);
  checkWork(check, 'after the back/forward cache', log);
  // A page that is left goes on for some milliseconds, until it is frozen.
  const away = log.slice(log.indexOf('freeze') + 1, log.indexOf('resume'));
  check('a page in the cache runs nothing', log.includes('freeze') && away.length === 0, away);
  const bursts = ['tick', 'run'].map((what) => burstAfter(log, 'pageshow persisted', what));
  check(
    'after the back/forward cache, nothing makes up for the intervals that have passed',
    Math.max(...bursts) <= 2,
    bursts,
  );
  const frame = await page.evaluate(() => library.createFrameTaskRunner().postTask(() => 'a frame'));
  check('after the back/forward cache, frames go on', frame === 'a frame', frame);
  await page.close();
}

/** Somebody writes until the very end, so that all of it is queued then; and the page saves what docs/browser.md says. */
function saveAtTheEnd(name) {
  const { pendingTasks, runShutdownBlockers, ThreadPool } = library;
  const pool = new ThreadPool();
  const drafts = pool.createSequencedTaskRunner({ name: 'drafts', shutdownBehavior: 'block-shutdown' });
  const orders = pool.createSequencedTaskRunner({ name: 'orders', shutdownBehavior: 'block-shutdown' });
  const append = (text) => localStorage.setItem(name, (localStorage.getItem(name) ?? '') + text);
  addEventListener('pagehide', () => {
    for (const letter of ['a', 'b', 'c']) drafts.postTask(() => append(letter), { name: 'draft' });
    orders.postTask(() => fetch('/', { method: 'POST', body: `order of ${name}`, keepalive: true }), { name: 'order' });
    orders.postTask(() => append('too early'), { name: 'bill' });
    pool.postTask(() => append('of no use'), { name: 'preload' });
  });
  addEventListener('pagehide', () => {
    runShutdownBlockers(pool);
    const lost = pendingTasks(pool).filter(({ shutdownBehavior }) => shutdownBehavior === 'block-shutdown');
    if (lost.length > 0) navigator.sendBeacon('/', JSON.stringify(lost.map((task) => [name, task.name, task.state])));
    localStorage.setItem(`${name}, at the end`, localStorage.getItem(name));
  });
}

async function checkEndOfPage({ check, open, sent, url }) {
  const leave = (page) => page.goto(`${url}?next`);
  const ways = {
    'goes into the cache': leave,
    'is unloaded': async (page) => {
      // Such a page does not go into the cache.
      await page.evaluate(() => addEventListener('unload', () => undefined));
      await leave(page);
    },
    'is closed': (page) => page.close({ runBeforeUnload: true }),
  };
  const witness = await open('library.js');
  const saved = async (key) => {
    const value = await witness.waitForFunction((name) => localStorage.getItem(name), key, { polling: 50 });
    return value.jsonValue();
  };
  for (const [way, go] of Object.entries(ways)) {
    const page = await open('library.js');
    await page.evaluate(saveAtTheEnd, way);
    await go(page);
    const told = `[["${way}","order","running"],["${way}","bill","queued"]]`;
    const isTold = () => sent.includes(told) && sent.includes(`order of ${way}`);
    for (let looks = 0; !isTold() && looks < 100; looks++) await pause(50);
    check(`a page that ${way} has begun to send its order, and tells which tasks are lost`, isTold(), sent);
    const atTheEnd = await saved(`${way}, at the end`);
    await pause(200);
    const later = await witness.evaluate((name) => localStorage.getItem(name), way);
    check(
      `a page that ${way} has run what blocks a shutdown, in order, and nothing else`,
      atTheEnd === 'abc',
      atTheEnd,
    );
    // The others may go on for some milliseconds.
    if (way === 'is unloaded') check('what it has not run then never runs', later === 'abc', later);
    await page.close();
  }
  await witness.close();
}
