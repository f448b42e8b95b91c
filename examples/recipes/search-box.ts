// Debounce a search box: ask when typing pauses, and show only the answer to what was asked last.
import { debounceTime, distinctUntilChanged, type Observable, observeOn, switchMap } from 'rxjs';
import { ThreadPool } from 'rxjs-task-runner';
import { marbles } from 'rxjs-task-runner/testing';

const pool = new ThreadPool({ name: 'app' });
const ui = pool.createSequencedTaskRunner({ priority: 'user-blocking', name: 'ui' });

type Search = (query: string) => Observable<string>;

export function searchResults(typed: Observable<string>, search: Search): Observable<string> {
  return typed.pipe(debounceTime(150, ui), distinctUntilChanged(), switchMap(search), observeOn(ui));
}

// A key at 2 makes that of 0 obsolete. The answer takes 40 ms.
marbles(({ cold, hot, expectObservable }) => {
  const typed = hot(' r-x 397ms |');
  const expected = '  192ms X 207ms |';
  const search: Search = (query) => cold('40ms (a|)', { a: query.toUpperCase() });
  expectObservable(searchResults(typed, search)).toBe(expected);
});

// A key during a search cancels that search, so its answer never comes.
marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
  const typed = hot('      r 159ms x 399ms |');
  const slow = cold('      200ms (R|)');
  const slowSubscribed = ' 150ms ^ 159ms !';
  const expected = '       350ms X 209ms |';
  const search: Search = (query) => (query === 'r' ? slow : cold('40ms (X|)'));
  expectObservable(searchResults(typed, search)).toBe(expected);
  expectSubscriptions(slow.subscriptions).toBe(slowSubscribed);
});

console.log('search box: passed');
