// The module of the web workers.
import { from, map, type Observable, startWith, switchMap } from 'rxjs';
import { fromTask, steps, ThreadPool } from 'rxjs-task-runner';
import { serveTasks } from 'rxjs-task-runner/worker';
import { type Match, type Part, searchInPieces } from '../threads-demo/fuzzy-search.js';
import type { WordList } from '../threads-demo/word-list.js';

/** What a worker says of a search. */
export type Report =
  { readonly type: 'begun'; readonly worker: string } | { readonly type: 'found'; readonly matches: Match[] };

/** The first message to a worker, before all calls. */
export interface Greeting {
  readonly words: WordList;
}

const runner = new ThreadPool().createSequencedTaskRunner({ name: 'search' });
const words = new Promise<WordList>((resolve) => {
  addEventListener('message', ({ data }: MessageEvent<Partial<Greeting>>) => {
    if (data.words !== undefined) resolve(data.words);
  });
});

export type Tasks = typeof tasks;
export const tasks = serveTasks({
  /** It yields, so that the worker hears when a search is cancelled. */
  search: (query: string, part: Part): Observable<Report> =>
    from(words).pipe(
      switchMap((list) =>
        fromTask(
          runner,
          steps(() => searchInPieces(list, query, part)),
        ),
      ),
      map((matches): Report => ({ type: 'found', matches })),
      startWith<Report>({ type: 'begun', worker: self.name }),
    ),
});
