// Sequences and replies: state that needs no lock, and answers that come back to the runner that asked.
import { currentTaskRunner, postTaskAndReply, type TaskContext, ThreadPool } from 'rxjs-task-runner';

const pool = new ThreadPool({ workers: 4, name: 'shop' });
const stock = pool.createSequencedTaskRunner({ name: 'stock' });
const counter = pool.createSequencedTaskRunner({ name: 'counter', priority: 'user-blocking' });

/** Only tasks of `stock` touch this. */
let apples = 5;

/** Reads, waits, and writes: two of these at once would lose apples. */
const sell =
  (count: number) =>
  async (context: TaskContext): Promise<number> => {
    const before = apples;
    await context.sleep(2);
    if (before < count) throw new Error(`only ${before} left`);
    apples = before - count;
    return apples;
  };

const here = (): string => currentTaskRunner()?.name ?? 'no runner';

// By default a reply goes to the runner that asked: the runner whose task is running now.
await counter.postTask(() => {
  postTaskAndReply(stock, sell(2), (left) => console.log(`${here()}: sold 2, ${left} left`));
  // A reply with `error` gets the error of a task that fails.
  postTaskAndReply(stock, sell(9), {
    next: (left) => console.log(`${here()}: sold 9, ${left} left`),
    error: (error) => console.log(`${here()}: not sold, ${(error as Error).message}`),
  });
});

// Outside of any task the option `on` names the runner. The result of the handle is the result of the reply.
const receipt = await postTaskAndReply(stock, sell(1), (left) => `receipt of ${here()}: sold 1, ${left} left`, {
  on: counter,
});
console.log(receipt);

// `delay` and `name` belong to the task. When the task fails and the reply has no `error`, the handle rejects.
const late = postTaskAndReply(stock, sell(100), () => console.log('never printed'), {
  on: counter,
  delay: 5,
  name: 'bulk order',
  reply: { priority: 'best-effort' },
});
await late.then(undefined, (error: unknown) => console.log(`bulk order: ${(error as Error).message}`));

// → counter: sold 2, 3 left
// → counter: not sold, only 3 left
// → receipt of counter: sold 1, 2 left
// → bulk order: only 2 left
