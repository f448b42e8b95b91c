// A service that loses nothing: docs/a-service-that-loses-nothing.md walks through it.
import { bounded, keyed, type KeyedTaskRunner, type PostOptions, rateLimit, ThreadPool } from 'rxjs-task-runner';
import { exponentialDelay, retrying, type TaskContext, TaskTimeoutError, timeLimit, whenRoom } from 'rxjs-task-runner';
import type { Consumer } from './outside/consumer.js';
import type { Ledger } from './outside/ledger.js';
import type { Order } from './outside/orders.js';
import { type Payments, PaymentUnavailable } from './outside/payments.js';
import type { Message } from './outside/wire.js';
import { Progress } from './progress.js';

/** How many orders may be in memory, of all customers together. */
export const MOST_TAKEN = 1_000;

const backOff = {
  count: Infinity,
  delay: exponentialDelay(10, { max: 1_000, jitter: 1 }),
  if: (error: unknown) => error instanceof PaymentUnavailable || error instanceof TaskTimeoutError,
};

export interface OrderService {
  readonly customers: KeyedTaskRunner<string>;
  /** Takes no more, does what was taken, and commits it. What is not done in `timeout` milliseconds is left to the broker. */
  drain(timeout: number): Promise<void>;
}

/**
 * @param rate payment calls per second
 * @param onFailure hears of what has failed and has no remedy
 */
export function serve(
  { consumer, payments, ledger }: { consumer: Consumer; payments: Payments; ledger: Ledger },
  { rate, onFailure }: { rate: number; onFailure: (error: unknown) => void },
): OrderService {
  const taken = bounded(MOST_TAKEN, 'drop-newest', { counts: 'unfinished' });
  const pool = new ThreadPool({ name: 'orders', workers: 64, onTaskError: onFailure });
  // In order for each customer, side by side across customers.
  const customers = keyed(pool, { name: 'customers', queue: taken });
  // A pool, since in the queue of a pool urgent tasks overtake others.
  const calls = new ThreadPool({ name: 'calls', workers: 64, rate: rateLimit({ starts: rate, per: 1_000 }) });
  const progress = new Progress();

  function take(message: Message): void {
    const { order } = message;
    const task = retrying((context) => attempt(message, context), backOff);
    const { state } = customers.runner(order.customer).postTask(task, traitsOf(order));
    if (state === 'rejected') putBack(message);
    else progress.begin(message);
  }

  /** There is no room: the broker keeps this message, and all after it, until half of the places are free. */
  function putBack(message: Message): void {
    consumer.pause();
    consumer.seek(message);
    void whenRoom(taken, { places: MOST_TAKEN / 2 }).then(() => consumer.resume());
  }

  /** Whatever line it ends after, it may be made again, by another process too: the charge has a key, and so has the entry. */
  async function attempt(message: Message, context: TaskContext): Promise<void> {
    const { order } = message;
    if (!ledger.has(order)) {
      await context.waitFor(charge(order, context.signal));
      await ledger.record(order);
    }
    progress.end(message, (partition, offset) => consumer.commit(partition, offset));
  }

  /** A task of its own, so that each attempt counts for the rate limit. */
  function charge(order: Order, signal: AbortSignal): PromiseLike<void> {
    const call = timeLimit(1_000, (context) => payments.charge(order, context.signal));
    return calls.postTask(call, { ...traitsOf(order), signal });
  }

  consumer.on('message', take);
  return {
    customers,
    async drain(timeout) {
      consumer.stop();
      await pool.shutdown({ queued: 'run', timeout });
      await calls.shutdown();
    },
  };
}

function traitsOf({ id, isVip }: Order): PostOptions {
  return { name: id, priority: isVip ? 'user-blocking' : 'user-visible' };
}
