import { ThreadPool } from 'rxjs-task-runner';

const pool = new ThreadPool();
export const ui = pool.createSequencedTaskRunner({ priority: 'user-blocking', name: 'ui' });
export const io = pool.createParallelTaskRunner({ maxConcurrency: 2, name: 'io' });
export const rows = pool.createSequencedTaskRunner({ priority: 'best-effort', name: 'rows' });
