// Runs in a browser, on the package as bundlers get it. Leaves a line for each check in `window.results`.
import { delay, interval, of, Subject, switchMap, take, throttleTime, timer, toArray } from 'rxjs';
import { configure, flush, ThreadPool } from '../../dist/esm/index.js';

const results = [];
const check = (name, isTrue, seen) => results.push({ name, isTrue, seen: JSON.stringify(seen) });
const settled = (observable) =>
  new Promise((resolve, reject) => {
    observable.pipe(toArray()).subscribe({ next: resolve, error: reject });
  });

const pool = new ThreadPool();
const runner = pool.createSequencedTaskRunner({ name: 'page' });

const log = [];
for (const number of [1, 2, 3]) {
  runner.postTask(() => {
    log.push(`task ${number}`);
    void (async () => {
      for (let i = 0; i < 5; i++) await null;
      log.push(`microtask ${number}`);
    })();
  });
}
await flush(runner);
check(
  'all microtasks run between two tasks',
  log.join() === 'task 1,microtask 1,task 2,microtask 2,task 3,microtask 3',
  log,
);

const values = await settled(
  of(1, 2, 3).pipe(
    delay(5, runner),
    switchMap(async (value) => value),
  ),
);
check('switchMap of promises emits each value, as with asyncScheduler', values.join() === '1,2,3', values);

// A turn has time for both, however slow the machine is.
configure({ turnBudget: 1_000 });
const bulk = pool.createSequencedTaskRunner({ backToBack: true });
const order = [];
for (const number of [1, 2]) {
  bulk.schedule(() => {
    order.push(`action ${number}`);
    void Promise.resolve().then(() => order.push(`microtask ${number}`));
  });
}
await flush(bulk);
check('back to back, microtasks wait for the end of the batch', order.join().startsWith('action 1,action 2'), order);
configure({ turnBudget: 5 });

const start = runner.now();
await settled(timer(30, runner));
check('a delay never fires early', runner.now() - start >= 30, runner.now() - start);
check('an interval emits', (await settled(interval(2, runner).pipe(take(3)))).join() === '0,1,2');

let frames = 0;
let timers = 0;
const frame = () => {
  frames++;
  requestAnimationFrame(frame);
};
requestAnimationFrame(frame);
const ticking = setInterval(() => timers++, 5);
// However slow the machine is: a loop that gives way gets there, and one that does not never does.
const goOn = () => frames > 5 && timers > 5;
const end = performance.now() + 10_000;
await new Promise((resolve) => {
  runner.schedule(function () {
    const begin = performance.now();
    while (performance.now() - begin < 0.05);
    if (goOn() || performance.now() > end) resolve();
    else this.schedule();
  });
});
clearInterval(ticking);
check('frames and timers go on during a backlog', goOn(), { frames, timers });

const clicks = new Subject();
const throttled = settled(clicks.pipe(throttleTime(10, runner), take(2)));
const posting = setInterval(() => clicks.next(1), 1);
check('throttleTime goes on while a source emits each millisecond', (await throttled).length === 2);
clearInterval(posting);

const caught = new Promise((resolve) => {
  addEventListener(
    'error',
    (event) => {
      event.preventDefault();
      resolve(event.error.stack);
    },
    { once: true },
  );
});
runner.postTask(
  () => {
    throw new Error('of a task');
  },
  { name: 'save' },
);
const stack = await caught;
check(
  'an error that nobody awaits reaches the page, and names its task',
  stack.includes("in task 'save' of 'page'"),
  stack,
);

const report = await pool.shutdown();
check('a shutdown ends', report.abandoned.length === 0, report);
window.results = results;
