// What the entry `tracing` shows in DevTools, and whom it makes answer for a slow page.
/* global document, library, performance, window -- of the page */

const REPORT_MS = 10_000;

export async function checkInsight(tools) {
  await checkMeasures(tools);
  await checkLongTasks(tools);
}

/** Two runners in two lanes; a task of one fails. */
async function workMeasured() {
  const { flush, measureTasks, ThreadPool } = library;
  const pool = new ThreadPool({ onTaskError: () => undefined });
  const input = pool.createSequencedTaskRunner({ name: 'input', priority: 'user-blocking' });
  const index = pool.createSequencedTaskRunner({ name: 'index', priority: 'best-effort' });
  const measuring = measureTasks({ trackGroup: 'checked' });
  input.postTask(() => undefined, { name: 'answer' });
  index.postTask(() => new Promise((resolve) => setTimeout(resolve, 5)), { name: 'build' });
  index.postTask(
    () => {
      throw new Error('expected');
    },
    { name: 'fail' },
  );
  await flush(input);
  await flush(index);
  await new Promise((resolve) => setTimeout(resolve));
  const entries = performance.getEntriesByType('measure').map(({ name, duration, detail: { devtools } }) => {
    return { name, duration, ...devtools };
  });
  measuring.unsubscribe();
  return { entries, left: performance.getEntriesByType('measure').length };
}

/** Which measures there must be: name, track, color. */
const MEASURES = [
  'task answer, lane user-blocking, primary',
  'task answer, runner input, primary',
  'task build, lane best-effort, tertiary',
  'task build, runner index, tertiary',
  'task fail, lane best-effort, tertiary',
  'task fail, runner index, error',
];
const inWords = (entries) => entries.map(({ name, track, color }) => `${name}, ${track}, ${color}`).sort();

async function checkMeasures({ check, open, browser }) {
  const page = await open('library.js');
  const trace = await record(browser);
  const { entries, left } = await page.evaluate(workMeasured);
  const events = await trace.stop();
  const seen = inWords(entries);
  check(
    'measureTasks has an entry for each task, in the tracks of its lane and of its runner',
    seen.join() === MEASURES.join(),
    seen,
  );
  const areOfTracks = entries.every(
    ({ dataType, trackGroup }) => dataType === 'track-entry' && trackGroup === 'checked',
  );
  check('the detail of each is what DevTools needs for a track', areOfTracks, entries);
  const built = entries.find(({ name, track }) => name === 'task build' && track === 'runner index');
  check('the measure of a task lasts from its beginning to its end, across await', built?.duration >= 4, built);
  check('no entry is left when it is unsubscribed', left === 0, left);

  // An asynchronous slice: DevTools takes the detail from its beginning.
  const begins = events.filter(({ cat, ph, name }) => cat === 'blink.user_timing' && ph === 'b' && /^task /.test(name));
  const recorded = begins.map(({ name, args }) => ({ name, ...JSON.parse(args.detail ?? args.data?.detail).devtools }));
  check(
    'a recording of DevTools has the same measures, with their tracks',
    inWords(recorded).join() === MEASURES.join(),
    begins,
  );
  await page.close();
}

/** Records what DevTools records for its Performance panel. */
async function record(browser) {
  const cdp = await browser.newBrowserCDPSession();
  const events = [];
  cdp.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  const includedCategories = ['blink.user_timing', 'disabled-by-default-devtools.timeline'];
  await cdp.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories } });
  const stop = async () => {
    const complete = new Promise((resolve) => cdp.once('Tracing.tracingComplete', resolve));
    await cdp.send('Tracing.end');
    await complete;
    await cdp.detach();
    return events;
  };
  return { stop };
}

async function checkLongTasks({ check, open }) {
  const page = await open('library.js');
  await page.evaluate(() => {
    const { attributeLongTasks, ThreadPool } = library;
    const pool = new ThreadPool();
    window.index = pool.createSequencedTaskRunner({ name: 'index', priority: 'best-effort' });
    window.input = pool.createSequencedTaskRunner({ name: 'input', priority: 'user-blocking' });
    window.work = (ms) => {
      for (const end = performance.now() + ms; performance.now() < end;);
    };
    window.reports = [];
    attributeLongTasks({
      report: ({ type, name, duration, culprits }) => {
        const tasks = culprits.map(({ name: task, runner, ran }) => ({ task: `${task} of ${runner.name}`, ran }));
        window.reports.push({ type, name, duration, culprits: tasks });
      },
    });
    document.querySelector('button').addEventListener('click', () => {
      window.input.postTask(() => document.querySelector('button').append('!'), { name: 'answer' });
    });
  });
  /** Whether one of that type, or event, is reported of which the task is guilty first of all, of so many milliseconds. */
  const isReported = async (what, culprit, least) => {
    const isFound = ([wanted, name, ms]) =>
      window.reports.some((report) => {
        const [first] = report.culprits;
        return [report.type, report.name].includes(wanted) && first?.task === name && first.ran >= ms;
      });
    try {
      await page.waitForFunction(isFound, [what, culprit, least], { timeout: REPORT_MS });
      return true;
    } catch {
      return false;
    }
  };
  const reports = () => page.evaluate('reports');

  await page.evaluate(async () => {
    window.index.postTask(() => window.work(2), { name: 'short' });
    await window.index.postTask(() => window.work(150), { name: 'long' });
  });
  for (const type of ['longtask', 'long-animation-frame']) {
    const isNamed = await isReported(type, 'long of index', 140);
    check(`attributeLongTasks names the task that made a ${type}`, isNamed, await reports());
  }

  // The click comes in the middle of a task that knows nothing of it.
  const { x, y, width, height } = await page.locator('button').boundingBox();
  await page.evaluate(() => void window.index.postTask(() => window.work(400), { name: 'deaf' }));
  await page.mouse.click(x + width / 2, y + height / 2);
  const isNamed = await isReported('click', 'deaf of index', 1);
  check('attributeLongTasks names the task that kept a click waiting', isNamed, await reports());
  await page.close();
}
