import { type Observable, of, switchMap } from 'rxjs';
import { fromTask, type TaskRunner } from 'rxjs-task-runner';
import type { RemoteTask } from 'rxjs-task-runner/threads';
import { searching } from './runners.js';
import type { WordIndex } from './word-index.js';

export type Search = (text: string) => Observable<string[]>;

/** The words that begin with a text; if there are none, those that are like it, which `onThreads` looks for. */
export function createSearch(
  index: WordIndex,
  onThreads: TaskRunner,
  similarWords: (text: string) => RemoteTask<string[]>,
): Search {
  return (text) =>
    fromTask(searching, () => index.find(text), { name: 'find' }).pipe(
      switchMap((found) =>
        found.length > 0 ? of(found) : fromTask(onThreads, similarWords(text), { name: 'find similar words' }),
      ),
    );
}
