// Imports what every user does: a pool and a runner.
import { of, observeOn } from 'rxjs';
import { ThreadPool } from 'rxjs-task-runner';

const pool = new ThreadPool();
const runner = pool.createSequencedTaskRunner();
export { ThreadPool };
export const handle = runner.postTask(() => of(42).pipe(observeOn(pool)));
