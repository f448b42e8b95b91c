/**
 * What a program does, as a trace: clicks are answered while an index is built, pages are loaded, and a thread computes.
 *
 * `npx tsx examples/trace.ts run.trace.json` writes the file, for https://ui.perfetto.dev.
 */
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ThreadPool, whenIdle } from 'rxjs-task-runner';
import { inlineThreads } from 'rxjs-task-runner/threads';
import { traceTasks } from 'rxjs-task-runner/tracing';

const pool = new ThreadPool({ workers: 4, name: 'pool' });
const ui = pool.createSequencedTaskRunner({ name: 'ui', priority: 'user-blocking' });
const net = pool.createParallelTaskRunner({ name: 'net', maxConcurrency: 2 });
const index = pool.createSequencedTaskRunner({ name: 'index', priority: 'best-effort' });
const threads = inlineThreads(
  { digest: (text: string) => new Promise((r) => setTimeout(r, 8, text)) },
  { name: 'cpu' },
);

/** Keeps the loop for some milliseconds. */
function work(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

const file = process.argv[2] ?? join(tmpdir(), 'run.trace.json');
const trace = traceTasks(createWriteStream(file), { name: 'example' });

for (let part = 0; part < 24; part++) index.postTask(() => work(2), { name: 'add part' });
for (let click = 0; click < 4; click++) {
  ui.postTask(
    () => {
      work(0.8);
      net.postTask((context) => context.sleep(10), { name: 'load' });
      pool.postTask(threads.tasks.digest('page'), { name: 'digest' });
    },
    { name: 'click', delay: 4 + 11 * click },
  );
}
await whenIdle(pool);

const { written, dropped } = await trace.stop();
console.log(`${written > 100 ? 'more than 100' : written} events, ${dropped} dropped`);

// → more than 100 events, 0 dropped
