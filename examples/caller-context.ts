// The caller's context: a task sees the `AsyncLocalStorage` of the code that posted it. It is off, and free, by default.
import { AsyncLocalStorage } from 'node:async_hooks';
import { observeOn, of } from 'rxjs';
import { asyncContextHook, postTaskAndReply, ThreadPool, useContextHook } from 'rxjs-task-runner';

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

// One turn runs tasks of many requests, so without a hook each task starts with an empty context.
await request.run('request 1', () => database.postTask(() => query('users')));

useContextHook(asyncContextHook());
await Promise.all([
  request.run('request 2', () => database.postTask(() => query('users'))),
  request.run('request 3', () => database.postTask(() => query('orders'))),
]);

// Actions of streams and replies carry the context too, each from the code that posted it.
await new Promise<void>((resolve) => {
  request.run('request 4', () =>
    of('row')
      .pipe(observeOn(database))
      .subscribe({ next: (row) => log(`stream of ${row}s`), complete: resolve }),
  );
});
await request.run('request 5', () =>
  postTaskAndReply(
    pool,
    () => 5,
    (count) => log(`reply: ${count} rows`),
    { on: database },
  ),
);

// A hook may carry any context. This one passes on the name of a user, which is a plain variable.
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
