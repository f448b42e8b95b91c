import { Server } from '../remote/server.js';
import type { TransferList } from '../remote/transfer.js';
import type { ServedTasks } from '../remote/types.js';
import type { Message } from '../remote/wire.js';
import type { Channel, ChannelListener } from './channel.js';
import { Threads } from './threads.js';
import type { ThreadsOptions } from './threads-options.js';

/**
 * Runs the tasks on this loop instead of threads, for tests and for environments without workers. Arguments, values and
 * errors are cloned as across threads, and each task can be cancelled. Time is that of the clock in force: virtual in a
 * `testScheduler.run()` and in a `TaskEnvironment`.
 *
 * Ending such a thread cancels its running tasks. Code that ignores its signal goes on, but its results are ignored.
 *
 * ```ts
 * const threads = inlineThreads({ double: (n: number) => 2 * n });
 * ```
 *
 * @typeParam T the functions, by name
 * @throws TypeError or RangeError when an argument is invalid
 */
export function inlineThreads<T extends ServedTasks>(tasks: T, options?: ThreadsOptions): Threads<T> {
  // Checked here, and not when the first thread is made.
  new Server(tasks, () => undefined);
  return new Threads<T>(() => new InlineChannel(tasks), options);
}

/** A message is received at once, as a clone. */
class InlineChannel implements Channel {
  private listener: ChannelListener | null = null;
  private readonly server: Server;

  constructor(tasks: ServedTasks) {
    this.server = new Server(tasks, (message, transfer) => {
      const clone = cloneOf(message, transfer);
      this.listener?.received(clone);
    });
  }

  open(listener: ChannelListener): void {
    this.listener = listener;
    this.server.begin();
  }

  readonly send = (message: Message, transfer: TransferList): void => {
    this.server.receive(cloneOf(message, transfer));
  };

  keepAlive(): void {
    // The timers and requests of its tasks keep the process alive themselves.
  }

  end(): Promise<void> {
    this.listener = null;
    this.server.stop();
    return Promise.resolve();
  }
}

function cloneOf(message: Message, transfer: TransferList): Message {
  return structuredClone(message, { transfer: [...transfer] as Transferable[] });
}
