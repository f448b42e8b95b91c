// A long task that yields: what is urgent goes first, in the middle of it, and the task goes on in its place.
import { ThreadPool } from 'rxjs-task-runner';

const pool = new ThreadPool({ name: 'app' });
const ui = pool.createSequencedTaskRunner({ priority: 'user-blocking', name: 'ui' });
const indexing = pool.createSequencedTaskRunner({ priority: 'best-effort', name: 'indexing' });

const chapters = ['one', 'two', 'three', 'four'];

/** Stands in for work that takes long; while it is at chapter two somebody presses a key. */
function index(chapter: string): void {
  console.log('indexing', chapter);
  if (chapter === 'two') ui.postTask(() => console.log('  a key is answered'));
}

// Without a yield everybody waits until it has ended.
indexing.postTask(() => {
  for (const chapter of chapters) index(chapter);
});
await pool.whenIdle();

// An async task: it asks, and awaits.
console.log('-- async');
indexing.postTask(async (context) => {
  for (const chapter of chapters) {
    index(chapter);
    if (context.shouldYield()) await context.yield();
  }
});
indexing.postTask(() => console.log('what is behind it in its sequence waits'));
await pool.whenIdle();

// A generator: each `yield` is a point where the loop may go on with something else. It costs no promise.
console.log('-- generator');
const pages = await indexing.postTask(function* () {
  let count = 0;
  for (const chapter of chapters) {
    index(chapter);
    count++;
    yield;
  }
  return count;
});
console.log('indexed', pages);

// Cancelled in between, it ends there, and cleans up.
console.log('-- cancelled');
const cancelled = indexing.postTask(function* () {
  try {
    for (const chapter of chapters) {
      index(chapter);
      if (chapter === 'two') ui.postTask(() => cancelled.cancel('enough'));
      yield;
    }
  } finally {
    console.log('cleaned up');
  }
});
await cancelled.then(undefined, (error: unknown) => console.log((error as Error).name, (error as Error).cause));

// → indexing one
// → indexing two
// → indexing three
// → indexing four
// →   a key is answered
// → -- async
// → indexing one
// → indexing two
// →   a key is answered
// → indexing three
// → indexing four
// → what is behind it in its sequence waits
// → -- generator
// → indexing one
// → indexing two
// →   a key is answered
// → indexing three
// → indexing four
// → indexed 4
// → -- cancelled
// → indexing one
// → indexing two
// →   a key is answered
// → cleaned up
// → AbortError enough
