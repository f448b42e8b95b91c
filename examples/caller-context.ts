// The caller's context: a task finds in `AsyncLocalStorage` what whoever posted it would. Off, and free, by default.
import { AsyncLocalStorage } from 'node:async_hooks';
import { observeOn, of } from 'rxjs';
import { asyncContextHook, ThreadPool, useContextHook } from 'rxjs-task-runner';

const request = new AsyncLocalStorage<string>();
const pool = new ThreadPool({ name: 'server' });
const database = pool.createSequencedTaskRunner({ name: 'database' });

const log = (text: string): void => console.log(`[${request.getStore() ?? 'no request'}] ${text}`);

async function query(table: string): Promise<string> {
  log(`query ${table}`);
  await new Promise((resolve) => setImmediate(resolve));
  log(`got ${table}`);
  return table;
}

// One turn runs the work of many requests, so without a hook tasks run outside of any.
await request.run('request 1', () => database.postTask(() => query('users')));

useContextHook(asyncContextHook());
await Promise.all([
  request.run('request 2', () => database.postTask(() => query('users'))),
  request.run('request 3', () => database.postTask(() => query('orders'))),
]);

// Streams carry it too, and replies, each from where it was posted.
await new Promise<void>((resolve) => {
  request.run('request 4', () =>
    of('row')
      .pipe(observeOn(database))
      .subscribe({ next: (row) => log(`stream of ${row}s`), complete: resolve }),
  );
});
await request.run('request 5', () =>
  pool.postTaskAndReply(
    () => 5,
    (count) => log(`reply: ${count} rows`),
    database,
  ),
);

// Any context will do: this hook passes on the name of a user, which is a plain variable.
let user = 'nobody';
useContextHook({
  capture: () => user,
  run: (captured, call) => {
    const outer = user;
    user = captured;
    try {
      return call();
    } finally {
      user = outer;
    }
  },
});
user = 'alice';
const greeting = database.postTask(() => console.log(`hello, ${user}`));
user = 'bob';
await greeting;

useContextHook(null);
await database.postTask(() => console.log(`hello, ${user}`));

// → [no request] query users
// → [no request] got users
// → [request 2] query users
// → [request 2] got users
// → [request 3] query orders
// → [request 3] got orders
// → [request 4] stream of rows
// → [request 5] reply: 5 rows
// → hello, alice
// → hello, bob
