// The graceful shutdown of a server: the report says which tasks were finished, dropped or left alone.
import {
  createSingleThreadTaskRunner,
  type ShutdownReport,
  stats,
  type TaskContext,
  ThreadPool,
} from 'rxjs-task-runner';

const pool = new ThreadPool({ workers: 4, name: 'server' });

// An accepted request must be answered, so it blocks the shutdown. A thumbnail can be made again, so the default is right:
// it is skipped. Nobody waits for telemetry, so it continues on its own.
const requests = pool.createSequencedTaskRunner({ name: 'requests', shutdownBehavior: 'block-shutdown' });
const thumbnails = pool.createSequencedTaskRunner({ name: 'thumbnails' });
const telemetry = pool.createSequencedTaskRunner({ name: 'telemetry', shutdownBehavior: 'continue-on-shutdown' });
// All tasks share this connection. It is outside of the pool, and may outlive it.
const database = createSingleThreadTaskRunner({ name: 'database' });

const signal = new Promise<void>((resolve) => process.once('SIGTERM', () => resolve()));

/** Slow, so that the signal comes while it runs. */
async function work(context: TaskContext): Promise<void> {
  await signal;
  await context.sleep(1);
}

async function answer(page: string, context: TaskContext): Promise<void> {
  await work(context);
  await context.waitFor(database.postTask(() => console.log(`answered ${page}`)));
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

for (const page of ['/', '/about']) void requests.postTask((context) => answer(page, context), { name: page });
thumbnails.postTask(() => signal, { name: 'thumbnail of a' }); // it has begun, so the shutdown waits for it
const dropped = thumbnails.postTask(work, { name: 'thumbnail of b' });
telemetry.postTask(() => new Promise(() => undefined), { name: 'telemetry' }); // it would never end
pool.postDelayedTask(() => console.log('never printed'), 60_000, {
  name: 'nightly',
  shutdownBehavior: 'block-shutdown',
});
dropped.then(undefined, (error: unknown) => console.log((error as Error).message));

// The first task of each runner has begun when the signal comes.
while (stats(pool).busy < 3) await new Promise((resolve) => setImmediate(resolve));
process.emit('SIGTERM', 'SIGTERM');

await over;
const late = requests.postTask((context) => answer('/late', context));
await late.then(undefined, (error: unknown) => console.log((error as Error).message));

// A script that has no server to stop runs what is queued and ends: Go calls this StopGraceful.
const batch = new ThreadPool({ name: 'batch' });
const jobs = batch.createSequencedTaskRunner();
for (const name of ['resize', 'upload']) void jobs.postTask(async () => undefined, { name });
show('batch', await batch.shutdown({ queued: 'run' }));

// `await using` shuts a pool down at the end of the block.
{
  await using script = new ThreadPool({ name: 'script' });
  void script.postTask((context) => work(context).then(() => console.log('saved')), {
    shutdownBehavior: 'block-shutdown',
  });
  console.log('the block ends');
}
console.log('the program ends by itself');

// → shutting down
// → Rejected, since the pool 'server' is shut down: task 'thumbnail of b' of 'thumbnails'.
// → answered /
// → answered /about
// → server: ran [thumbnail of a, /, /about] skipped [thumbnail of b, nightly] abandoned [telemetry]
// → database: ran [] skipped [] abandoned []
// → Rejected, since the pool 'server' is shut down: an unnamed task of 'requests'.
// → batch: ran [resize, upload] skipped [] abandoned []
// → the block ends
// → saved
// → the program ends by itself
