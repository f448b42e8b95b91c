import { concat, debounceTime, map, observeOn, type Observable, of, switchMap } from 'rxjs';
import type { PrefixIndex } from '../demo/prefix-index.js';
import type { Match } from '../threads-demo/fuzzy-search.js';
import type { Streams } from './streams.js';

/** How long the search waits for the next key, in milliseconds. */
export const DEBOUNCE_MS = 50;

/** What is shown for a text. */
export interface Answer {
  readonly text: string;
  /** From the index, at once. */
  readonly completions: readonly string[];
  /** From the search through all words, which takes a while: `undefined` until then. */
  readonly matches: readonly Match[] | undefined;
}

/**
 * The program of the page: what stands in the field becomes answers. It is the same for all schedulers, and wherever the search
 * runs.
 */
export function answersTo(
  texts: Observable<string>,
  index: PrefixIndex,
  { typing }: Streams,
  search: (text: string) => Observable<Match[]>,
): Observable<Answer> {
  return texts.pipe(
    debounceTime(DEBOUNCE_MS, typing),
    switchMap((text) => {
      if (text === '') return of({ text, completions: [], matches: [] });
      const completions = index.find(text);
      return concat(of(undefined), search(text)).pipe(map((matches) => ({ text, completions, matches })));
    }),
    observeOn(typing),
  );
}
