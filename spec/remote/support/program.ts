// Programs for specs of a whole process: it says what it has reached, and whether it ends by itself is for the spec to see.
import { Worker } from 'node:worker_threads';
import { ThreadPool } from '../../../src/index.js';
import { Threads } from '../../../src/threads/index.js';
import type { ServedInNode } from './served.worker.js';

const [, , scenario, worker] = process.argv;
const say = (what: unknown): void => void process.stdout.write(`${String(what)}\n`);

const start = (code?: string, eager = false): Threads<ServedInNode> =>
  new Threads<ServedInNode>(() => (code === undefined ? new Worker(worker!) : new Worker(code, { eval: true })), {
    size: 2,
    eager,
    startTimeout: 20_000,
  });
const pool = new ThreadPool();
const NEVER_SERVES = 'setInterval(() => undefined, 1_000)';

const programs: Record<string, () => Promise<void>> = {
  idle: async () => say(await pool.postTask(start().tasks.add(1, 2))),
  'idle from the start': async () => {
    start(undefined, true);
    start(NEVER_SERVES, true);
    say('started');
  },
  busy: async () => say(await pool.postTask(start().tasks.slow('slow'))),
  cancelled: async () => {
    const handle = pool.postTask(start(NEVER_SERVES).tasks.add(1, 2));
    handle.then(undefined, (error: unknown) => say((error as Error).name));
    await pool.postTask(() => handle.cancel());
  },
  'cancelled while busy': async () => {
    const threads = start();
    await pool.postTask(threads.tasks.add(1, 1));
    const handle = pool.postTask(threads.tasks.slowToStop());
    const next = pool.postTask(threads.tasks.add(1, 1));
    handle.then(undefined, (error: unknown) => say((error as Error).name));
    await next;
    handle.cancel();
  },
  shutdown: async () => {
    const threads = start();
    say(await pool.postTask(threads.tasks.add(1, 2)));
    await threads.shutdown();
    say('shut down');
  },
};

await programs[scenario!]!();
