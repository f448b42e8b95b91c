// The module of the threads.
import { workerData } from 'node:worker_threads';
import type { Observable } from 'rxjs';
import { fromTask, steps, ThreadPool } from 'rxjs-task-runner';
import { serveTasks } from 'rxjs-task-runner/worker';
import { type Match, type Part, searchInPieces } from './fuzzy-search.js';
import { ThreadLog } from './thread-log.js';
import { timed } from './timed.js';
import type { WordList } from './word-list.js';

/** What a thread is given when it starts. All of it is shared memory, and none is copied. */
export interface ThreadData {
  readonly words: WordList;
  readonly log: SharedArrayBuffer;
}

const { words, log } = workerData as ThreadData;
const threadLog = new ThreadLog(log);
const runner = new ThreadPool().createSequencedTaskRunner({ name: 'search' });

export type Tasks = typeof tasks;
export const tasks = serveTasks({
  /**
   * A thread has a loop of its own, which has to come round to hear that a search is cancelled. So the search yields here as
   * it does on the loop of the program; when it is cancelled, the observable is unsubscribed from, and the search ends.
   */
  search: (query: string, part: Part): Observable<Match[]> =>
    fromTask(
      runner,
      steps(() => timed(threadLog.run, searchInPieces(words, query, part))),
    ),
});
