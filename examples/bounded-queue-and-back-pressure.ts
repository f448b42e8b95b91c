// Bounded queues: what happens when work comes faster than it is done, and how to make the source wait.
import {
  bounded,
  stats,
  type TaskHandle,
  TaskRejectedError,
  ThreadPool,
  type WhenFull,
  whenIdle,
  whenRoom,
} from 'rxjs-task-runner';

const pool = new ThreadPool({ name: 'app', onTaskError: (error) => console.log('told:', (error as Error).message) });

/** Posts five tasks at once to a queue that holds two, and prints what became of each. */
async function burst(whenFull: WhenFull): Promise<void> {
  const runner = pool.createSequencedTaskRunner({ name: whenFull, queue: bounded(2, whenFull) });
  const handles: TaskHandle<string>[] = [];
  for (const name of ['a', 'b', 'c', 'd', 'e']) handles.push(runner.postTask(() => name, { name }));
  const outcomes = await Promise.all(handles.map((handle) => handle.then((name) => name, reasonOf)));
  const { rejected, dropped } = stats(runner);
  console.log(`${whenFull}: ${outcomes.join(' ')}; rejected ${rejected}, dropped ${dropped}`);
}

function reasonOf(error: unknown): string {
  return error instanceof TaskRejectedError ? `(${error.reason})` : String(error);
}

await burst('reject');
await burst('drop-newest');
await burst('drop-oldest');
await burst('wait'); // takes all of them: the caller is expected to await whenRoom() first

// A rejected task is reported to onTaskError if nobody awaits its handle. A dropped task is only counted.
const loud = pool.createSequencedTaskRunner({ name: 'loud', queue: bounded(1) });
loud.postTask(() => 1, { name: 'first' });
loud.postTask(() => 2, { name: 'second' });
await whenIdle(loud);
await new Promise((resolve) => setImmediate(resolve));

// Back-pressure: the source reads on only when the queue has room for one more.
const writer = pool.createSequencedTaskRunner({ name: 'writer', queue: bounded(3, 'wait') });
let longest = 0;
let written = 0;

async function* lines(): AsyncGenerator<string> {
  for (let i = 0; i < 20; i++) yield await Promise.resolve(`line ${i}`);
}

for await (const line of lines()) {
  await whenRoom(writer);
  writer.postTask(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    written += line.length > 0 ? 1 : 0;
  });
  longest = Math.max(longest, stats(writer).queued);
}
await whenIdle(writer);
console.log(`written ${written}, never more than ${longest} in the queue`);

// A signal ends the wait for room.
writer.postTask(() => new Promise((resolve) => setImmediate(resolve)));
for (let i = 0; i < 3; i++) writer.postTask(() => undefined);
const waiting = whenRoom(writer, { signal: AbortSignal.abort(new Error('source closed')) });
await waiting.then(undefined, (error: unknown) => console.log('gave up:', (error as Error).message));

// → reject: a b (full) (full) (full); rejected 3, dropped 0
// → drop-newest: a b (full) (full) (full); rejected 0, dropped 3
// → drop-oldest: (full) (full) (full) d e; rejected 0, dropped 3
// → wait: a b c d e; rejected 0, dropped 0
// → told: Rejected, since the queue is full: task 'second' of 'loud'.
// → written 20, never more than 3 in the queue
// → gave up: source closed
