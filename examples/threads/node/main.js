// Counts the primes below 100,000 on two threads of Node. It needs no build.
import { Worker } from 'node:worker_threads';
import { ThreadPool } from 'rxjs-task-runner';
import { Threads } from 'rxjs-task-runner/threads';

const threads = new Threads(() => new Worker(new URL('./primes.tasks.js', import.meta.url)), { size: 2 });
const pool = new ThreadPool({ workers: threads.size });

const counts = await Promise.all([
  pool.postTask(threads.tasks.countPrimes(0, 50_000)),
  pool.postTask(threads.tasks.countPrimes(50_000, 100_000)),
]);
await threads.shutdown();
console.log(`${counts[0] + counts[1]} primes`);
