// The tests of the search box: what it shows and when, and who waits for whom.
import { strict as assert } from 'node:assert';
import { map, Subject } from 'rxjs';
import { steps, ThreadPool } from 'rxjs-task-runner';
import { inlineThreads } from 'rxjs-task-runner/threads';
import { marbles, TaskEnvironment } from 'rxjs-task-runner/testing';
import { indexing, pool, searching } from './runners.js';
import { answersTo } from './search-box.js';
import { createSearch, type Search } from './search.js';
import { similarWords } from './similar-words.js';
import { WordIndex } from './word-index.js';

// A key within 150 ms makes the one before it obsolete. The answer takes 40 ms.
marbles(({ cold, hot, expectObservable }) => {
  const typed = hot(' r-x 397ms |');
  const expected = '  192ms X 207ms |';
  const search: Search = (text) => cold('40ms (a|)', { a: [text.toUpperCase()] });
  const shown = answersTo(typed, search).pipe(map(({ words }) => words.join()));
  expectObservable(shown).toBe(expected);
});

// A key during a search gives that search up, so its answer never comes.
marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
  const typed = hot('      r 159ms x 399ms |');
  const slow = cold('      200ms (R|)');
  const slowSubscribed = ' 150ms ^ 159ms !';
  const expected = '       350ms X 209ms |';
  const search: Search = (text) => (text === 'r' ? slow : cold('40ms (X|)')).pipe(map((word) => [word]));
  const shown = answersTo(typed, search).pipe(map(({ words }) => words.join()));
  expectObservable(shown).toBe(expected);
  expectSubscriptions(slow.subscriptions).toBe(slowSubscribed);
});

// A search does not wait for the index, each piece of which takes 2 ms.
const env = new TaskEnvironment({ record: true });
indexing.postTask(
  steps(function* () {
    for (let piece = 0; piece < 4; piece++) {
      env.advanceClock(2);
      yield;
    }
  }),
  { name: 'build' },
);
searching.postTask(() => undefined, { name: 'find', delay: 3 });
env.advanceBy(10);
env.expectTasks(pool).toBe({
  searching: '----f----',
  indexing: ' b=======',
});
env.dispose();

// What no word begins with is looked for by a thread, for which the loop stands in.
const words = ['schedule', 'search', 'sequence'];
const threads = inlineThreads({ similarWords: (text: string) => similarWords(words, text) });
const search = createSearch(new WordIndex(words), new ThreadPool({ workers: 4 }), threads.tasks.similarWords);
const environment = new TaskEnvironment();
const typed = new Subject<string>();
const shown: string[] = [];
answersTo(typed, search).subscribe(({ text, words: found }) => shown.push(`${text}: ${found.join()}`));
for (const text of ['se', 'shedule']) {
  typed.next(text);
  await environment.advanceByAsync(200);
}
assert.deepEqual(shown, ['se: search,sequence', 'shedule: schedule']);
environment.dispose();

console.log('search box: passed');
