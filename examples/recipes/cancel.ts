// Cancel on unsubscribe: unsubscribing aborts a download and frees its worker.
import { strict as assert } from 'node:assert';
import { Observable, Subject, switchMap } from 'rxjs';
import { ThreadPool } from 'rxjs-task-runner';
import { expectTasks, recordTasks, TaskEnvironment } from 'rxjs-task-runner/testing';

const pool = new ThreadPool({ name: 'app', workers: 1 });

type Fetch = (url: string, signal: AbortSignal) => Promise<string>;

export function download(url: string, fetch: Fetch): Observable<string> {
  return new Observable((subscriber) => {
    const task = pool.postTask(({ signal }) => fetch(url, signal), { name: url });
    task.then(
      (text) => {
        subscriber.next(text);
        subscriber.complete();
      },
      (error: unknown) => subscriber.error(error),
    );
    return task; // a handle is a subscription: this cancels the task, and aborts its signal
  });
}

/** Takes 5 ms of the environment's time, unless it is aborted. */
const slowFetch: Fetch = (url, signal) =>
  new Promise((resolve, reject) => {
    const timer = pool.schedule(() => resolve(`text of ${url}`), 5);
    signal.addEventListener('abort', () => {
      timer.unsubscribe();
      reject(new Error('aborted'));
    });
  });

const env = new TaskEnvironment();
const recording = recordTasks();
const links = new Subject<string>();
const shown: string[] = [];
links.pipe(switchMap((url) => download(url, slowFetch))).subscribe((text) => shown.push(text));

env.at('a--b', { a: () => links.next('a'), b: () => links.next('b') });
await env.advanceByAsync(20);

assert.deepEqual(shown, ['text of b']);
expectTasks(recording, pool).toBe({
  app: [
    'a==!----', // cancelled in frame 3, where its promise ends too
    '---b====',
  ],
});
recording.verify();
recording.detach();
env.dispose();

console.log('cancel: passed');
