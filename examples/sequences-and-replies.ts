// Sequences and replies: state that needs no lock, and answers that come back to whoever asked.
import { currentTaskRunner, ThreadPool } from 'rxjs-task-runner';

const pool = new ThreadPool({ workers: 4, name: 'shop' });
const stock = pool.createSequencedTaskRunner({ name: 'stock' });
const counter = pool.createSequencedTaskRunner({ name: 'counter', priority: 'user-blocking' });

/** Only tasks of `stock` touch this. */
let apples = 5;

/** Reads, waits, and writes: two of these at once would lose apples. */
async function sell(count: number): Promise<number> {
  const before = apples;
  await new Promise((resolve) => setTimeout(resolve, 2));
  if (before < count) throw new Error(`only ${before} left`);
  apples = before - count;
  return apples;
}

const here = (): string => currentTaskRunner()?.name ?? 'no runner';

// A reply goes to the runner that asked: the one whose task is running.
await counter.postTask(() => {
  stock.postTaskAndReply(
    () => sell(2),
    (left) => console.log(`${here()}: sold 2, ${left} left`),
  );
  // With `error` the reply hears of a failure, too.
  stock.postTaskAndReply(() => sell(9), {
    next: (left) => console.log(`${here()}: sold 9, ${left} left`),
    error: (error) => console.log(`${here()}: not sold, ${(error as Error).message}`),
  });
});

// Outside of any task one names the runner. The handle has what the reply returns.
const receipt = await stock.postTaskAndReply(
  () => sell(1),
  (left) => `receipt of ${here()}: sold 1, ${left} left`,
  counter,
);
console.log(receipt);

// A delay is that of the task. When a task fails that has no reply for it, whoever awaits the handle hears of it.
const late = stock.postTaskAndReply(
  () => sell(100),
  () => console.log('never printed'),
  counter,
  { delay: 5, name: 'bulk order', reply: { priority: 'best-effort' } },
);
await late.then(undefined, (error: unknown) => console.log(`bulk order: ${(error as Error).message}`));

// → counter: sold 2, 3 left
// → counter: not sold, only 3 left
// → receipt of counter: sold 1, 2 left
// → bulk order: only 2 left
