// The graceful shutdown of a server: what must be finished is, what may be dropped is, and the report says which.
import { type ShutdownReport, SingleThreadTaskRunner, ThreadPool } from 'rxjs-task-runner';

const pool = new ThreadPool({ workers: 4, name: 'server' });

// A request that has been accepted is answered: block. The default, skip, is for what can be asked for again. What may
// go on without anybody, and be lost, continues.
const requests = pool.createSequencedTaskRunner({ name: 'requests', shutdownBehavior: 'block-shutdown' });
const thumbnails = pool.createSequencedTaskRunner({ name: 'thumbnails' });
const telemetry = pool.createSequencedTaskRunner({ name: 'telemetry', shutdownBehavior: 'continue-on-shutdown' });
// A connection that all share, outside of the pool, which may outlive it.
const database = new SingleThreadTaskRunner({ name: 'database' });

const signal = new Promise<void>((resolve) => process.once('SIGTERM', () => resolve()));

/** Slow, so that the signal comes in the midst of it. */
async function work(): Promise<void> {
  await signal;
  await new Promise((resolve) => setTimeout(resolve, 1));
}

async function answer(page: string): Promise<void> {
  await work();
  await database.postTask(() => console.log(`answered ${page}`));
}

async function shutDown(): Promise<void> {
  console.log('shutting down');
  show('server', await pool.shutdown({ timeout: 10_000 }));
  show('database', await database.shutdown());
}

function show(what: string, { ran, skipped, abandoned }: ShutdownReport): void {
  console.log(`${what}: ran [${ran.join(', ')}] skipped [${skipped.join(', ')}] abandoned [${abandoned.join(', ')}]`);
}

const over = signal.then(shutDown);

for (const page of ['/', '/about']) void requests.postTask(() => answer(page), { name: page });
thumbnails.postTask(() => signal, { name: 'thumbnail of a' }); // has begun: waited for
const dropped = thumbnails.postTask(work, { name: 'thumbnail of b' });
telemetry.postTask(() => new Promise(() => undefined), { name: 'telemetry' }); // would never end
pool.postDelayedTask(() => console.log('never printed'), 60_000, {
  name: 'nightly',
  shutdownBehavior: 'block-shutdown',
});
dropped.then(undefined, (error: unknown) => console.log((error as Error).message));

// The first of each have begun when the signal comes.
while (pool.stats().busy < 3) await new Promise((resolve) => setImmediate(resolve));
process.emit('SIGTERM', 'SIGTERM');

await over;
const late = requests.postTask(() => answer('/late'));
await late.then(undefined, (error: unknown) => console.log((error as Error).message));

// In a script `await using` does it: the block ends when the pool is shut down.
{
  await using script = new ThreadPool({ name: 'script' });
  void script.postTask(() => work().then(() => console.log('saved')), { shutdownBehavior: 'block-shutdown' });
  console.log('the block ends');
}
console.log('the program ends by itself');

// → shutting down
// → Rejected, since the pool 'server' is shut down: task 'thumbnail of b' of 'thumbnails'.
// → answered /
// → answered /about
// → server: ran [thumbnail of a, /, /about] skipped [nightly, thumbnail of b] abandoned [telemetry]
// → database: ran [] skipped [] abandoned []
// → Rejected, since the pool 'server' is shut down: an unnamed task of 'requests'.
// → the block ends
// → saved
// → the program ends by itself
