// Parallel downloads: they start in posting order, at most three at once; with a barrier, and one signal for all.
import { flush, stats, TaskCancelledError, ThreadPool, whenIdle } from 'rxjs-task-runner';

const pool = new ThreadPool({ workers: 8, name: 'app' });
const downloads = pool.createParallelTaskRunner({ maxConcurrency: 3, name: 'downloads' });

let running = 0;
let most = 0;
const started: string[] = [];

/** Stands in for `fetch(url, { signal })`. The last of every three is the fastest, so they end out of order. */
function download(url: string, signal: AbortSignal): Promise<string> {
  started.push(url);
  most = Math.max(most, ++running);
  return new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => resolve(`<${url}>`), 10 - (started.length % 3) * 2);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new Error('aborted'));
    });
  }).finally(() => running--);
}

const urls = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const pages = urls.map((url) => downloads.postTask(({ signal }) => download(url, signal), { name: url }));

console.log('queued and running:', stats(downloads).queued, stats(downloads).running);
console.log('pages:', (await Promise.all(pages)).join(' '));
console.log('started:', started.join(' '));
console.log('most at once:', most);

// A barrier: all tasks posted before it have ended, and tasks posted later start after the code that awaits it.
const more = ['h', 'i'].map((url) => downloads.postTask(({ signal }) => download(url, signal)));
const index = flush(downloads).then(() => console.log('index written while', running, 'downloads run'));
const after = downloads.postTask(() => console.log('the next batch begins'));
await Promise.all([...more, index, after]);

// One signal cancels a whole batch: queued tasks are removed, and the signals of running tasks abort.
const leave = new AbortController();
const batch = urls.map((url) => downloads.postTask(({ signal }) => download(url, signal), leave));
setTimeout(() => leave.abort('page left'), 1);
const isGivenUp = await Promise.all(
  batch.map((page) => page.then(undefined, (error: unknown) => error instanceof TaskCancelledError)),
);
console.log('given up:', isGivenUp.filter((given) => given === true).length);
await whenIdle(downloads);
console.log('running afterwards:', running);

// → queued and running: 7 0
// → pages: <a> <b> <c> <d> <e> <f> <g>
// → started: a b c d e f g
// → most at once: 3
// → index written while 0 downloads run
// → the next batch begins
// → given up: 7
// → running afterwards: 0
