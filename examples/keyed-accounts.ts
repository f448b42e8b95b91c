// Keyed accounts: tasks of one account run in order, accounts run side by side, and an idle account costs nothing.
import { from, mergeMap } from 'rxjs';
import { fromTask, keyed, type TaskContext, ThreadPool } from 'rxjs-task-runner';

const pool = new ThreadPool({ workers: 8, name: 'bank' });
const accounts = keyed(pool, { name: 'accounts' });

const balances = new Map([
  ['alice', 100],
  ['bob', 100],
]);
const atWork = new Set<string>();
let sideBySide = false;

/** Reads, waits for the ledger, and writes. It needs no lock, since each account runs one of these at a time. */
async function book(name: string, amount: number, context: TaskContext): Promise<number> {
  sideBySide ||= atWork.size > 0;
  atWork.add(name);
  const before = balances.get(name) ?? 0;
  await context.sleep(10);
  balances.set(name, before + amount);
  atWork.delete(name);
  return before + amount;
}

const bookings: readonly (readonly [string, number])[] = [
  ['alice', -10],
  ['bob', 5],
  ['alice', -20],
  ['bob', 5],
  ['alice', -30],
];
const done = bookings.map(([name, amount]) => accounts.runner(name).postTask((context) => book(name, amount, context)));

console.log('accounts in use:', accounts.size);
console.log('balances after each booking:', (await Promise.all(done)).join(' '));
console.log('alice and bob side by side:', sideBySide);
console.log('accounts in use afterwards:', accounts.size);

// The runner of a key works with `fromTask`, and is a scheduler too.
const total = await new Promise<number>((resolve) => {
  let sum = 0;
  from(['alice', 'bob', 'carol'])
    .pipe(mergeMap((name) => fromTask(accounts.runner(name), (context) => book(name, 1, context))))
    .subscribe({ next: (balance) => (sum += balance), complete: () => resolve(sum) });
});
console.log('total:', total);

// Ten thousand keys, used one batch after another, leave nothing behind.
for (let batch = 0; batch < 10; batch++) {
  const visits = Array.from({ length: 1_000 }, (_, i) => accounts.runner(`visitor ${batch}-${i}`).postTask(() => i));
  await Promise.all(visits);
}
console.log('keys kept:', accounts.size);

// → accounts in use: 2
// → balances after each booking: 90 105 70 110 40
// → alice and bob side by side: true
// → accounts in use afterwards: 0
// → total: 153
// → keys kept: 0
