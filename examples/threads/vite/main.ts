// Counts the primes below 100,000 on two web workers, and shows the number in the page.
import { ThreadPool } from 'rxjs-task-runner';
import { Threads } from 'rxjs-task-runner/threads';
import type { Tasks } from './primes.tasks.js';

const threads = new Threads<Tasks>(
  // Vite finds workers by this very form: `new Worker(new URL('a literal', import.meta.url))`.
  () => new Worker(new URL('./primes.tasks.ts', import.meta.url), { type: 'module' }),
  { size: 2 },
);
const pool = new ThreadPool({ workers: threads.size });

const counts = await Promise.all([
  pool.postTask(threads.tasks.countPrimes(0, 50_000)),
  pool.postTask(threads.tasks.countPrimes(50_000, 100_000)),
]);
await threads.shutdown();
document.querySelector('#result')!.textContent = `${counts[0] + counts[1]} primes`;
