// Bounded queues: what happens to work that comes faster than it is done, and how to make the source wait.
import { type TaskHandle, TaskRejectedError, ThreadPool, type WhenFull } from 'rxjs-task-runner';

const pool = new ThreadPool({ name: 'app', onTaskError: (error) => console.log('told:', (error as Error).message) });

/** Posts five tasks at once to a queue for two, and says what became of each. */
async function burst(whenFull: WhenFull): Promise<void> {
  const runner = pool.createSequencedTaskRunner({ name: whenFull, queue: { capacity: 2, whenFull } });
  const handles: TaskHandle<string>[] = [];
  for (const name of ['a', 'b', 'c', 'd', 'e']) handles.push(runner.postTask(() => name, { name }));
  const outcomes = await Promise.all(handles.map((handle) => handle.then((name) => name, reasonOf)));
  const { rejected, dropped } = runner.stats();
  console.log(`${whenFull}: ${outcomes.join(' ')}; rejected ${rejected}, dropped ${dropped}`);
}

function reasonOf(error: unknown): string {
  return error instanceof TaskRejectedError ? `(${error.reason})` : String(error);
}

await burst('reject');
await burst('drop-newest');
await burst('drop-oldest');
await burst('wait'); // takes all: whoever posts is expected to ask for room

// 'reject' tells the pool when nobody looks at the handle; what 'drop-…' drops is counted only.
const loud = pool.createSequencedTaskRunner({ name: 'loud', queue: { capacity: 1 } });
loud.postTask(() => 1, { name: 'first' });
loud.postTask(() => 2, { name: 'second' });
await loud.whenIdle();
await new Promise((resolve) => setImmediate(resolve));

// Back-pressure: the source goes on when there is room for one more.
const writer = pool.createSequencedTaskRunner({ name: 'writer', queue: { capacity: 3, whenFull: 'wait' } });
let longest = 0;
let written = 0;

async function* lines(): AsyncGenerator<string> {
  for (let i = 0; i < 20; i++) yield await Promise.resolve(`line ${i}`);
}

for await (const line of lines()) {
  await writer.whenRoom();
  writer.postTask(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    written += line.length > 0 ? 1 : 0;
  });
  longest = Math.max(longest, writer.stats().queued);
}
await writer.whenIdle();
console.log(`written ${written}, never more than ${longest} in the queue`);

// A wish can be taken back.
writer.postTask(() => new Promise((resolve) => setImmediate(resolve)));
for (let i = 0; i < 3; i++) writer.postTask(() => undefined);
const waiting = writer.whenRoom({ signal: AbortSignal.abort(new Error('source closed')) });
await waiting.then(undefined, (error: unknown) => console.log('gave up:', (error as Error).message));

// → reject: a b (full) (full) (full); rejected 3, dropped 0
// → drop-newest: a b (full) (full) (full); rejected 0, dropped 3
// → drop-oldest: (full) (full) (full) d e; rejected 0, dropped 3
// → wait: a b c d e; rejected 0, dropped 0
// → told: Rejected, since the queue is full: task 'second' of 'loud'.
// → written 20, never more than 3 in the queue
// → gave up: source closed
