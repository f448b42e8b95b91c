import { Worker } from 'node:worker_threads';
import { forkJoin, lastValueFrom, map, type Observable } from 'rxjs';
import { fromTask, steps, ThreadPool } from 'rxjs-task-runner';
import { Threads } from 'rxjs-task-runner/threads';
import type { LaneRecorder } from '../demo/lane-recorder.js';
import { bestOf, type Match, type Part, search, searchInPieces } from './fuzzy-search.js';
import type { Tasks, ThreadData } from './search.tasks.js';
import { ThreadLog } from './thread-log.js';
import { timed } from './timed.js';
import { countOf, type WordList } from './word-list.js';

/** The lanes of the program's own loop. */
export type LaneName = 'typing' | 'search';
export type Lanes = LaneRecorder<LaneName>;

/** Where one search runs. Nothing else differs between the runs. */
export interface Contender {
  readonly name: string;
  readonly search: (query: string, lanes: Lanes) => Observable<Match[]>;
}

/** The loop, and the threads beside it. */
export class Machine {
  /** For what the person sees and does. */
  readonly ui;
  readonly contenders: readonly Contender[];
  /** When each thread ran. */
  readonly logs: readonly ThreadLog[];
  private readonly threads: Threads<Tasks>;

  constructor(words: WordList, size: number) {
    const all: Part = { from: 0, to: countOf(words) };
    const parts = split(all, size);
    this.logs = parts.map(() => new ThreadLog());
    const unused = [...this.logs];
    this.threads = new Threads<Tasks>(
      ({ name }) => {
        // A thread is replaced if it crashes, which would be the end of the demo.
        const workerData: ThreadData = { words, log: unused.shift()!.memory };
        return new Worker(new URL('./search.worker.mjs', import.meta.url), { name, workerData });
      },
      { size, eager: true, maxRestarts: 0 },
    );
    const pool = new ThreadPool({ name: 'demo', workers: size });
    this.ui = pool.createSequencedTaskRunner({ priority: 'user-blocking', name: 'typing' });
    this.contenders = [
      {
        name: 'on the loop',
        search: (query, lanes) => fromTask(pool, () => lanes.run('search', () => search(words, query, all))),
      },
      {
        name: 'yielding',
        search: (query, lanes) =>
          fromTask(
            pool,
            steps(() => timed((piece) => lanes.run('search', piece), searchInPieces(words, query, all))),
          ),
      },
      {
        // A person waits for one search at a time: so it is divided among all threads, which would be idle otherwise.
        name: 'on threads',
        search: (query) =>
          forkJoin(parts.map((part) => fromTask(pool, this.threads.tasks.search(query, part)))).pipe(map(bestOf)),
      },
    ];
  }

  /** Searches until each thread has taken part, so that all code is compiled and all threads have begun. */
  async warmUp(lanes: Lanes): Promise<void> {
    do {
      for (const contender of this.contenders) await lastValueFrom(contender.search('warming', lanes));
    } while (this.logs.some(({ isEmpty }) => isEmpty));
  }

  close(): Promise<void> {
    return this.threads.shutdown();
  }
}

/** Parts of about the same size. */
function split({ from, to }: Part, count: number): Part[] {
  const at = (number: number): number => from + Math.floor(((to - from) * number) / count);
  return Array.from({ length: count }, (_, number) => ({ from: at(number), to: at(number + 1) }));
}
