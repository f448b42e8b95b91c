import { ThreadPool } from 'rxjs-task-runner';

/** The pool of the app: it hears of the errors that nobody awaits, and ends all runners together. */
export const pool = new ThreadPool({
  name: 'app',
  onTaskError: (error, { name }) => console.error(`${name} failed:`, error),
});

/** Keys, and what is shown: somebody waits. */
export const ui = pool.createSequencedTaskRunner({ name: 'ui', priority: 'user-blocking' });
/** Searches, one at a time. */
export const searching = pool.createSequencedTaskRunner({ name: 'searching' });
/** The index, whenever nothing else wants to run. */
export const indexing = pool.createSequencedTaskRunner({ name: 'indexing', priority: 'best-effort' });
/** What was searched is saved, whatever happens: a shutdown waits for it. */
export const saving = pool.createSequencedTaskRunner({ name: 'saving', shutdownBehavior: 'block-shutdown' });
