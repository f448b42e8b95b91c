import { asapScheduler, asyncScheduler, type SchedulerLike } from 'rxjs';
import { ThreadPool } from 'rxjs-task-runner';

/** Where the two halves of the program run. Nothing else differs between the runs. */
export interface Contender {
  readonly name: string;
  /** For debouncing what is typed, and for showing the answers. */
  readonly typing: SchedulerLike;
  /** For indexing the dictionary. */
  readonly indexing: SchedulerLike;
}

const pool = new ThreadPool({ name: 'demo' });

/** The first is what the others are compared with. */
export const CONTENDERS: readonly Contender[] = [
  {
    name: 'task runner',
    typing: pool.createSequencedTaskRunner({ priority: 'user-blocking', name: 'typing' }),
    indexing: pool.createSequencedTaskRunner({ priority: 'best-effort', name: 'indexing' }),
  },
  { name: 'asyncScheduler', typing: asyncScheduler, indexing: asyncScheduler },
  { name: 'asapScheduler', typing: asapScheduler, indexing: asapScheduler },
];
