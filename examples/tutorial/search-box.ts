import { debounceTime, distinctUntilChanged, map, type Observable, observeOn, switchMap } from 'rxjs';
import { ui } from './runners.js';
import type { Search } from './search.js';

export interface Answer {
  readonly text: string;
  readonly words: readonly string[];
}

/** What the search box shows for what is typed. A key gives up the search before it. */
export function answersTo(typed: Observable<string>, search: Search): Observable<Answer> {
  return typed.pipe(
    debounceTime(150, ui),
    distinctUntilChanged(),
    switchMap((text) => search(text).pipe(map((words) => ({ text, words })))),
    observeOn(ui),
  );
}
