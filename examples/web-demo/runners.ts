import { ThreadPool } from 'rxjs-task-runner';

/** The pool of the page and its runners. After a shutdown another one takes its place. */
export class Runners {
  readonly pool: ThreadPool;
  /** For what the person types, and sees at once. */
  readonly typing;
  readonly search;
  readonly indexing;
  readonly burst;
  /** For searches on web workers. */
  readonly calls;

  /** @param threads how many calls run at once */
  constructor(threads: number) {
    const pool = new ThreadPool({ name: 'page', workers: threads });
    this.pool = pool;
    this.typing = pool.createSequencedTaskRunner({ priority: 'user-blocking', name: 'typing' });
    this.search = pool.createSequencedTaskRunner({ priority: 'user-visible', name: 'search' });
    this.indexing = pool.createSequencedTaskRunner({ priority: 'best-effort', name: 'indexing' });
    this.burst = pool.createSequencedTaskRunner({ priority: 'best-effort', name: 'burst' });
    this.calls = pool.createParallelTaskRunner({ maxConcurrency: threads, priority: 'user-visible', name: 'calls' });
  }

  get all() {
    return [this.typing, this.search, this.calls, this.indexing, this.burst];
  }
}
