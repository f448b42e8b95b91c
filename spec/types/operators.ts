// What the compiler infers for operators. Nobody runs this file: `npm run typecheck` fails when an inference changes.
import { type Observable, of, type OperatorFunction } from 'rxjs';
import type { KeyedTaskRunner, Runner, ThreadPool } from '../../src/index.js';
import { fromIterable, handOver, taskMap } from '../../src/operators/index.js';
import type { Threads } from '../../src/threads/index.js';
import { exactly } from './exactly.js';

interface Order {
  readonly customer: string;
  readonly price: number;
}
declare const orders: Observable<Order>;
declare const pool: ThreadPool;
declare const runner: Runner;
declare const byCustomer: KeyedTaskRunner<string>;
declare const threads: Threads<{ tax(price: number): Promise<string> }>;

export function streamsOfTasks(): void {
  exactly<Observable<number>>()(orders.pipe(taskMap(runner, ({ price }) => price)));
  exactly<Observable<string>>()(orders.pipe(taskMap(runner, async ({ customer }) => customer)));
  exactly<Observable<string>>()(orders.pipe(taskMap(pool, ({ customer }) => of(customer))));
  exactly<Observable<string>>()(orders.pipe(taskMap(pool, ({ price }) => threads.tasks.tax(price))));
  exactly<Observable<number>>()(
    orders.pipe(
      taskMap(runner, ({ price }) => price, { capacity: 1, onDrop: (order) => exactly<Order>()(order) }),
      taskMap(runner, (price) => 2 * price, { priority: (price) => (price > 1 ? 'user-blocking' : undefined) }),
    ),
  );
  exactly<Observable<boolean>>()(
    orders.pipe(taskMap(runner, (order, { signal }) => (exactly<Order>()(order), signal.aborted))),
  );
  const prices = taskMap(runner, ({ price }: Order) => price);
  exactly<OperatorFunction<Order, number>>()(prices);
}

export function streamsOfKeys(): void {
  exactly<Observable<number>>()(
    orders.pipe(taskMap(byCustomer, ({ price }) => price, { key: ({ customer }) => customer })),
  );
  // @ts-expect-error For a keyed runner there is a key to say.
  orders.pipe(taskMap(byCustomer, ({ price }) => price));
  // @ts-expect-error The key is of the type of the runner's keys.
  orders.pipe(taskMap(byCustomer, ({ price }) => price, { key: ({ price }) => price }));
  // @ts-expect-error A runner without keys takes none.
  orders.pipe(taskMap(runner, ({ price }) => price, { key: ({ customer }) => customer }));
}

export function pulledValues(list: readonly Order[], file: AsyncIterable<string>): void {
  exactly<Observable<number>>()(fromIterable(runner, list, ({ price }) => price));
  exactly<Observable<number>>()(fromIterable(pool, file, async (line) => line.length, { maxPending: 2 }));
  exactly<Observable<number>>()(
    fromIterable(byCustomer, list, ({ price }) => of(price), { key: ({ customer }) => customer }),
  );
  // @ts-expect-error There is nothing to iterate.
  fromIterable(runner, 1, () => 1);
}

export function handedOver(): void {
  exactly<Observable<Order>>()(orders.pipe(handOver(runner, { capacity: 1 })));
  handOver<Order>(pool, { capacity: 1, whenFull: 'drop-oldest', onDrop: (order) => exactly<Order>()(order) });
}
