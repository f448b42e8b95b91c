// A long task that yields: an urgent task runs in the middle of it, and then the long task goes on.
import { steps, ThreadPool, whenIdle } from 'rxjs-task-runner';

const pool = new ThreadPool({ name: 'app' });
const ui = pool.createSequencedTaskRunner({ priority: 'user-blocking', name: 'ui' });
const indexing = pool.createSequencedTaskRunner({ priority: 'best-effort', name: 'indexing' });

const chapters = ['one', 'two', 'three', 'four'];

/** Stands in for work that takes long. Somebody presses a key during chapter two. */
function index(chapter: string): void {
  console.log('indexing', chapter);
  if (chapter === 'two') ui.postTask(() => console.log('  a key is answered'));
}

// A task that does not yield makes everybody wait until it has ended.
indexing.postTask(() => {
  for (const chapter of chapters) index(chapter);
});
await whenIdle(pool);

// An async task asks whether it should yield, and awaits the yield.
console.log('-- async');
indexing.postTask(async (context) => {
  for (const chapter of chapters) {
    index(chapter);
    if (context.shouldYield()) await context.yield();
  }
});
indexing.postTask(() => console.log('the next task of the sequence waits'));
await whenIdle(pool);

// A generator task: at each `yield` the loop may run something else first. It costs no promise.
console.log('-- generator');
const pages = await indexing.postTask(
  steps(function* () {
    let count = 0;
    for (const chapter of chapters) {
      index(chapter);
      count++;
      yield;
    }
    return count;
  }),
);
console.log('indexed', pages);

// A generator task that is cancelled ends at its `yield`, and its `finally` block runs.
console.log('-- cancelled');
const cancelled = indexing.postTask(
  steps(function* () {
    try {
      for (const chapter of chapters) {
        index(chapter);
        if (chapter === 'two') ui.postTask(() => cancelled.cancel('enough'));
        yield;
      }
    } finally {
      console.log('cleaned up');
    }
  }),
);
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
// → the next task of the sequence waits
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
