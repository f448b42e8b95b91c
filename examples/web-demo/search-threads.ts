import { finalize, forkJoin, filter, map, type Observable, tap } from 'rxjs';
import { fromTask, type TaskRunner } from 'rxjs-task-runner';
import { Threads } from 'rxjs-task-runner/threads';
import { bestOf, type Match, type Part } from '../threads-demo/fuzzy-search.js';
import { countOf, type WordList } from '../threads-demo/word-list.js';
import type { Greeting, Report, Tasks } from './search.worker.js';
import { WatchedThread } from './watched-thread.js';

/** Web workers that search, each in a part of the words. */
export class SearchThreads {
  /** What each of them does. */
  readonly watched: readonly WatchedThread[];
  private readonly threads: Threads<Tasks>;
  private readonly parts: readonly Part[];
  private readonly names = new Map<string, WatchedThread>();

  constructor(words: WordList, size: number) {
    this.watched = Array.from({ length: size }, (_, number) => new WatchedThread(`web worker ${number + 1}`));
    this.parts = split(countOf(words), size);
    this.threads = new Threads<Tasks>(
      ({ name }) => {
        // One that has crashed is replaced, by one of another name in the same row.
        this.names.set(name, this.watched[this.names.size % size]!);
        const worker = new Worker(new URL('./search.worker.js', import.meta.url), { type: 'module', name });
        const greeting: Greeting = { words };
        worker.postMessage(greeting);
        return worker;
      },
      { size, name: 'search', eager: true },
    );
  }

  /** A person waits for one search at a time: so it is divided among all threads, which would be idle otherwise. */
  search(query: string, calls: TaskRunner): Observable<Match[]> {
    return forkJoin(this.parts.map((part, number) => this.searchIn(part, query, number, calls))).pipe(map(bestOf));
  }

  private searchIn(part: Part, query: string, number: number, calls: TaskRunner): Observable<Match[]> {
    let on: WatchedThread | undefined;
    return fromTask(calls, this.threads.tasks.search(query, part), { name: `search ‘${query}’` }).pipe(
      tap((report) => {
        if (report.type === 'begun') on = this.begin(report.worker, `‘${query}’, part ${number + 1}`);
      }),
      filter((report) => report.type === 'found'),
      map(({ matches }: Report & { type: 'found' }) => matches),
      finalize(() => on?.end()),
    );
  }

  private begin(name: string, what: string): WatchedThread | undefined {
    const thread = this.names.get(name);
    thread?.begin(what);
    return thread;
  }
}

/** Parts of about the same size. */
function split(count: number, size: number): Part[] {
  const at = (number: number): number => Math.floor((count * number) / size);
  return Array.from({ length: size }, (_, number) => ({ from: at(number), to: at(number + 1) }));
}
