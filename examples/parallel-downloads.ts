// Parallel downloads: started in posting order, never more than a few at once, with a barrier and given up together.
import { TaskCancelledError, ThreadPool } from 'rxjs-task-runner';

const pool = new ThreadPool({ workers: 8, name: 'app' });
const downloads = pool.createParallelTaskRunner({ maxConcurrency: 3, name: 'downloads' });

let running = 0;
let most = 0;
const started: string[] = [];

/** Stands in for `fetch(url, { signal })`. Of three the last is the fastest, so they end out of order. */
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

console.log('queued and running:', downloads.stats().queued, downloads.stats().running);
console.log('pages:', (await Promise.all(pages)).join(' '));
console.log('started:', started.join(' '));
console.log('most at once:', most);

// A barrier: what was posted before it has ended, and what is posted later starts after the code that awaits it.
const more = ['h', 'i'].map((url) => downloads.postTask(({ signal }) => download(url, signal)));
const index = downloads.flush().then(() => console.log('index written while', running, 'downloads run'));
const after = downloads.postTask(() => console.log('the next batch begins'));
await Promise.all([...more, index, after]);

// One signal gives up all of a batch: what waits is removed, and what runs hears of it.
const leave = new AbortController();
const batch = urls.map((url) => downloads.postTask(({ signal }) => download(url, signal), leave));
setTimeout(() => leave.abort('page left'), 1);
const isGivenUp = await Promise.all(
  batch.map((page) => page.then(undefined, (error: unknown) => error instanceof TaskCancelledError)),
);
console.log('given up:', isGivenUp.filter((given) => given === true).length);
await downloads.whenIdle();
console.log('running afterwards:', running);

// → queued and running: 7 0
// → pages: <a> <b> <c> <d> <e> <f> <g>
// → started: a b c d e f g
// → most at once: 3
// → index written while 0 downloads run
// → the next batch begins
// → given up: 7
// → running afterwards: 0
