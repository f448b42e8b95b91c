import {
  type Bound,
  createSingleThreadTaskRunner,
  keyed,
  stats,
  type TaskErrorHandler,
  type TaskRunner,
  ThreadPool,
} from '../../src/index.js';

/** A runner whose queue has bounds, and what shuts it down. */
export interface Bounded {
  readonly runner: TaskRunner;
  /** The counters of its pool, or its own where it has none. */
  stats(): { readonly rejected: number; readonly dropped: number; readonly queued: number };
}

export interface BoundedOptions {
  readonly queue: Bound;
  readonly onTaskError?: TaskErrorHandler | undefined;
}

/**
 * One of every kind of runner, with room for one running task: whatever is posted while that is pending waits in the
 * queue.
 */
export const boundedRunners: Readonly<Record<string, (options: BoundedOptions) => Bounded>> = {
  'a sequenced runner': ({ queue, onTaskError }) =>
    ofPool(onTaskError, (pool) => pool.createSequencedTaskRunner({ name: 'bounded', queue })),
  'a parallel runner': ({ queue, onTaskError }) =>
    ofPool(onTaskError, (pool) => pool.createParallelTaskRunner({ name: 'bounded', queue, maxConcurrency: 1 })),
  'a parallel runner that waits for a worker': ({ queue, onTaskError }) =>
    ofPool(onTaskError, (pool) => pool.createParallelTaskRunner({ name: 'bounded', queue, maxConcurrency: 3 }), 1),
  'a single-thread runner': ({ queue, onTaskError }) => {
    const runner = createSingleThreadTaskRunner({ name: 'bounded', queue, onTaskError });
    return { runner, stats: () => stats(runner) };
  },
  'the runner of a key': ({ queue, onTaskError }) =>
    ofPool(onTaskError, (pool) => keyed(pool, { name: 'bounded', queue }).runner('key')),
  'a pool': ({ queue, onTaskError }) => {
    const runner = new ThreadPool({ workers: 1, name: 'bounded', queue, onTaskError });
    return { runner, stats: () => stats(runner) };
  },
};

function ofPool(
  onTaskError: TaskErrorHandler | undefined,
  make: (pool: ThreadPool) => TaskRunner,
  workers = 4,
): Bounded {
  const pool = new ThreadPool({ workers, onTaskError });
  return { runner: make(pool), stats: () => stats(pool) };
}
