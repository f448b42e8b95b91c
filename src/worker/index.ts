/**
 * The worker's side of threads. It is small, and includes nothing of the core.
 *
 * @module rxjs-task-runner/worker
 */
import { builtinModule } from '../host/builtin-module.js';
import { Server } from '../remote/server.js';
import type { TransferList } from '../remote/transfer.js';
import type { ServedTasks } from '../remote/types.js';
import type { Message } from '../remote/wire.js';

export { transfer, type TransferList } from '../remote/transfer.js';
export { ThreadCloneError } from '../remote/clone-error.js';
export type { ServedTasks, ThreadContext } from '../remote/types.js';

/** The program's end of a worker: Node's `parentPort`, or the global scope of a web worker. */
interface Port {
  postMessage(message: Message, transfer: TransferList): void;
  on?(type: string, listener: (value: unknown) => void): void;
  addEventListener(type: string, listener: (event: { readonly data: unknown }) => void): void;
}

let isServing = false;

/**
 * Serves tasks to the program that created this worker. Call it once in the worker's module.
 *
 * - Each task gets the arguments of its call, cloned or transferred, and then a `ThreadContext`.
 * - A task may return a value; a promise; an observable, whose values are sent as they are emitted; or a generator, plain
 *   or async, which is asked for values only as fast as the program consumes them.
 * - Only the functions passed here can be called. Messages from other code are ignored.
 *
 * ```ts
 * export type Tasks = typeof tasks;
 * export const tasks = serveTasks({
 *   hash: (file: ArrayBuffer) => sha256(file),
 *   search: (query: string, { signal }: ThreadContext) => find(query, signal),
 * });
 * ```
 *
 * @typeParam T the functions, by name
 * @returns the same object, for its type
 * @throws TypeError when a task is not a function
 * @throws Error outside of a worker, and when it is called again
 */
export function serveTasks<T extends ServedTasks>(tasks: T): T {
  const port = findPort();
  const server = new Server(tasks, (message, transfer) => port.postMessage(message, transfer));
  if (isServing) throw new Error('serveTasks must be called only once in a worker, with all of its tasks.');
  isServing = true;
  // Whose call it was is not known: an uncaught error, of which all that run here are told, is better than one that hangs.
  const unreadable = (): never => {
    throw new Error('A message to the thread could not be read.');
  };
  if (typeof port.on === 'function') {
    port.on('message', (data) => server.receive(data));
    port.on('messageerror', unreadable);
  } else {
    port.addEventListener('message', ({ data }) => server.receive(data));
    port.addEventListener('messageerror', unreadable);
  }
  server.begin();
  return tasks;
}

function findPort(): Port {
  const { self } = globalThis as { self?: Port };
  const threads = builtinModule('node:worker_threads') as { parentPort: Port | null } | undefined;
  const isWebWorker = 'WorkerGlobalScope' in globalThis && typeof self?.postMessage === 'function';
  const port = threads?.parentPort ?? (isWebWorker ? self : undefined);
  if (port === undefined) throw new Error('serveTasks must be called in a worker.');
  return port;
}
