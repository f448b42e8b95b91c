import { type Runner, type TaskRunner, ThreadPool } from 'rxjs-task-runner';
import { sleep } from './in-environment.js';

/** A pool of a test's own, since what one shuts down is no other's, and two sequences of it. */
export function twoRunners(): { pool: ThreadPool; page: Runner; news: Runner } {
  const pool = new ThreadPool({ name: 'pool', onTaskError: () => undefined });
  const [page, news] = ['page', 'news'].map((name) => pool.createSequencedTaskRunner({ name }));
  return { pool, page: page!, news: news! };
}

/** Posts a task with a promise of so many milliseconds. */
export function postSlow(runner: TaskRunner, name: string, ms: number, delay = 0): void {
  void runner.postTask(() => sleep(ms), { name, delay });
}
