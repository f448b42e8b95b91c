// An event bus as an example of sequence ownership: see event-bus.ts.
import { map } from 'rxjs';
import { currentTaskRunner, ThreadPool, whenIdle } from 'rxjs-task-runner';
import { EventBus } from './event-bus.js';

interface Events {
  'order placed': { readonly id: number; readonly total: number };
  'order sent': { readonly id: number };
}

const pool = new ThreadPool({
  name: 'shop',
  onTaskError: (error, { name }) => console.log(`${name} failed: ${(error as Error).message}`),
});
const bus = new EventBus<Events>(pool.createSequencedTaskRunner({ name: 'bus' }));
const mail = pool.createSequencedTaskRunner({ name: 'mail', priority: 'best-effort' });
const here = (): string => currentTaskRunner()?.name ?? 'no runner';
const macrotask = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

// This listener runs on the bus: the next event waits until the order is booked.
bus.subscribe('order placed', async ({ id, total }) => {
  console.log(`${here()}: booking order ${id}`);
  await macrotask();
  console.log(`booked ${total} for order ${id}`);
});
// A listener that fails hurts no other.
bus.subscribe('order placed', ({ total }) => {
  if (total > 100) throw new Error(`${total} is suspicious`);
});
// This one has a sequence of its own: the bus does not wait for it.
const mails = bus.subscribe('order sent', ({ id }) => console.log(`${here()}: your order ${id} is on its way`), mail);
// A topic as a stream.
const ids$ = bus.on('order placed').pipe(map(({ id }) => `order ${id}`));
const stream = ids$.subscribe((order) => console.log(`stream: ${order}`));

void bus.publish('order placed', { id: 1, total: 30 });
void bus.publish('order placed', { id: 2, total: 500 });
console.log('heard of it:', await bus.publish('order sent', { id: 1 }));
await whenIdle(pool);
await macrotask(); // by then the error has been reported

// An unsubscribed listener hears nothing, not even events that were published before.
const last = bus.publish('order sent', { id: 2 });
mails.unsubscribe();
stream.unsubscribe();
console.log('heard of it:', await last);
await whenIdle(pool);

// → bus: booking order 1
// → booked 30 for order 1
// → stream: order 1
// → bus: booking order 2
// → booked 500 for order 2
// → stream: order 2
// → heard of it: 1
// → mail: your order 1 is on its way
// → listener of order placed failed: 500 is suspicious
// → heard of it: 0
