// The life of tasks as a stream, and debug mode, which reports a deadlock. Virtual time makes the numbers exact.
import { filter, groupBy, map, mergeMap, reduce, Subject, takeUntil } from 'rxjs';
import { enableDebugMode, observeTasks, ThreadPool } from 'rxjs-task-runner';
import { TaskEnvironment } from 'rxjs-task-runner/testing';

const env = new TaskEnvironment();
const pool = new ThreadPool({ workers: 2, name: 'app' });
const runner = pool.createSequencedTaskRunner({ name: 'orders' });

const end$ = new Subject<void>();
/** The tasks that end well. */
const finished$ = observeTasks().pipe(
  filter(({ type, kind }) => type === 'finished' && kind === 'task'),
  takeUntil(end$),
);

finished$
  .pipe(filter(({ waited }) => waited > 100))
  .subscribe(({ name, waited }) => console.log(`${name} waited for ${waited} ms`));

finished$
  .pipe(
    groupBy(({ priority }) => priority),
    mergeMap((group$) =>
      group$.pipe(
        reduce((time, { ran }) => time + ran, 0),
        map((time) => `${group$.key}: ${time} ms of work`),
      ),
    ),
  )
  .subscribe(console.log);

runner.postTask((context) => context.sleep(80), { name: 'check' });
runner.postTask((context) => context.sleep(60), { name: 'pack' });
runner.postTask((context) => context.sleep(10), { name: 'send' });
pool.postTask((context) => context.sleep(30), { name: 'clean up', priority: 'best-effort' });
await env.advanceByAsync(1_000);
end$.next();

// A deadlock: `order` awaits a task that is queued behind it. Debug mode reports that it has held its sequence for long.
const debug = enableDebugMode({ heldFor: 500, report: (message) => console.log(readable(message)) });
const order = runner.postTask(
  async () => {
    await runner.postTask(() => 'stock', { name: 'stock' });
  },
  { name: 'order' },
);
order.then(undefined, (error: unknown) => console.log((error as Error).message));
await env.advanceByAsync(600);
order.cancel(); // its handle settles, but its promise does not, so the sequence stays held

debug.unsubscribe();
env.dispose({ allowPending: true });

/** Removes the folder of this clone and the line numbers. */
function readable(message: string): string {
  return message.replaceAll(/posted from \S*?([\w-]+\.ts):\d+/g, 'posted from $1');
}

// → send waited for 140 ms
// → best-effort: 30 ms of work
// → user-visible: 150 ms of work
// → task 'order' of 'orders', posted from tasks-as-a-stream.ts, has held its sequence for 500 ms, since 1000 by its clock.
// →   Behind it in its sequence: task 'stock' of 'orders', posted from tasks-as-a-stream.ts.
// → Cancelled: task 'order' of 'orders'.
